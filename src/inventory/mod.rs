//! What was listed, folded as it comes into compact columns.
//!
//! Digests become small integers, links pairs of them. No string and no map entry is kept for a
//! blob or a link; keys are rendered again when a report asks for them.

mod ask;
mod blobs;
mod digests;
mod fold;
mod pairs;
mod proof;
mod tags;

use std::collections::HashMap;

use jiff::Timestamp;

pub use self::blobs::Blob;
use self::blobs::BlobColumns;
pub use self::digests::{DigestId, DigestTable};
use self::pairs::Pairs;
pub use self::proof::Evidence;
use self::tags::Named;
pub use self::tags::{CurrentLink, Tag, TagId, Upload};
use crate::layout::{Lockfile, Root};
use crate::object::Sum;

/// The time of what never was.
const NEVER: i64 = i64::MIN;
/// The time that the server did not say: the latest of all.
const UNKNOWN: i64 = i64::MAX;

/// A repository of one [`Inventory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryId(u32);

impl RepositoryId {
    /// The position of its row in a column.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A link of one [`Inventory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// `_layers/<digest>`
    Layer(RepositoryId, DigestId),
    /// `_manifests/revisions/<digest>`
    Revision(RepositoryId, DigestId),
    /// `_manifests/revisions/<revision>/signatures/<digest>`
    Signature(RepositoryId, DigestId, DigestId),
    /// `_manifests/tags/<tag>/current`
    Tag(TagId),
    /// `_manifests/tags/<tag>/index/<digest>`
    History(TagId, DigestId),
}

/// A key below the registry's root that the layout does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The whole key.
    pub key: String,
    /// In bytes.
    pub size: u64,
}

/// The sums of what was listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listed {
    /// Everything below the root.
    pub objects: Sum,
    /// Blobs.
    pub blobs: Sum,
    /// Links of every kind.
    pub links: Sum,
    /// Keys below `_uploads`.
    pub uploads: Sum,
    /// Keys that the layout does not know.
    pub strays: Sum,
    /// Folder placeholders and lock files.
    pub auxiliary: Sum,
    /// Links that their entity tag proves.
    pub proved_links: Sum,
}

/// What one registry's root holds.
#[derive(Debug, Default)]
pub struct Inventory {
    root: Root,
    /// Every digest met, in a key or in a manifest.
    pub digests: DigestTable,
    blobs: BlobColumns,
    repositories: HashMap<String, RepositoryId>,
    names: Vec<String>,
    last_written: Vec<Option<Timestamp>>,
    /// Whether any repository links the digest as a layer, as a revision.
    linked_as: Vec<(bool, bool)>,
    /// When each digest was last linked as a layer, in milliseconds.
    mounted: Vec<i64>,
    layers: Pairs<RepositoryId, DigestId>,
    /// With the time of each, in milliseconds.
    revisions: Pairs<RepositoryId, DigestId, i64>,
    signatures: Pairs<(RepositoryId, DigestId), DigestId>,
    /// With the time of each, in milliseconds.
    history: Pairs<TagId, DigestId, i64>,
    tags: Named<Tag>,
    uploads: Named<Upload>,
    unproved: Vec<Link>,
    /// How many of them somebody has taken to read.
    given: usize,
    strays: Vec<Stray>,
    lockfiles: Vec<Lockfile>,
    listed: Listed,
    repeated: Option<String>,
}
