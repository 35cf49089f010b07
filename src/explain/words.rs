//! Words for times and digests.

use jiff::{SignedDuration, Timestamp};

use crate::oci::Digest;
use crate::report::text::{fit, units};

/// How many digits of a digest are enough to tell it from the others, and to ask about it.
const DIGITS: usize = 12;

/// A span of time in its largest units: `41 s`, `13 h`, `30 days`.
pub(super) fn span(span: SignedDuration) -> String {
    match span.as_hours() {
        ..=0 => units::span(span.as_secs()),
        1..48 => format!("{} h", span.as_hours()),
        hours => format!("{} days", units::count((hours / 24).unsigned_abs())),
    }
}

/// A moment and how long it is past: `2026-01-01T00:00:00Z (30 days ago)`.
pub(super) fn moment(then: Timestamp, now: Timestamp) -> String {
    let age = now.duration_since(then);
    if age.is_negative() {
        return format!("{then:.0} (in the future)");
    }
    format!("{then:.0} ({} ago)", span(age))
}

/// A digest, short: a SHA-256 without its algorithm.
pub(super) fn short(digest: &Digest) -> String {
    let encoded = digest.encoded();
    let digits = encoded.get(..DIGITS).unwrap_or(&encoded);
    match digest.algorithm() {
        "sha256" => digits.to_owned(),
        algorithm => format!("{algorithm}:{digits}"),
    }
}

/// A digest in a sentence: its algorithm and its first digits.
pub(super) fn brief(digest: &Digest) -> String {
    let encoded = digest.encoded();
    format!("{}:{}", digest.algorithm(), encoded.get(..DIGITS).unwrap_or(&encoded))
}

/// A name from the bucket in a sentence: escaped, and short enough to stand on one line.
pub(super) fn name(text: &str) -> String {
    fit::name(text, 60)
}

/// `and 3 more`, or nothing.
pub(super) fn and_more(number: u64) -> String {
    match number {
        0 => String::new(),
        number => format!(" and {} more", units::count(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_moments() {
        let spans = [41, 123, 3600, 86_400, 2 * 86_400, 4000 * 86_400]
            .map(|seconds| span(SignedDuration::from_secs(seconds)));
        assert_eq!(spans, ["41 s", "2 min 3 s", "1 h", "24 h", "2 days", "4,000 days"]);
        let (then, now) = (Timestamp::UNIX_EPOCH, "1970-01-03T00:00:00Z".parse().unwrap());
        assert_eq!(moment(then, now), "1970-01-01T00:00:00Z (2 days ago)");
        assert_eq!(moment(now, then), "1970-01-03T00:00:00Z (in the future)");
    }

    #[test]
    fn a_short_digest_can_be_asked_about() {
        let sha256 = Digest::sha256_of(b"");
        assert_eq!(short(&sha256), "e3b0c44298fc");
        assert!(super::super::Reference::parse(&short(&sha256)).is_ok());
        assert_eq!(short(&"blake3:af".parse().unwrap()), "blake3:af");
    }
}
