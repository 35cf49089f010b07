//! Why an answer is no page.

/// Why an answer to `ListObjectsV2` cannot be taken for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListBucketError {
    /// The document ends before its root element does.
    #[error("the document ends after {bytes} bytes, before it is whole")]
    CutShort {
        /// How long it is.
        bytes: usize,
    },
    /// It is no well-formed XML, though it begins as a listing.
    #[error("the document is not well-formed: there is {what} at byte {at}")]
    Malformed {
        /// What is there.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// It is another document, or none.
    #[error("the document is no ListBucketResult: it is {0}")]
    Other(String),
    /// Elements lie deeper in each other than in any listing.
    #[error("the document has more than {deepest} elements within each other")]
    TooDeep {
        /// How deep they may lie.
        deepest: usize,
    },
    /// An element is missing.
    #[error("there is a <{parent}> without a <{child}>")]
    Missing {
        /// The element that it belongs in.
        parent: &'static str,
        /// Its name.
        child: &'static str,
    },
    /// An element of which there can be one stands there again.
    #[error("there is a second <{0}>")]
    Twice(&'static str),
    /// It says how many keys it lists, and lists more or fewer.
    #[error("there are {came} keys in the document, which says that there are {said}")]
    Miscounted {
        /// What it says.
        said: usize,
        /// What there is.
        came: usize,
    },
    /// An element holds something that it cannot mean.
    #[error("there is a <{element}> of {text:?}")]
    Senseless {
        /// Its name.
        element: &'static str,
        /// The beginning of its text.
        text: String,
    },
}

impl ListBucketError {
    /// Whether the document was spoilt on its way, so that the next one may be whole.
    #[must_use]
    pub const fn is_of_the_moment(&self) -> bool {
        matches!(self, Self::CutShort { .. } | Self::Malformed { .. } | Self::Miscounted { .. })
    }

    /// Whether it is a refusal, an `<Error>`.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Other(what) if what == "<Error>")
    }
}

/// As much of a text as helps.
pub(super) fn beginning(text: &str) -> String {
    text.chars().take(60).collect()
}
