//! What a link says, once it has been read.

use crate::oci::Digest;

/// The content of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkContent {
    /// A digest in text, and nothing else.
    Digest(Digest),
    /// A digest among white space. Registries refuse it (`digest.Parse` takes no newline).
    Untidy(Digest),
    /// No byte at all.
    Empty,
    /// Something else.
    Garbage,
}

impl LinkContent {
    /// Reads a link.
    ///
    /// ```
    /// use ocifsck::graph::LinkContent;
    /// assert_eq!(LinkContent::parse(b""), LinkContent::Empty);
    /// assert_eq!(LinkContent::parse(b"<html>"), LinkContent::Garbage);
    /// ```
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::Garbage;
        };
        if bytes.is_empty() {
            return Self::Empty;
        }
        match text.trim().parse() {
            Ok(digest) if text.trim().len() == text.len() => Self::Digest(digest),
            Ok(digest) => Self::Untidy(digest),
            Err(_) => Self::Garbage,
        }
    }

    /// The digest that it names, if any.
    #[must_use]
    pub const fn digest(&self) -> Option<&Digest> {
        match self {
            Self::Digest(digest) | Self::Untidy(digest) => Some(digest),
            Self::Empty | Self::Garbage => None,
        }
    }
}

/// What is wrong with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkFault {
    /// Its content is not a digest, or not only one.
    Content(LinkContent),
    /// It names another digest of the same algorithm than its path does.
    OtherDigest(Digest),
    /// It names this blob for a digest of another algorithm, and there is a likelier one.
    OtherBlob(Digest),
    /// It cannot be read as things stand: archived, or under a customer's key.
    Unreadable(String),
}
