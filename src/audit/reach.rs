//! What can be reached from tags, from revision links, from the caller's list.

use super::policy::Policy;
use super::relations::{Relations, Walker};
use crate::graph::{Graph, Target};
use crate::inventory::{DigestId, Inventory, RepositoryId};

/// From where a digest can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five answers to five questions")]
pub(super) struct Reached {
    pub(super) from_tag: bool,
    pub(super) from_revision: bool,
    pub(super) from_list: bool,
    /// From a revision that is too young to be judged: its tag may be on its way.
    pub(super) from_young_revision: bool,
    /// From what comes or goes while the audit looks.
    pub(super) from_spared: bool,
}

/// From where each digest can be reached.
#[derive(Debug)]
pub(super) struct Reach(Vec<Reached>);

impl Reach {
    pub(super) fn of(
        inventory: &Inventory,
        graph: &Graph,
        relations: &Relations<'_>,
        policy: &Policy,
        kept: &[DigestId],
    ) -> Self {
        let mut reach = vec![Reached::default(); inventory.digests.len()];
        let mut walker = Walker::new(reach.len());
        let mut mark = |from: &mut dyn Iterator<Item = DigestId>, set: fn(&mut Reached)| {
            walker.start();
            for id in from {
                walker.visit(id, |id| relations.kept_alive(id), |id| set(&mut reach[id.index()]));
            }
        };
        let tagged = graph.targets().filter_map(|(_, target)| match target {
            Target::Digest(id) => Some(*id),
            Target::Broken | Target::Failed => None,
        });
        mark(&mut { tagged }, |reached| reached.from_tag = true);
        let linked = inventory.revisions().map(|(_, id)| id);
        let misdirected = graph.misdirected().iter().map(|&(_, id)| id);
        mark(&mut linked.chain(misdirected), |reached| {
            reached.from_revision = true;
        });
        let is_young = |&(repository, id): &(RepositoryId, DigestId)| {
            !policy.is_old(inventory.revision_time(repository, id))
        };
        let young = inventory.revisions().filter(is_young).map(|(_, id)| id);
        mark(&mut { young }, |reached| reached.from_young_revision = true);
        mark(&mut kept.iter().copied(), |reached| {
            reached.from_list = true;
        });
        mark(&mut graph.spared(), |reached| reached.from_spared = true);
        Self(reach)
    }

    pub(super) fn of_digest(&self, id: DigestId) -> Reached {
        self.0[id.index()]
    }
}

impl Reached {
    pub(super) const fn is_any(self) -> bool {
        self.from_tag || self.from_revision || self.from_list
    }
}
