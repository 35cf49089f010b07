//! Who refers to a digest: the manifests above it, and the links and tags above those.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use super::probe::Probe;
use crate::graph::{Graph, Target};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId, TagId};

/// The relations upward, in compressed rows.
#[derive(Debug)]
pub(crate) struct Upward<'a> {
    inventory: &'a Inventory,
    starts: Vec<u32>,
    parents: Vec<DigestId>,
    tags: BTreeMap<DigestId, Vec<TagId>>,
    revisions: BTreeMap<DigestId, Vec<RepositoryId>>,
    /// By links that say another digest than their path.
    misdirected: BTreeMap<DigestId, Vec<RepositoryId>>,
}

impl<'a> Upward<'a> {
    pub(crate) fn new(inventory: &'a Inventory, graph: &'a Graph) -> Self {
        // Who refers to an alias refers to what it is an alias of.
        let mut pairs: Vec<(DigestId, DigestId)> = graph
            .nodes()
            .flat_map(|(parent, node)| node.edges.iter().map(move |edge| (edge.to, parent)))
            .flat_map(|(to, parent)| {
                let aliases = graph.aliases(to).iter().copied();
                std::iter::once(to).chain(aliases).map(move |to| (to, parent))
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0_u32; inventory.digests.len() + 1];
        for (to, _) in &pairs {
            starts[to.index() + 1] += 1;
        }
        for row in 1..starts.len() {
            starts[row] += starts[row - 1];
        }
        let mut tags: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (tag, target) in graph.targets() {
            if let Target::Digest(id) = target {
                tags.entry(*id).or_default().push(tag);
            }
        }
        for tags in tags.values_mut() {
            tags.sort_unstable();
        }
        let mut revisions: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (repository, id) in inventory.revisions() {
            revisions.entry(id).or_default().push(repository);
        }
        let mut misdirected: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for &(repository, id) in graph.misdirected() {
            misdirected.entry(id).or_default().push(repository);
        }
        let parents = pairs.into_iter().map(|(_, parent)| parent).collect();
        Self { inventory, starts, parents, tags, revisions, misdirected }
    }

    /// The manifests that refer to this digest, each once.
    pub(crate) fn parents(&self, id: DigestId) -> &[DigestId] {
        let row = |row: usize| self.starts[row] as usize;
        &self.parents[row(id.index())..row(id.index() + 1)]
    }

    /// The repositories that link this manifest.
    pub(crate) fn repositories(&self, id: DigestId) -> &[RepositoryId] {
        self.revisions.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The tags that name this manifest.
    pub(crate) fn tags(&self, id: DigestId) -> &[TagId] {
        self.tags.get(&id).map_or(&[], Vec::as_slice)
    }

    /// These manifests and all above them.
    pub(crate) fn ancestors(&self, from: &[DigestId]) -> BTreeSet<DigestId> {
        let mut seen: BTreeSet<_> = from.iter().copied().collect();
        let mut stack: Vec<_> = from.to_vec();
        while let Some(id) = stack.pop() {
            stack.extend(self.parents(id).iter().copied().filter(|&parent| seen.insert(parent)));
        }
        seen
    }

    /// The repositories with a link that says this manifest, and has the path of another.
    pub(crate) fn misdirected(&self, id: DigestId) -> &[RepositoryId] {
        self.misdirected.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The repositories through which these manifests can be had: those that link them or
    /// anything above them.
    pub(crate) fn repositories_above(&self, from: &[DigestId]) -> BTreeSet<RepositoryId> {
        let above = self.ancestors(from);
        let linked = above
            .iter()
            .flat_map(|&id| self.repositories(id).iter().chain(self.misdirected(id)))
            .copied();
        let tagged = above.iter().flat_map(|&id| self.tags(id));
        linked.chain(tagged.map(|&tag| self.inventory.tag_row(tag).repository)).collect()
    }

    /// The links and tags by which these manifests can be asked for, the nearest first.
    pub(super) fn askers<'b>(
        &'b self,
        manifests: &'b [DigestId],
    ) -> impl Iterator<Item = Probe> + 'b {
        let mut seen: HashSet<_> = manifests.iter().copied().collect();
        let mut queue: VecDeque<_> = manifests.iter().copied().collect();
        let nearest_first = std::iter::from_fn(move || {
            let id = queue.pop_front()?;
            queue.extend(self.parents(id).iter().copied().filter(|&parent| seen.insert(parent)));
            Some(id)
        });
        nearest_first.flat_map(|id| {
            let links = self.repositories(id).iter();
            let links = links.map(move |&repository| Probe::Link(Link::Revision(repository, id)));
            links.chain(self.tags(id).iter().map(move |&tag| Probe::Tag(tag, id)))
        })
    }
}
