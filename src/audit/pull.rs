//! Whether a client can pull a manifest through a repository, as far as the bucket tells.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::rows::Pullable;
use crate::graph::{Content, Edge, EdgeRole, Excuse, Graph, LinkFault, Node};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId};
use crate::oci::ManifestKind;

/// The answers for one repository, each found once.
#[derive(Debug)]
pub(crate) struct Puller<'a> {
    inventory: &'a Inventory,
    graph: &'a Graph,
    repository: RepositoryId,
    known: HashMap<DigestId, Pullable>,
}

impl<'a> Puller<'a> {
    pub(crate) fn new(
        inventory: &'a Inventory,
        graph: &'a Graph,
        repository: RepositoryId,
    ) -> Self {
        Self { inventory, graph, repository, known: HashMap::new() }
    }

    /// Whether this manifest can be pulled. Children come before their parents, without
    /// recursion: an index may be nested to any depth.
    pub(crate) fn manifest(&mut self, id: DigestId) -> Pullable {
        let mut stack = vec![(id, false)];
        while let Some((id, are_children_known)) = stack.pop() {
            if are_children_known {
                let answer = self.judge(id);
                self.known.insert(id, answer);
            } else if let Entry::Vacant(place) = self.known.entry(id) {
                // Only a cycle, which takes a broken digest, meets this answer.
                place.insert(Pullable::Unknown);
                stack.push((id, true));
                let edges = self.graph.edges(id).iter();
                let children = edges.filter(|edge| edge.role.may_be_manifest());
                stack.extend(children.map(|edge| (edge.to, false)));
            }
        }
        self.known.get(&id).copied().unwrap_or(Pullable::Unknown)
    }

    fn judge(&self, id: DigestId) -> Pullable {
        let linked = self.manifest_link(id);
        match self.graph.content(id) {
            _ if linked == Pullable::No => Pullable::No,
            Some(Content::Absent | Content::Invalid(_)) => Pullable::No,
            _ if !self.is_sound(id) => Pullable::No,
            _ if linked == Pullable::Unknown => Pullable::Unknown,
            Some(Content::Manifest(node)) => self.node(node),
            _ => Pullable::Unknown,
        }
    }

    fn node(&self, node: &Node) -> Pullable {
        let answer = match node.kind {
            ManifestKind::Unknown => Pullable::Unknown,
            ManifestKind::Index => self.index(node),
            _ => worst(node.edges.iter().map(|edge| self.blob(edge))),
        };
        // Some registries and clients refuse an odd document, some do not.
        if node.problems.is_empty() || answer == Pullable::No { answer } else { Pullable::Unknown }
    }

    /// A registry looks for a manifest where revisions are linked, then where layers are: 2.1.0
    /// linked them there (distribution's registry/storage/registry.go, `Manifests`).
    fn manifest_link(&self, id: DigestId) -> Pullable {
        let links = [Link::Revision(self.repository, id), Link::Layer(self.repository, id)];
        let first = links.into_iter().find(|&link| self.inventory.has_link(link));
        first.map_or(Pullable::No, |link| self.link(link))
    }

    /// Whether a link that was listed says what it should.
    fn link(&self, link: Link) -> Pullable {
        match self.graph.link_fault(link) {
            None => Pullable::Yes,
            Some(LinkFault::Unreadable(_)) => Pullable::Unknown,
            Some(LinkFault::Content(_) | LinkFault::OtherDigest(_) | LinkFault::OtherBlob(_)) => {
                Pullable::No
            }
        }
    }

    /// An index is there if all its entries are, and partly there if some are.
    fn index(&self, node: &Node) -> Pullable {
        let mut answers = node.edges.iter().map(|edge| {
            let known = self.known.get(&edge.to).copied().unwrap_or(Pullable::Unknown);
            match edge.role {
                // Clients pass over what they do not know.
                EdgeRole::Unknown if known == Pullable::No => Pullable::Unknown,
                EdgeRole::Child | EdgeRole::Unknown => known,
                EdgeRole::Config | EdgeRole::Layer => self.blob(edge),
            }
        });
        let Some(first) = answers.next() else {
            return Pullable::Yes;
        };
        answers.fold(first, |all, one| match (all, one) {
            (Pullable::Unknown, _) | (_, Pullable::Unknown) => Pullable::Unknown,
            (all, one) if all == one => all,
            _ => Pullable::Partial,
        })
    }

    fn blob(&self, edge: &Edge) -> Pullable {
        if edge.is_dispensable() {
            return Pullable::Yes;
        }
        if edge.excuse == Some(Excuse::Inline) {
            return Pullable::Yes;
        }
        let link = Link::Layer(self.repository, edge.to);
        if !self.inventory.has_link(link) {
            return Pullable::No;
        }
        let is_there = self.graph.stored_as(self.inventory, edge.to).is_some_and(|stored| {
            let size = self.inventory.blob(stored).map(|blob| blob.size);
            self.is_sound(stored) && edge.size.is_none_or(|said| Some(said) == size)
        });
        match self.link(link) {
            Pullable::Yes if is_there && self.is_unreadable(edge.to) => Pullable::Unknown,
            Pullable::Yes if is_there => Pullable::Yes,
            Pullable::Yes if self.graph.may_be_alias(edge.to) => Pullable::Unknown,
            Pullable::Yes => Pullable::No,
            faulty => faulty,
        }
    }

    /// Whether the object was asked for and could not be had as things stand.
    fn is_unreadable(&self, id: DigestId) -> bool {
        let stored = self.graph.stored_as(self.inventory, id);
        stored.is_some_and(|id| self.graph.checksums.is_unreadable(id))
    }

    /// Whether nothing is known against the bytes of a stored blob.
    fn is_sound(&self, id: DigestId) -> bool {
        let is_empty = self.inventory.blob(id).is_some_and(|blob| blob.size == 0)
            && !is_digest_of_nothing(self.inventory, id);
        !is_empty && !self.graph.checksums.is_wrong(id)
    }
}

/// Whether a blob of this name may have no bytes.
pub(super) fn is_digest_of_nothing(inventory: &Inventory, id: DigestId) -> bool {
    let digest = inventory.digests.get(id);
    digest.of_same_algorithm(b"").is_none_or(|nothing| nothing == digest)
}

/// What can be said of the whole if every part is needed.
fn worst(parts: impl Iterator<Item = Pullable>) -> Pullable {
    let rank = |answer: &Pullable| match answer {
        Pullable::Yes => 0,
        Pullable::Partial => 1,
        Pullable::Unknown => 2,
        Pullable::No => 3,
    };
    parts.max_by_key(rank).unwrap_or(Pullable::Yes)
}
