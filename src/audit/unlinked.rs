//! Data that is there, without the link by which a repository would serve it.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::finding::Severity;
use super::probe::Probe;
use super::served;
use crate::graph::{Edge, EdgeRole, Excuse, Graph, Target};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId};

/// Who asks for a link.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) severity: Severity,
    pub(super) asking: Vec<DigestId>,
    pub(super) askers: Vec<Probe>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { severity: Severity::Info, asking: Vec::new(), askers: Vec::new() }
    }
}

impl Asked {
    fn add(&mut self, severity: Severity, by: DigestId, asker: Probe) {
        self.severity = self.severity.min(severity);
        if self.askers.last() != Some(&asker) {
            self.asking.push(by);
            self.askers.push(asker);
        }
    }
}

/// The links that are lacking, with those who ask for them.
pub(super) fn find(inventory: &Inventory, graph: &Graph) -> BTreeMap<Link, Asked> {
    let mut unlinked = Unlinked { inventory, graph, asked: BTreeMap::new() };
    for (repository, id) in inventory.revisions() {
        unlinked.look_below(repository, id, Link::Revision(repository, id));
    }
    for (repository, id) in served::as_layers(inventory, graph) {
        unlinked.look_below(repository, id, Link::Layer(repository, id));
    }
    unlinked.look_at_tags();
    unlinked.asked
}

struct Unlinked<'a> {
    inventory: &'a Inventory,
    graph: &'a Graph,
    asked: BTreeMap<Link, Asked>,
}

impl Unlinked<'_> {
    /// What a manifest refers to that this repository serves by `link`.
    fn look_below(&mut self, repository: RepositoryId, parent: DigestId, link: Link) {
        let graph = self.graph;
        let Some(node) = graph.node(parent) else {
            return;
        };
        if graph.checksums.is_wrong(parent) {
            return;
        }
        let is_any_there =
            LazyCell::new(|| node.edges.iter().any(|edge| self.is_there(repository, edge)));
        let lacking: Vec<_> = node
            .edges
            .iter()
            .filter_map(|edge| {
                let severity = || match (edge.role, edge.excuse) {
                    (_, Some(Excuse::Inline)) => Severity::Warning,
                    (EdgeRole::Child, _) if *is_any_there => Severity::Warning,
                    _ => Severity::Error,
                };
                Some((self.lacking(repository, edge)?, severity()))
            })
            .collect();
        for (lacking, severity) in lacking {
            self.asked.entry(lacking).or_default().add(severity, parent, Probe::Link(link));
        }
    }

    /// What tags name.
    fn look_at_tags(&mut self) {
        for (tag, target) in self.graph.targets() {
            let Target::Digest(id) = *target else {
                continue;
            };
            let repository = self.inventory.tag_row(tag).repository;
            if self.is_stored(id) && !self.is_linked_at_all(repository, id) {
                let link = Link::Revision(repository, id);
                let asker = Probe::Tag(tag, id);
                self.asked.entry(link).or_default().add(Severity::Error, id, asker);
            }
        }
    }

    /// The link that an edge needs in a repository, if it is lacking and the data is there.
    fn lacking(&self, repository: RepositoryId, edge: &Edge) -> Option<Link> {
        let to = edge.to;
        let (link, is_linked) = match edge.role {
            EdgeRole::Unknown => return None,
            EdgeRole::Child => {
                (Link::Revision(repository, to), self.is_linked_at_all(repository, to))
            }
            // A link to a manifest serves no blob.
            EdgeRole::Config | EdgeRole::Layer => {
                (Link::Layer(repository, to), self.inventory.has_layer(repository, to))
            }
        };
        (!is_linked && !edge.is_dispensable() && self.is_stored(to)).then_some(link)
    }

    fn is_there(&self, repository: RepositoryId, edge: &Edge) -> bool {
        self.is_stored(edge.to) && self.is_linked_at_all(repository, edge.to)
    }

    fn is_stored(&self, id: DigestId) -> bool {
        self.graph.stored_as(self.inventory, id).is_some()
    }

    /// As a manifest, or as registry 2.1.0 linked them: as a layer.
    fn is_linked_at_all(&self, repository: RepositoryId, id: DigestId) -> bool {
        self.inventory.has_revision(repository, id) || self.inventory.has_layer(repository, id)
    }
}
