//! What is said of each stored blob: whether it is needed, what it is, and how that is known.

/// Whether anything needs a blob. Each stored blob has exactly one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Reachable from a current tag.
    Tagged,
    /// Reachable from a revision link, from no tag.
    Untagged,
    /// Reachable from neither, but kept by the caller's list.
    Kept,
    /// Unreachable, but stored or linked as a layer within the grace period, or at a time unknown,
    /// or reachable from what came or went while the bucket was listed.
    Recent,
    /// Unreachable as far as could be read, and something that could refer to it is in doubt.
    Undecided,
    /// Unreachable, old enough, and nothing that could refer to it is in doubt.
    Orphaned,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::Tagged, Self::Untagged, Self::Kept, Self::Recent, Self::Undecided, Self::Orphaned];

    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tagged => "tagged",
            Self::Untagged => "untagged",
            Self::Kept => "kept",
            Self::Recent => "recent",
            Self::Undecided => "undecided",
            Self::Orphaned => "orphaned",
        }
    }
}

/// What a blob is, as far as those that refer to it tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A layer, or any blob that a manifest lists as content.
    Layer,
    /// A config.
    Config,
    /// A manifest.
    Manifest,
    /// An index or manifest list.
    Index,
    /// Nothing that could be read refers to it.
    Other,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::Layer, Self::Config, Self::Manifest, Self::Index, Self::Other];

    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Config => "config",
            Self::Manifest => "manifest",
            Self::Index => "index",
            Self::Other => "other",
        }
    }
}

/// How it is known that an object's bytes are what its name says; the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// It is not.
    None,
    /// Its listed size is that of every descriptor of it.
    Listing,
    /// Its entity tag is the MD5 of the only bytes that it could rightly hold.
    Etag,
    /// The server stores a SHA-256 of all of it, or AWS computed it, and that is its digest.
    Checksum,
    /// They were read and hashed.
    Bytes,
}

impl Proof {
    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Listing => "listing",
            Self::Etag => "etag",
            Self::Checksum => "checksum",
            Self::Bytes => "bytes",
        }
    }
}
