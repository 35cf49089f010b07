//! What each blob would be freed with.

use super::relations::Relations;
use super::upward::Upward;
use crate::graph::{Graph, Target};
use crate::inventory::{DigestId, Inventory, RepositoryId, TagId};

/// Whose a blob is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Owner<T> {
    /// Nobody's.
    #[default]
    None,
    /// This one's alone.
    One(T),
    /// Several, or somebody else.
    Many,
}

impl<T: PartialEq + Copy> Owner<T> {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, owner) | (owner, Self::None) => owner,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Many,
        }
    }
}

/// Spreads owners from the roots to all that they contain. An owner changes twice at most, so
/// each reference is followed twice at most.
fn spread<T: PartialEq + Copy, I: Iterator<Item = DigestId>>(
    contained: impl Fn(DigestId) -> I,
    owners: &mut [Owner<T>],
    seeds: impl Iterator<Item = (DigestId, Owner<T>)>,
) {
    let mut changed = Vec::new();
    for (id, owner) in seeds {
        if join(owners, id, owner) {
            changed.push(id);
        }
        while let Some(id) = changed.pop() {
            let owner = owners[id.index()];
            changed.extend(contained(id).filter(|&to| join(owners, to, owner)));
        }
    }
}

/// Whether that changed anything.
fn join<T: PartialEq + Copy>(owners: &mut [Owner<T>], id: DigestId, owner: Owner<T>) -> bool {
    let before = owners[id.index()];
    owners[id.index()] = before.join(owner);
    owners[id.index()] != before
}

/// The repository whose revisions alone reach each digest.
pub(super) fn by_repository(
    inventory: &Inventory,
    relations: &Relations<'_>,
) -> Vec<Owner<RepositoryId>> {
    let mut owners = vec![Owner::None; inventory.digests.len()];
    let revisions = inventory.revisions();
    let signatures = inventory.signatures().map(|(repository, _, id)| (repository, id));
    let seeds = revisions.chain(signatures).map(|(repository, id)| (id, Owner::One(repository)));
    spread(|id| relations.contained_anywhere(id), &mut owners, seeds);
    owners
}

/// The tag whose deletion, with the manifests that it alone reaches, frees each digest.
///
/// A revision link of such a manifest goes with the tag; any other revision is somebody else's
/// root, and so is a link to the same manifest in another repository.
pub(super) fn by_tag(
    inventory: &Inventory,
    graph: &Graph,
    relations: &Relations<'_>,
    upward: &Upward<'_>,
) -> Vec<Owner<TagId>> {
    let tagged = || {
        graph.targets().filter_map(|(tag, target)| match target {
            Target::Digest(id) => Some((*id, Owner::One(tag))),
            Target::Broken | Target::Failed => None,
        })
    };
    let mut reached = vec![Owner::None; inventory.digests.len()];
    spread(|id| relations.contained(id), &mut reached, tagged());
    let linked = inventory.digests.ids().filter(|&id| !upward.repositories(id).is_empty());
    let roots = linked.map(|id| match reached[id.index()] {
        Owner::One(tag) if upward.repositories(id) == [inventory.tag_row(tag).repository] => {
            (id, Owner::One(tag))
        }
        _ => (id, Owner::Many),
    });
    let mut owners = vec![Owner::None; inventory.digests.len()];
    spread(|id| relations.contained(id), &mut owners, tagged().chain(roots));
    owners
}
