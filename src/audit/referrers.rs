//! Whom the findings concern: the tags above what is broken, or the links where there is no tag.

use std::collections::{BTreeSet, HashMap};

use super::finding::Finding;
use super::gather::{Gather, gather};
use super::upward::Upward;
use crate::inventory::{DigestId, Inventory, RepositoryId, TagId};

/// A finding that does not name its referrers yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) finding: Finding,
    /// The manifests through which it concerns anybody.
    pub(super) asking: Vec<DigestId>,
    /// Whether it concerns one repository only.
    pub(super) only: Option<RepositoryId>,
}

/// Names the referrers of each finding: `repository:tag` for each tag above the manifests that
/// ask, and `repository@digest` for each link to one of them where there is no tag; and counts
/// those that are too many to be named.
pub(super) fn name(
    inventory: &Inventory,
    upward: &Upward<'_>,
    mut drafts: Vec<Draft>,
) -> impl Iterator<Item = Finding> {
    let asking: Vec<Vec<DigestId>> =
        drafts.iter_mut().map(|draft| std::mem::take(&mut draft.asking)).collect();
    let (ranks, tags) = ranks(inventory, upward, &asking);
    let (all, of_repository, counts) = (BTreeSet::new(), BTreeSet::new(), HashMap::new());
    let mut above = Above {
        inventory,
        upward,
        ranks,
        tags,
        asking: &asking,
        drafts: &mut drafts,
        all,
        of_repository,
        counts,
    };
    let parents = |id| upward.parents(id).iter().copied();
    gather(inventory.digests.len(), asking.iter().map(Vec::as_slice), parents, &mut above);
    drafts.into_iter().map(|draft| draft.finding)
}

/// The tags that anything concerns, in the order of their names.
fn ranks(
    inventory: &Inventory,
    upward: &Upward<'_>,
    asking: &[Vec<DigestId>],
) -> (HashMap<TagId, u32>, Vec<TagId>) {
    let asking: Vec<_> = asking.iter().flatten().copied().collect();
    let above = upward.ancestors(&asking);
    let mut tags: Vec<TagId> = above.into_iter().flat_map(|id| upward.tags(id)).copied().collect();
    tags.sort_by_cached_key(|&tag| name_of(inventory, tag));
    (tags.iter().copied().zip(0..).collect(), tags)
}

fn name_of(inventory: &Inventory, tag: TagId) -> String {
    let tag = inventory.tag_row(tag);
    format!("{}:{}", inventory.repository_name(tag.repository), tag.name)
}

/// The tags above where the walk is, by rank.
struct Above<'a> {
    inventory: &'a Inventory,
    upward: &'a Upward<'a>,
    ranks: HashMap<TagId, u32>,
    tags: Vec<TagId>,
    asking: &'a [Vec<DigestId>],
    drafts: &'a mut [Draft],
    all: BTreeSet<u32>,
    of_repository: BTreeSet<(RepositoryId, u32)>,
    counts: HashMap<RepositoryId, usize>,
}

impl Gather for Above<'_> {
    fn add(&mut self, id: DigestId) {
        for &tag in self.upward.tags(id) {
            let (repository, rank) = self.place(tag);
            self.all.insert(rank);
            self.of_repository.insert((repository, rank));
            *self.counts.entry(repository).or_default() += 1;
        }
    }

    fn remove(&mut self, id: DigestId) {
        for &tag in self.upward.tags(id) {
            let (repository, rank) = self.place(tag);
            self.all.remove(&rank);
            self.of_repository.remove(&(repository, rank));
            *self.counts.entry(repository).or_default() -= 1;
        }
    }

    fn take(&mut self, set: usize) {
        let only = self.drafts[set].only;
        let (mut names, count) = match only {
            None => (self.names(self.all.iter().copied()), self.all.len()),
            Some(only) => {
                let of_only = self.of_repository.range((only, 0)..=(only, u32::MAX));
                let count = self.counts.get(&only).copied().unwrap_or_default();
                (self.names(of_only.map(|&(_, rank)| rank)), count)
            }
        };
        let mut count = count;
        if count == 0 {
            names = self.links(&self.asking[set], only);
            count = names.len();
            names.truncate(Finding::MOST_REFERRERS);
        }
        let finding = &mut self.drafts[set].finding;
        finding.referrers = names;
        if count > Finding::MOST_REFERRERS {
            finding.message = format!("{} ({count} referrers)", finding.message);
        }
    }
}

impl Above<'_> {
    fn place(&self, tag: TagId) -> (RepositoryId, u32) {
        (self.inventory.tag_row(tag).repository, self.ranks[&tag])
    }

    fn names(&self, ranks: impl Iterator<Item = u32>) -> Vec<String> {
        let tags = ranks.take(Finding::MOST_REFERRERS).map(|rank| self.tags[rank as usize]);
        tags.map(|tag| name_of(self.inventory, tag)).collect()
    }

    fn links(&self, from: &[DigestId], only: Option<RepositoryId>) -> Vec<String> {
        let mut names = Vec::new();
        for &id in from {
            let repositories = self.upward.repositories(id).iter().copied();
            for repository in repositories.filter(|&id| only.is_none_or(|only| only == id)) {
                let name = self.inventory.repository_name(repository);
                names.push(format!("{name}@{}", self.inventory.digests.get(id)));
            }
        }
        names.sort_unstable();
        names
    }
}
