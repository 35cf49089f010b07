//! What there is to say of a key, a tag and a digest.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::chains::Chains;
use super::image::Image;
use super::index::Index;
use crate::audit::{Kind, Proof, Pullable, Verdict};
use crate::object::Object;
use crate::oci::Digest;

/// Whether a digest is stored and needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It is stored, and this is the audit's verdict.
    Stored(Verdict),
    /// It is not stored, and something asks for it.
    Missing,
    /// It is not stored and need not be.
    Elsewhere,
    /// It is not stored, and nothing asks for it any more.
    Gone,
    /// It is not stored by this name, and nobody can tell whether by another.
    Unknown,
}

impl Status {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored(verdict) => verdict.as_str(),
            Self::Missing => "missing",
            Self::Elsewhere => "elsewhere",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What there is to say of an object's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// The whole key.
    pub key: String,
    /// What the layout calls it: `blob`, `layer-link`, `revision-link`, `signature-link`, `tag`,
    /// `tag-history`, `upload`, `lockfile`, `placeholder`, `stray`, `outside`.
    pub kind: &'static str,
    /// What it means.
    pub meaning: String,
    /// The object as it is now; `None` if there is none.
    pub object: Option<ObjectFacts>,
    /// Why it could not be looked at, if it could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What a link says, if it says a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<Digest>,
    /// How that is known, or what is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// An object as the store shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectFacts {
    /// In bytes.
    pub size_bytes: u64,
    /// When it was last written, where the server says.
    pub last_modified: Option<Timestamp>,
    /// Its entity tag, where the server gives one.
    pub etag: Option<String>,
    /// Its storage class, where the server says.
    pub storage_class: Option<String>,
}

impl From<Object> for ObjectFacts {
    fn from(object: Object) -> Self {
        Self {
            size_bytes: object.size,
            last_modified: object.last_modified,
            etag: object.etag.map(|etag| etag.as_str().to_owned()),
            storage_class: object.storage_class,
        }
    }
}

/// What there is to say of a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagFacts {
    /// The repository that it is in.
    pub repository: String,
    /// Its name.
    pub tag: String,
    /// What it names; `None` if its link is gone, or cannot be read or understood.
    pub digest: Option<Digest>,
    /// What it names, in words.
    pub meaning: String,
    /// Whether a client can pull it.
    pub pullable: Pullable,
    /// The bytes of the stored blobs that it reaches, each once.
    pub size_bytes: u64,
    /// What deleting it with its manifests would free.
    pub exclusive_bytes: u64,
    /// When it was last written, where the server says.
    pub last_modified: Option<Timestamp>,
    /// What it named before, as far as its history tells; at most 20.
    pub history: Vec<Digest>,
}

/// What there is to say of a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestFacts {
    /// The digest.
    pub digest: Digest,
    /// What it is, as far as those that refer to it tell.
    pub kind: Kind,
    /// Its media type, by its own word or by that of its descriptors.
    pub media_type: Option<String>,
    /// What it is an artifact of, by its own word or by the media type of its config.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Digest>,
    /// Whether it is stored and needed.
    pub status: Status,
    /// Why, in one sentence. Names from the bucket are escaped in it.
    pub why: String,
    /// What is stored, if it is.
    pub stored: Option<Stored>,
    /// What refers to it, up to the tags.
    pub chains: Chains,
    /// Where it and the links to it lie; at most 100.
    pub keys: Vec<Place>,
    /// How many more links there are.
    pub more_keys: u64,
    /// Its four digests, where it is an image, or an artifact in the shape of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Its entries, where it is an index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<Index>,
}

/// A stored blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// In bytes.
    pub size_bytes: u64,
    /// When it was last written, where the server says.
    pub last_modified: Option<Timestamp>,
    /// How long ago that is, in seconds from the audit's begin.
    pub age_seconds: Option<i64>,
    /// Its storage class, where the server says.
    pub storage_class: Option<String>,
    /// The best proof that its bytes are what its name says.
    pub verified: Proof,
}

/// A place in the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What lies there: `blob`, `tag`, `revision-link`, `layer-link`, `signature-link`,
    /// `tag-history`.
    pub kind: &'static str,
    /// The whole key.
    pub key: String,
}
