//! What follows from what: the relations along which being needed spreads.

use std::collections::HashMap;

use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};

/// The relations of one registry. Built once, asked often.
#[derive(Debug)]
pub(super) struct Relations<'a> {
    graph: &'a Graph,
    referrers: HashMap<DigestId, Vec<DigestId>>,
    signatures: HashMap<DigestId, Vec<DigestId>>,
}

impl<'a> Relations<'a> {
    pub(super) fn new(inventory: &'a Inventory, graph: &'a Graph) -> Self {
        let mut referrers: HashMap<_, Vec<_>> = HashMap::new();
        for (id, node) in graph.nodes() {
            if let Some(subject) = node.subject {
                referrers.entry(subject).or_default().push(id);
            }
        }
        let mut signatures: HashMap<_, Vec<_>> = HashMap::new();
        for (_, revision, signature) in inventory.signatures() {
            signatures.entry(revision).or_default().push(signature);
        }
        Self { graph, referrers, signatures }
    }

    /// What this one contains: what it refers to, what it is an alias of, its signatures.
    pub(super) fn contained(&self, id: DigestId) -> impl Iterator<Item = DigestId> {
        let signatures = self.signatures.get(&id).into_iter().flatten().copied();
        self.contained_anywhere(id).chain(signatures)
    }

    /// The same without signatures, which belong to a manifest in one repository and not in another.
    pub(super) fn contained_anywhere(&self, id: DigestId) -> impl Iterator<Item = DigestId> {
        let edges = self.graph.edges(id).iter().map(|edge| edge.to);
        edges.chain(self.graph.aliases(id).iter().copied())
    }

    /// What lives while this one does: what it contains, and what is about it. A subject keeps
    /// its referrers alive, never the other way round (distribution-spec#337).
    pub(super) fn kept_alive(&self, id: DigestId) -> impl Iterator<Item = DigestId> {
        let referrers = self.referrers.get(&id).into_iter().flatten().copied();
        self.contained(id).chain(referrers)
    }

    /// The manifests whose subject this one is.
    pub(super) fn subjects(&self) -> impl Iterator<Item = (DigestId, &[DigestId])> {
        self.referrers.iter().map(|(&subject, referrers)| (subject, &**referrers))
    }
}

/// A set of digests that is cleared in no time, for many walks over the same graph.
#[derive(Debug)]
pub(super) struct Walker {
    seen: Vec<u32>,
    walk: u32,
    stack: Vec<DigestId>,
}

impl Walker {
    pub(super) fn new(digests: usize) -> Self {
        Self { seen: vec![0; digests], walk: 0, stack: Vec::new() }
    }

    /// Begins a new walk: nothing has been seen.
    pub(super) fn start(&mut self) {
        self.walk += 1;
    }

    /// Visits everything that can be reached from `from` and has not been seen in this walk.
    pub(super) fn visit<I: Iterator<Item = DigestId>>(
        &mut self,
        from: DigestId,
        next: impl Fn(DigestId) -> I,
        mut visited: impl FnMut(DigestId),
    ) {
        self.push(from);
        while let Some(id) = self.stack.pop() {
            visited(id);
            for to in next(id) {
                self.push(to);
            }
        }
    }

    /// Whether this walk has come by here.
    pub(super) fn has_seen(&self, id: DigestId) -> bool {
        self.seen[id.index()] == self.walk
    }

    fn push(&mut self, id: DigestId) {
        let seen = &mut self.seen[id.index()];
        if *seen != self.walk {
            *seen = self.walk;
            self.stack.push(id);
        }
    }
}
