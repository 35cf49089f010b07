//! Whether an answer is the part of an object that was asked for.

use std::ops::Range;

use aws_sdk_s3::operation::get_object::GetObjectOutput;

use super::error::Attempt;
use crate::object::ETag;
use crate::store::{ErrorKind, StoreError};

/// Checks that an answer is this part of this version (of this size, if it is known), and says how
/// long the object is. A server may ignore the range, and the condition too.
pub(super) fn part_of(
    output: &GetObjectOutput,
    part: &Range<u64>,
    of: &ETag,
    size: Option<u64>,
) -> Result<u64, Wrong> {
    let range = output.content_range.as_deref().ok_or(Wrong::Whole)?;
    let etag = output.e_tag.as_deref().ok_or(Wrong::Part)?;
    let (given, total) = content_range(range).ok_or(Wrong::Part)?;
    if ETag::new(etag) != *of || size.is_some_and(|size| size != total) {
        return Err(Wrong::Version);
    }
    if given == *part { Ok(total) } else { Err(Wrong::Part) }
}

/// `bytes 0-7/100`: which bytes, of how many.
fn content_range(text: &str) -> Option<(Range<u64>, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let end = last.parse::<u64>().ok()?.checked_add(1)?;
    Some((first.parse().ok()?..end, total.parse().ok()?))
}

/// What is wrong with an answer to a part of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is the whole object.
    Whole,
    /// It is another part, or one that does not say which it is.
    Part,
    /// It is one of another version.
    Version,
}

impl Wrong {
    pub(super) fn error(self, attempt: &Attempt<'_>) -> StoreError {
        let reason = match self {
            Self::Whole => "the server gives the whole object where a part was asked for",
            Self::Part => "the server gives another part than was asked for",
            Self::Version => return StoreError::changed(attempt.to_string()),
        };
        let error = attempt.error(ErrorKind::Protocol, reason);
        error.with_hint("does a proxy between here and the server drop Range, If-Match or ETag?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_is_understood_whole_or_not_at_all() {
        assert_eq!(content_range("bytes 0-7/100"), Some((0..8, 100)));
        assert_eq!(content_range("bytes 5-5/6"), Some((5..6, 6)));
        for text in [
            "",
            "0-7/100",
            "bytes 0-7",
            "bytes 0-7/*",
            "bytes */100",
            "bytes -7/100",
            "bytes 0-7/-1",
        ] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }

    #[test]
    fn a_part_is_of_the_version_that_was_asked_for() {
        let answer = |range: Option<&str>, etag: Option<&str>| {
            let output = GetObjectOutput::builder();
            let output = output.set_content_range(range.map(str::to_owned));
            output.set_e_tag(etag.map(str::to_owned)).build()
        };
        let check =
            |range, etag, size| part_of(&answer(range, etag), &(10..20), &ETag::new("abc"), size);
        let (range, etag) = (Some("bytes 10-19/100"), Some("\"abc\""));
        assert_eq!(check(range, etag, None), Ok(100));
        assert_eq!(check(range, etag, Some(100)), Ok(100));
        assert_eq!(check(range, etag, Some(99)), Err(Wrong::Version));
        assert_eq!(check(range, Some("\"abd\""), None), Err(Wrong::Version));
        assert_eq!(check(range, None, None), Err(Wrong::Part));
        assert_eq!(check(None, etag, None), Err(Wrong::Whole));
        assert_eq!(check(Some("bytes 10-18/100"), etag, None), Err(Wrong::Part));
    }
}
