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
use crate::graph::{Content, Graph, Target};
use crate::inventory::{DigestId, Inventory, RepositoryId};
use crate::oci::ManifestKind;

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
        doubt.put_manifests(inventory, graph, upward, kept);
        doubt.put_links(inventory, graph);
        doubt.put_names(inventory, graph, upward);
        if !policy.has_keep_list {
            let is_harbors = |name: &str| name.starts_with(HARBOR_SYSTEM_REPOSITORY);
            let harbors = inventory.repositories().filter(|(_, name)| is_harbors(name));
            harbors.for_each(|(id, _)| doubt.put(id));
        }
        doubt.spread(inventory);
        doubt
    }

    /// Manifests that are missing or make no sense.
    fn put_manifests(
        &mut self,
        inventory: &Inventory,
        graph: &Graph,
        upward: &Upward<'_>,
        kept: &[DigestId],
    ) {
        let kept: HashSet<DigestId> = kept.iter().copied().collect();
        for (id, content) in graph.contents() {
            if matches!(content, Content::Absent) {
                // A sparse index may name what nobody links: only a link makes it missed.
                let linked = upward.repositories(id).iter().copied();
                let tagged = upward.tags(id).iter().map(|&tag| inventory.tag_row(tag).repository);
                linked.chain(tagged).for_each(|repository| self.put(repository));
            } else if !is_understood(content) || graph.checksums.mismatch(id).is_some() {
                upward.repositories_above(&[id]).into_iter().for_each(|id| self.put(id));
                // What the caller's list names may be of any repository.
                self.everything |= upward.ancestors(&[id]).iter().any(|id| kept.contains(id));
            }
        }
    }

    /// Tags that say nothing, and links that alone could say what an alias stands for.
    fn put_links(&mut self, inventory: &Inventory, graph: &Graph) {
        for (tag, target) in graph.targets() {
            if !matches!(target, Target::Digest(_)) {
                self.put(inventory.tag_row(tag).repository);
            }
        }
        for (link, _) in graph.link_faults() {
            if inventory.linked(link).is_some_and(|id| graph.may_be_alias(id)) {
                self.put(inventory.repository_of(link));
            }
        }
    }

    /// References under another algorithm that lead to no data, for want of a link.
    fn put_names(&mut self, inventory: &Inventory, graph: &Graph, upward: &Upward<'_>) {
        let leads_nowhere = |id: DigestId| {
            !inventory.digests.is_sha256(id) && graph.stored_as(inventory, id).is_none()
        };
        for (parent, node) in graph.nodes() {
            if node.edges.iter().any(|edge| leads_nowhere(edge.to)) {
                upward.repositories_above(&[parent]).into_iter().for_each(|id| self.put(id));
            }
        }
    }

    /// Whether something that could refer to this digest is in doubt.
    pub(super) fn covers(&self, id: DigestId) -> bool {
        self.everything || self.digests[id.index()]
    }

    /// Whether something in this repository is in doubt.
    pub(super) fn covers_repository(&self, id: RepositoryId) -> bool {
        self.everything || self.repositories[id.index()]
    }

    fn put(&mut self, repository: RepositoryId) {
        self.repositories[repository.index()] = true;
    }

    /// From the repositories to all that they link.
    fn spread(&mut self, inventory: &Inventory) {
        let layers = inventory.layers();
        let revisions = inventory.revisions();
        let signatures = inventory.signatures().map(|(repository, _, id)| (repository, id));
        let history = inventory.history().map(|(tag, id)| (inventory.tag_row(tag).repository, id));
        for (repository, id) in layers.chain(revisions).chain(signatures).chain(history) {
            self.digests[id.index()] |= self.repositories[repository.index()];
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
