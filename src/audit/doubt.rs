//! What could refer to something, and could not be read or understood.
//!
//! A manifest that is missing or makes no sense puts in doubt what the repositories link through
//! which it can be had, and nothing else: what a repository does not link could not be pulled
//! through it anyway. A listing or a reading that failed for reasons of the moment puts
//! everything in doubt.

use std::collections::HashSet;

use super::policy::Policy;
use super::product::HARBOR_SYSTEM_REPOSITORY;
use super::upward::Upward;
use crate::graph::{Content, Edge, Excuse, Graph, Target};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId, TagId};
use crate::oci::ManifestKind;

/// What could not be read or understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A manifest that is missing, makes no sense, or is not what its name says.
    Manifest(DigestId),
    /// A tag that names nothing that could be read.
    Tag(TagId),
    /// A link that should say whose alias its digest is.
    Alias(Link),
    /// A digest of another algorithm that a manifest names, and that no link leads to data from.
    Name(DigestId),
    /// A repository in which Harbor keeps blobs without manifests.
    HarborSystem(RepositoryId),
}

/// How far a doubt goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// To what this repository links.
    Repository(RepositoryId),
    /// To what the repositories link through which this manifest can be had.
    Above(DigestId),
    /// To every digest, if the caller's list names this manifest or one above it: what that list
    /// names may be of any repository.
    IfListed(DigestId),
}

/// How far it goes, when it has been found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// To every digest.
    Everything,
    /// To what this repository links.
    Repository(RepositoryId),
}

impl Scope {
    /// What it comes to.
    pub(crate) fn extents(self, upward: &Upward<'_>, kept: &[DigestId]) -> Vec<Extent> {
        match self {
            Self::Repository(id) => vec![Extent::Repository(id)],
            Self::Above(id) => {
                upward.repositories_above(&[id]).into_iter().map(Extent::Repository).collect()
            }
            Self::IfListed(id) => {
                let is_listed = upward.ancestors(&[id]).iter().any(|id| kept.contains(id));
                is_listed.then_some(Extent::Everything).into_iter().collect()
            }
        }
    }
}

/// What is in doubt and how far that goes, in no order. Failures of the moment, which put
/// everything in doubt, are not among it.
pub(crate) fn causes(
    inventory: &Inventory,
    graph: &Graph,
    upward: &Upward<'_>,
    policy: &Policy,
) -> Vec<(Cause, Scope)> {
    let mut causes = manifests(inventory, graph, upward);
    causes.extend(links(inventory, graph));
    causes.extend(names(inventory, graph));
    causes.extend(inline_children(inventory, graph));
    if !policy.has_keep_list {
        let is_harbors = |name: &str| name.starts_with(HARBOR_SYSTEM_REPOSITORY);
        let harbors = inventory.repositories().filter(|(_, name)| is_harbors(name));
        causes.extend(harbors.map(|(id, _)| (Cause::HarborSystem(id), Scope::Repository(id))));
    }
    causes
}

/// Manifests that are missing or make no sense.
fn manifests(inventory: &Inventory, graph: &Graph, upward: &Upward<'_>) -> Vec<(Cause, Scope)> {
    let mut causes = Vec::new();
    for (id, content) in graph.contents() {
        let cause = Cause::Manifest(id);
        // One that was listed and is gone could be read when it was.
        if matches!(content, Content::Absent) && inventory.blob(id).is_none() {
            // A sparse index may name what nobody links: only a link makes it missed.
            let linked = upward.repositories(id).iter().copied();
            let tagged = upward.tags(id).iter().map(|&tag| inventory.tag_row(tag).repository);
            let said = upward.misdirected(id).iter().copied();
            causes
                .extend(linked.chain(tagged).chain(said).map(|id| (cause, Scope::Repository(id))));
        } else if !is_understood(content) || graph.checksums.is_wrong(id) {
            causes.extend([(cause, Scope::Above(id)), (cause, Scope::IfListed(id))]);
        }
    }
    causes
}

/// Tags that say nothing, and links that alone could say what an alias stands for.
fn links(inventory: &Inventory, graph: &Graph) -> Vec<(Cause, Scope)> {
    let mut causes = Vec::new();
    // One that was listed and is gone named something when it was.
    for (tag, row) in inventory.tags().filter(|(_, row)| row.current.is_some()) {
        if !matches!(graph.target(tag), Some(Target::Digest(_))) {
            causes.push((Cause::Tag(tag), Scope::Repository(row.repository)));
        }
    }
    for (link, _) in graph.link_faults() {
        if inventory.linked(link).is_some_and(|id| graph.may_be_alias(id)) {
            let repository = inventory.repository_of(link);
            causes.push((Cause::Alias(link), Scope::Repository(repository)));
        }
    }
    causes
}

