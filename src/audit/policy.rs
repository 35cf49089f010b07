//! What the caller decides, the clock among it.

use jiff::{SignedDuration, Timestamp};

use super::product::Product;
use crate::inventory::Inventory;
use crate::shard::Shard;

/// Which links make a blob worth keeping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Roots {
    /// Every revision link, as for the registry's own garbage collection.
    #[default]
    Revisions,
    /// Tags alone.
    Tags,
}

impl Roots {
    /// As it is written on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revisions => "revisions",
            Self::Tags => "tags",
        }
    }
}

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Which links make a blob worth keeping.
    pub roots: Roots,
    /// Whatever is younger is left alone: a blob comes before the manifest that refers to it.
    pub min_age: SignedDuration,
    /// The moment from which ages are counted.
    pub now: Timestamp,
    /// Whether the caller named digests to keep: then what the bucket alone cannot tell about
    /// registries that keep their books elsewhere is known.
    pub has_keep_list: bool,
    /// What was recognised of the registry's product.
    pub products: Vec<Product>,
    /// Which part of all digests is reported on. Verdicts rest on the whole all the same.
    pub shard: Shard,
}

/// As [`Policy::new`], at the epoch: nothing is old then.
impl Default for Policy {
    fn default() -> Self {
        Self::new(Timestamp::UNIX_EPOCH)
    }
}

impl Policy {
    /// Every revision a root, a day of grace, no product recognised.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            roots: Roots::Revisions,
            min_age: SignedDuration::from_hours(24),
            now,
            has_keep_list: false,
            products: Vec::new(),
            shard: Shard::default(),
        }
    }

    /// Whether something written then is old enough to be judged. What is of unknown age is not,
    /// nor is what comes from the future.
    #[must_use]
    pub fn is_old(&self, written: Option<Timestamp>) -> bool {
        written.is_some_and(|written| self.now.duration_since(written) >= self.min_age)
    }

    /// Why nothing can be called orphaned from the bucket alone; `None` if it can. Without any
    /// repository the registry's own collection gives up, too.
    #[must_use]
    pub fn withholds_orphans(&self, inventory: &Inventory) -> Option<&'static str> {
        if self.has_keep_list {
            return None;
        }
        let elsewhere = self.products.iter().find_map(|product| product.keeps_books_elsewhere());
        let has_only_blobs =
            inventory.repositories().next().is_none() && inventory.blobs().next().is_some();
        elsewhere.or(has_only_blobs.then_some(
            "there are blobs and no repository, as where only part of a registry was copied",
        ))
    }

    /// Whether the tags in the bucket are all there are. Harbor from 2.15 on keeps new ones in its
    /// database while old ones stay, and earlier ones keep some there. A bucket with manifests and
    /// no tag says nothing of what is tagged, whoever filled it.
    #[must_use]
    pub fn trusts_tags(&self, inventory: &Inventory) -> bool {
        let is_any = || inventory.tags().any(|(_, tag)| tag.current.is_some());
        self.trusts_links() && !self.products.contains(&Product::Harbor) && is_any()
    }

    /// Whether the links in the bucket tell what can be pulled. Where they do not, nothing is
    /// called missing or untagged on their word.
    #[must_use]
    pub fn trusts_links(&self) -> bool {
        !self.products.iter().any(|product| product.keeps_books_elsewhere().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_old_is_old() {
        let now: Timestamp = "2026-01-02T00:00:00Z".parse().unwrap();
        let policy = Policy::new(now);
        assert!(policy.is_old(Some("2026-01-01T00:00:00Z".parse().unwrap())));
        assert!(!policy.is_old(Some("2026-01-01T00:00:01Z".parse().unwrap())));
        assert!(!policy.is_old(Some("2027-01-01T00:00:00Z".parse().unwrap())));
        assert!(!policy.is_old(None));
    }
}
