//! A finished audit, as those who explain it look at it.

use jiff::Timestamp;

use super::error::ExplainError;
use crate::audit::{Audit, Policy, Upward};
use crate::graph::{Graph, NameId};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId, TagId};
use crate::report::Report;

/// A finished audit and the relations upward, built once for each explanation.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) audit: &'a Audit,
    pub(super) inventory: &'a Inventory,
    pub(super) graph: &'a Graph,
    pub(super) policy: &'a Policy,
    pub(super) upward: Upward<'a>,
}

impl<'a> View<'a> {
    pub(super) fn new(report: &'a Report) -> Result<Self, ExplainError> {
        let audit = &report.audit;
        let (inventory, graph, policy) = (&audit.inventory, &audit.graph, &audit.policy);
        if !inventory.is_registry() {
            return Err(ExplainError::NotAudited(report.source.layout.clone()));
        }
        let upward = Upward::new(inventory, graph);
        Ok(Self { audit, inventory, graph, policy, upward })
    }

    /// A digest in text.
    pub(super) fn digest(&self, id: DigestId) -> String {
        self.inventory.digests.get(id).to_string()
    }

    pub(super) fn repository(&self, id: RepositoryId) -> &'a str {
        self.inventory.repository_name(id)
    }

    /// `repository:tag`
    pub(super) fn tag(&self, id: TagId) -> String {
        let row = self.inventory.tag_row(id);
        format!("{}:{}", self.repository(row.repository), row.name)
    }

    pub(super) fn text(&self, name: NameId) -> &'a str {
        self.graph.name_text(name)
    }

    /// The moment from which ages are counted.
    pub(super) const fn now(&self) -> Timestamp {
        self.policy.now
    }

    /// Every link that names this digest, current tags among them.
    pub(super) fn links_to(&self, id: DigestId) -> Vec<Link> {
        let inventory = self.inventory;
        let tags = self.upward.tags(id).iter().map(|&tag| Link::Tag(tag));
        let revisions =
            self.upward.repositories(id).iter().map(|&repository| Link::Revision(repository, id));
        let layers = inventory.layers().map(|(repository, id)| Link::Layer(repository, id));
        let signatures = inventory
            .signatures()
            .map(|(repository, revision, id)| Link::Signature(repository, revision, id));
        let history = inventory.history().map(|(tag, id)| Link::History(tag, id));
        let others = layers.chain(signatures).chain(history);
        let others = others.filter(|&link| inventory.linked(link) == Some(id));
        tags.chain(revisions).chain(others).collect()
    }
}