/// References under another algorithm that lead to no data, or to some of another length, for
/// want of a link that says what it should.
fn names(inventory: &Inventory, graph: &Graph) -> Vec<(Cause, Scope)> {
    let is_led_astray = |edge: &&Edge| {
        let stored = || graph.stored_as(inventory, edge.to).and_then(|id| inventory.blob(id));
        !inventory.digests.is_sha256(edge.to)
            && stored().is_none_or(|blob| edge.size.is_some_and(|said| said != blob.size))
    };
    let mut causes = Vec::new();
    for (parent, node) in graph.nodes() {
        if let Some(edge) = node.edges.iter().find(is_led_astray) {
            causes.push((Cause::Name(edge.to), Scope::Above(parent)));
        }
    }
    causes
}

/// Children that are not stored and that clients have all the same, from the bytes of their
/// parents: what those refer to is not read here.
fn inline_children(inventory: &Inventory, graph: &Graph) -> Vec<(Cause, Scope)> {
    let is_unread = |edge: &&Edge| {
        let is_inline = edge.role.may_be_manifest() && edge.excuse == Some(Excuse::Inline);
        is_inline && graph.stored_as(inventory, edge.to).is_none()
    };
    let mut causes = Vec::new();
    for (parent, node) in graph.nodes() {
        if let Some(edge) = node.edges.iter().find(is_unread) {
            let cause = Cause::Manifest(edge.to);
            causes.extend([(cause, Scope::Above(parent)), (cause, Scope::IfListed(parent))]);
        }
    }
    causes
}

/// What is in doubt.
#[derive(Debug)]
pub(super) struct Doubt {
    everything: bool,
    repositories: Vec<bool>,
    digests: Vec<bool>,
}

impl Doubt {
    pub(super) fn of(
        inventory: &Inventory,
        graph: &Graph,
        upward: &Upward<'_>,
        policy: &Policy,
        kept: &[DigestId],
    ) -> Self {
        let mut doubt = Self {
            everything: !graph.failures().is_empty(),
            repositories: vec![false; inventory.repositories().count()],
            digests: vec![false; inventory.digests.len()],
        };
        let (mut below, mut if_listed) = (Vec::new(), Vec::new());
        for (_, scope) in causes(inventory, graph, upward, policy) {
            match scope {
                Scope::Repository(id) => doubt.repositories[id.index()] = true,
                Scope::Above(id) => below.push(id),
                Scope::IfListed(id) => if_listed.push(id),
            }
        }
        // One way up for all: each may be nested in the next.
        for id in upward.repositories_above(&below) {
            doubt.repositories[id.index()] = true;
        }
        let kept: HashSet<DigestId> = kept.iter().copied().collect();
        doubt.everything |= upward.ancestors(&if_listed).iter().any(|id| kept.contains(id));
        doubt.spread(inventory, graph);
        doubt
    }

    /// Whether something that could refer to this digest is in doubt.
    pub(super) fn covers(&self, id: DigestId) -> bool {
        self.everything || self.digests[id.index()]
    }

    /// Whether something in this repository is in doubt.
    pub(super) fn covers_repository(&self, id: RepositoryId) -> bool {
        self.everything || self.repositories[id.index()]
    }

    /// From the repositories to all that they link, by whatever name.
    fn spread(&mut self, inventory: &Inventory, graph: &Graph) {
        let layers = inventory.layers();
        let revisions = inventory.revisions();
        let signatures = inventory.signatures().map(|(repository, _, id)| (repository, id));
        let history = inventory.history().map(|(tag, id)| (inventory.tag_row(tag).repository, id));
        for (repository, id) in layers.chain(revisions).chain(signatures).chain(history) {
            if self.repositories[repository.index()] {
                for id in std::iter::once(id).chain(graph.aliases(id).iter().copied()) {
                    self.digests[id.index()] = true;
                }
            }
        }
    }
}

/// Whether all that a manifest refers to is known.
pub(super) fn is_understood(content: &Content) -> bool {
    match content {
        Content::Manifest(node) => node.kind != ManifestKind::Unknown && node.problems.is_empty(),
        _ => false,
    }
}
