//! Failures to look. What a look shows, however damaged, is no error.

use std::error::Error;
use std::ops::Range;

/// Why a store could not answer, by what the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such object.
    NotFound,
    /// There is no such bucket or directory.
    NoSuchBucket,
    /// The credentials are absent, wrong or expired.
    Unauthenticated,
    /// The credentials are good and do not allow this.
    Denied,
    /// The object is there and cannot be read as things stand: archived, or encrypted under a key
    /// of the customer's.
    Unreadable,
    /// The object is another version than the one that was asked for, or that began to arrive.
    Changed,
    /// The server answers in a way that no listing or body can be trusted to be whole.
    Protocol,
    /// The server could not be reached, was too slow, or asked to be left alone, after all
    /// retries.
    Unavailable,
    /// What was asked for makes no sense to the server or to this program's settings.
    Configuration,
}

impl ErrorKind {
    /// Whether the object itself is the reason, rather than the moment or the caller.
    ///
    /// Only such a failure has a scope; any other makes the whole audit incomplete
    /// (design, "Doubt has a scope").
    #[must_use]
    pub const fn is_of_the_object(self) -> bool {
        matches!(self, Self::NotFound | Self::Unreadable)
    }
}

/// A store could not answer. Displays on one line what was tried, what came back and what to do.
///
/// Keys and servers' words go into it as they come: whatever could steer a terminal or break the
/// line is escaped here, once.
#[derive(Debug, thiserror::Error)]
#[error("{attempt}: {reason}{}", .hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default())]
pub struct StoreError {
    kind: ErrorKind,
    attempt: String,
    reason: String,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// `attempt` is what was tried (`list s3://bucket/prefix`), `reason` what came back.
    #[must_use]
    pub fn new(kind: ErrorKind, attempt: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            kind,
            attempt: on_one_line(&attempt.into()),
            reason: on_one_line(&reason.into()),
            hint: None,
            source: None,
        }
    }

    /// The object is another version than it was.
    pub(super) fn changed(attempt: impl Into<String>) -> Self {
        let reason = "the object is another version than the one that was asked for";
        Self::new(ErrorKind::Changed, attempt, reason).with_hint(WRITTEN)
    }

    /// The object has no such part, and nothing has none.
    pub(super) fn no_such_part(attempt: impl Into<String>, part: &Range<u64>) -> Self {
        let reason = format!("there is no part {}..{} of the object", part.start, part.end);
        Self::new(ErrorKind::Configuration, attempt, reason)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(on_one_line(&hint.into()));
        self
    }

    /// Adds the error beneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Why.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What came back, without what was tried.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// What to do about an object that changes.
pub(super) const WRITTEN: &str = "somebody writes the object; try again later";

/// `text` with control characters, line separators and direction overrides escaped.
fn on_one_line(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_harmless_line() {
        let error = StoreError::new(
            ErrorKind::Denied,
            "get s3://b/\u{1b}]0;title\u{7}",
            "line one\r\nline two \u{202e}",
        )
        .with_hint("grüß\tGott");
        assert_eq!(
            error.to_string(),
            r"get s3://b/\u{1b}]0;title\u{7}: line one\r\nline two \u{202e}; grüß\tGott"
        );
    }
}
