//! What can be reached from tags, from revision links, from the caller's list.

use jiff::Timestamp;

use super::policy::Policy;
use super::relations::{Relations, Walker};
use crate::graph::{Graph, Target};
use crate::inventory::{DigestId, Inventory, RepositoryId};

/// From where a digest can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "six answers to six questions")]
pub(super) struct Reached {
    pub(super) from_tag: bool,
    pub(super) from_revision: bool,
    pub(super) from_list: bool,
    /// From a revision that is too young to be judged: its tag may be on its way.
    pub(super) from_young_revision: bool,
    /// From what a tag named until lately.
    pub(super) from_former_tag: bool,
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
        mark(&mut named_until_lately(inventory, policy), |reached| reached.from_former_tag = true);
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

/// What the tags that moved within the grace period named before, by their histories. While a
/// listing passes, an image may get its new tag where it has been, and lose its old one where it
/// has not.
fn named_until_lately<'a>(
    inventory: &'a Inventory,
    policy: &'a Policy,
) -> impl Iterator<Item = DigestId> + 'a {
    let moved = inventory.tags().filter(|(_, row)| {
        row.current.is_some_and(|current| !policy.is_old(current.last_modified))
    });
    moved.flat_map(move |(tag, _)| {
        let named =
            move || inventory.history_of(tag).map(move |id| (id, inventory.history_time(tag, id)));
        let is_old = move |&(_, at): &(DigestId, Option<Timestamp>)| policy.is_old(at);
        // Registries write the link in a history anew each time that the tag comes to name it.
        let last = named().filter(is_old).map(|(_, at)| at).max();
        named().filter(move |one| !is_old(one) || Some(one.1) == last).map(|(id, _)| id)
    })
}

impl Reached {
    /// Whether its being untagged is too new to be told.
    pub(super) const fn is_in_grace(self) -> bool {
        self.from_young_revision || self.from_former_tag || self.from_spared
    }

    pub(super) const fn is_any(self) -> bool {
        self.from_tag || self.from_revision || self.from_list
    }
}
