//! Findings: what is wrong, each under a stable code.
//!
//! A finding is a value, not an error: damage in the bucket is what this program is for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::oci::Digest;
use crate::shard::Shard;

/// What a finding is about. `--fail-on` names categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Bytes that are not what their name says, or that make no sense.
    Corrupt,
    /// Something refers to what is not there.
    Missing,
    /// Nothing needs it.
    Garbage,
    /// Worth knowing.
    Note,
}

impl Category {
    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::Missing => "missing",
            Self::Garbage => "garbage",
            Self::Note => "note",
        }
    }
}

/// How bad it is; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A pull fails, or data is lost.
    Error,
    /// Somebody should look.
    Warning,
    /// For the books.
    Info,
}

impl Severity {
    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $category:ident;)+) => {
        /// A kind of finding. The texts are stable; `docs/findings.md` has a heading for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// As it is written in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What it is about.
            #[must_use]
            pub const fn category(self) -> Category {
                match self { $(Self::$name => Category::$category,)+ }
            }
        }
    };
}

codes! {
    /// The bytes hash to another digest than the name.
    DigestMismatch = "digest-mismatch", Corrupt;
    /// The object is shorter or longer than a descriptor says.
    SizeMismatch = "size-mismatch", Corrupt;
    /// The object has no bytes and its digest is not that of nothing.
    EmptyBlob = "empty-blob", Corrupt;
    /// A manifest that cannot be parsed, or that contradicts itself.
    InvalidManifest = "invalid-manifest", Corrupt;
    /// A link that is empty, garbage, or names another digest than its path.
    InvalidLink = "invalid-link", Corrupt;
    /// A layer is not the archive that its image's config names, or is none.
    DiffIdMismatch = "diff-id-mismatch", Corrupt;
    /// The object is there and cannot be read: archived, or under a customer's key.
    UnreadableObject = "unreadable-object", Corrupt;
    /// A config or layer has no data.
    MissingBlob = "missing-blob", Missing;
    /// A revision link has no manifest data behind it.
    MissingManifest = "missing-manifest", Missing;
    /// An index entry has no data.
    MissingChild = "missing-child", Missing;
    /// The data is there, the repository's link to it is not: pulls answer 404.
    MissingLink = "missing-link", Missing;
    /// A tag names a digest that has neither link nor data.
    DanglingTag = "dangling-tag", Missing;
    /// A blob that nothing reaches.
    OrphanedBlob = "orphaned-blob", Garbage;
    /// A revision that no tag of its repository reaches.
    UntaggedManifest = "untagged-manifest", Garbage;
    /// A link to a digest that the tag once had.
    StaleTagHistory = "stale-tag-history", Garbage;
    /// A link to data that is gone and that no manifest asks for.
    DanglingLink = "dangling-link", Garbage;
    /// An upload that nobody has touched for longer than the grace period.
    StaleUpload = "stale-upload", Garbage;
    /// A referrer or signature whose subject is gone.
    OrphanedReferrer = "orphaned-referrer", Garbage;
    /// A tag's folder without a current link.
    GhostTag = "ghost-tag", Garbage;
    /// A repository without any manifest or tag.
    EmptyRepository = "empty-repository", Garbage;
    /// A key below the registry's root that its layout does not know.
    StrayObject = "stray-object", Note;
    /// A digest of an algorithm that this program cannot compute.
    UnverifiableDigest = "unverifiable-digest", Note;
    /// A manifest of a kind that this program does not know.
    UnknownMediaType = "unknown-media-type", Note;
    /// A blob that would be orphaned, were nothing in doubt.
    UndecidedBlob = "undecided-blob", Note;
    /// A registry that keeps part of its books elsewhere, or in a layout not audited here.
    ForeignRegistry = "foreign-registry", Note;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One fact about the bucket that somebody may have to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which kind of fact.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The object that is broken, missing or superfluous.
    pub key: Option<String>,
    /// The digest in question.
    pub digest: Option<Digest>,
    /// The repository in question, where there is just one.
    pub repository: Option<String>,
    /// The tag in question, where there is just one.
    pub tag: Option<String>,
    /// The bytes at stake, where they are known.
    pub size: Option<u64>,
    /// What should be there.
    pub expected: Option<String>,
    /// What is there.
    pub actual: Option<String>,
    /// Who refers to it: `repository:tag` for each tag that it breaks, `repository@digest` where
    /// no tag does. Sorted; at most [`Finding::MOST_REFERRERS`].
    pub referrers: Vec<String>,
    /// For people: what it means and what to do.
    pub message: String,
}

impl Finding {
    /// How many referrers a finding names; the message counts the others.
    pub const MOST_REFERRERS: usize = 100;

    /// A finding with nothing but its code, severity and message.
    #[must_use]
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            key: None,
            digest: None,
            repository: None,
            tag: None,
            size: None,
            expected: None,
            actual: None,
            referrers: Vec::new(),
            message: message.into(),
        }
    }

    /// Where it stands in a report: by category, the worst first, then by code and place.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        (
            self.category(),
            self.severity,
            self.code,
            self.repository.clone(),
            self.tag.clone(),
            self.key.clone(),
            self.expected.clone(),
            self.message.clone(),
        )
    }

    /// Whether it concerns this part of all digests. What has no digest concerns the first.
    #[must_use]
    pub fn is_of(&self, shard: Shard) -> bool {
        self.digest.as_ref().map_or(shard.is_first(), |digest| shard.holds(digest))
    }

    /// What it is about.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.code.category()
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
