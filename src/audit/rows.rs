//! The rows of a finished audit: one for each blob, repository and tag.

use jiff::Timestamp;

use super::verdict::{Kind, Proof, Verdict};
use crate::oci::Digest;

/// One stored blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRow<'a> {
    /// Its name.
    pub digest: Digest,
    /// Its size in bytes, as listed.
    pub size: u64,
    /// When it was last written, where the server says.
    pub last_modified: Option<Timestamp>,
    /// Its storage class, where the server says.
    pub storage_class: Option<&'a str>,
    /// What it is, as far as those that refer to it tell.
    pub kind: Kind,
    /// Its media type, by its own word or by that of its descriptors.
    pub media_type: Option<&'a str>,
    /// Whether anything needs it.
    pub verdict: Verdict,
    /// How many repositories link it.
    pub repositories: u32,
    /// How many manifests refer to it.
    pub references: u32,
    /// The best proof that its bytes are what its name says.
    pub verified: Proof,
    /// Where it lies.
    pub key: String,
}

/// One repository. Sizes are bytes of stored blobs; what is not stored counts nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryRow {
    /// Its name.
    pub repository: String,
    /// Its current tags.
    pub tags: u64,
    /// Its revisions.
    pub manifests: u64,
    /// Those of them that none of its tags reaches.
    pub untagged_manifests: u64,
    /// For each revision its own bytes and those of what it refers to, with repetition.
    pub logical_bytes: u64,
    /// What its revisions reach, each blob once.
    pub unique_bytes: u64,
    /// The part of it that no other repository's revisions reach.
    pub exclusive_bytes: u64,
    /// The part of it that none of its tags reaches.
    pub untagged_bytes: u64,
    /// What lies in its `_uploads`.
    pub upload_bytes: u64,
    /// Its tags that cannot be pulled.
    pub broken_tags: u64,
    /// When one of its revisions or tags was last written, where the server says.
    pub last_pushed: Option<Timestamp>,
}

/// One current tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRow {
    /// The repository that it is in.
    pub repository: String,
    /// Its name.
    pub tag: String,
    /// What it names; `None` if its link cannot be read or understood.
    pub digest: Option<Digest>,
    /// The media type of what it names.
    pub media_type: Option<String>,
    /// The platforms of an index's entries, sorted: `linux/amd64`, `linux/arm/v7`; at most
    /// [`TagRow::MOST_PLATFORMS`].
    pub platforms: Vec<String>,
    /// The bytes of the stored blobs that it reaches, each once.
    pub size: u64,
    /// What deleting the tag with its manifests would free: what no other tag and no root outside
    /// its own tree reaches.
    pub exclusive_bytes: u64,
    /// Whether a client can pull it.
    pub pullable: Pullable,
    /// When the tag was last written, where the server says.
    pub last_modified: Option<Timestamp>,
}

impl TagRow {
    /// How many platforms a row names. An index has room for tens of thousands, and any number of
    /// tags may name it.
    pub const MOST_PLATFORMS: usize = 100;
}

/// Whether a client can pull a tag, as far as the bucket tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pullable {
    /// All of it is there.
    Yes,
    /// Some entries of an index are there and some are not; a sparse index is legal.
    Partial,
    /// It is not.
    No,
    /// Something could not be read, or is not understood by everybody alike.
    Unknown,
}

impl Pullable {
    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partial => "partial",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}
