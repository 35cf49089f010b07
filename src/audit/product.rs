//! Registries that keep part of their books elsewhere, and what the bucket alone cannot tell.

use crate::inventory::Inventory;
use crate::layout::Lockfile;

/// A product that was recognised by what it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// GitLab, with tags and manifests in its database.
    GitlabDatabase,
    /// GitLab, with tags and manifests in the bucket.
    Gitlab,
    /// Harbor, by the repositories in which it keeps artifacts of its own.
    Harbor,
    /// A pull-through cache: what it lacks it fetches.
    PullThroughCache,
    /// angos, whose keys have a like stem and another meaning.
    Angos,
}

/// Where Harbor keeps artifacts of its own, such as exports of scans: layers without a manifest
/// (Harbor's `src/pkg/systemartifact/manager.go`).
pub(super) const HARBOR_SYSTEM_REPOSITORY: &str = "sys_harb0r/";

impl Product {
    /// What can be told from the inventory.
    #[must_use]
    pub fn recognise(inventory: &Inventory) -> Vec<Self> {
        let is_harbor =
            || inventory.repositories().any(|(_, name)| name.starts_with(HARBOR_SYSTEM_REPOSITORY));
        let mut products = Vec::new();
        if inventory.has_lockfile(Lockfile::DatabaseInUse) {
            products.push(Self::GitlabDatabase);
        } else if inventory.has_lockfile(Lockfile::FilesystemInUse) {
            products.push(Self::Gitlab);
        }
        if is_harbor() {
            products.push(Self::Harbor);
        }
        products
    }

    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitlabDatabase | Self::Gitlab => "gitlab",
            Self::Harbor => "harbor",
            Self::PullThroughCache => "pull-through-cache",
            Self::Angos => "angos",
        }
    }

    /// Why the links in the bucket are not the true books, if they are not.
    pub(super) const fn keeps_books_elsewhere(self) -> Option<&'static str> {
        match self {
            Self::GitlabDatabase => {
                Some("GitLab keeps tags and manifests in its database (lockfiles/database-in-use)")
            }
            Self::Angos => Some("angos keeps its references under v2/ref/"),
            Self::PullThroughCache => {
                Some("a pull-through cache keeps blobs whose manifests it has not stored")
            }
            Self::Gitlab | Self::Harbor => None,
        }
    }
}
