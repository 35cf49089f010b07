//! A manifest and what it refers to, in small integers.

use crate::inventory::DigestId;
use crate::oci::ManifestKind;

/// A name of one [`Graph`](super::Graph): a media type or a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub(super) u32);

/// What was found where a manifest should be.
#[derive(Debug)]
pub enum Content {
    /// A manifest.
    Manifest(Box<Node>),
    /// Bytes that are none.
    Invalid(String),
    /// More bytes than a manifest may have; they were not read.
    TooLarge {
        /// The size of the object.
        size: u64,
        /// The most that is read.
        limit: u64,
    },
    /// Nothing.
    Absent,
    /// An object that cannot be read as things stand.
    Unreadable(String),
    /// It is not known: the reading failed for reasons of the moment.
    Failed,
}

/// A manifest that was read.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub kind: ManifestKind,
    /// What it calls itself.
    pub media_type: Option<NameId>,
    /// What it is about. Keeps nothing alive.
    pub subject: Option<DigestId>,
    /// What it refers to, in the document's order.
    pub edges: Box<[Edge]>,
    /// What is wrong with it. Something may be referred to that is not in `edges`.
    pub problems: Box<[String]>,
}

/// A reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// To what.
    pub to: DigestId,
    /// What for.
    pub role: EdgeRole,
    /// Why it may do without stored data.
    pub excuse: Option<Excuse>,
    /// The media type that the descriptor gives.
    pub media_type: Option<NameId>,
    /// The platform that the descriptor gives.
    pub platform: Option<NameId>,
    /// The size in bytes that the descriptor gives.
    pub size: Option<u64>,
}

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeRole {
    /// An image's config.
    Config,
    /// A layer or other content.
    Layer,
    /// An entry of an index that is a manifest.
    Child,
    /// An entry of an index whose media type does not tell what it is.
    Unknown,
}

/// Why a reference may do without stored data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excuse {
    /// A layer that may be kept elsewhere.
    Foreign,
    /// The descriptor carries the content, and clients may use that.
    Inline,
    /// It stands where nobody looks for it.
    Ignored,
}

impl Edge {
    /// Whether an image is whole without the data.
    #[must_use]
    pub const fn is_dispensable(&self) -> bool {
        matches!(self.excuse, Some(Excuse::Foreign | Excuse::Ignored))
    }
}

impl EdgeRole {
    /// Whether what is referred to may itself refer to something.
    #[must_use]
    pub const fn may_be_manifest(self) -> bool {
        matches!(self, Self::Child | Self::Unknown)
    }
}
