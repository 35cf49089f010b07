//! What is done to a blob, and what must be said of it.

use serde_json::{Value, json};

use crate::images::{Blob, sha256};

/// What is done to the bytes.
pub(super) enum Harm<'a> {
    /// The lowest bit of the byte at this offset is the other one.
    Flip(usize),
    /// So many bytes are cut off the end.
    Cut(usize),
    /// All is zero from here on.
    ZeroFrom(usize),
    /// They are another blob's.
    ReplaceBy(&'a Blob),
}

/// A blob whose bytes are not its own, and the repositories whose tag `1.0` that breaks.
#[derive(Clone)]
pub(super) struct Harmed {
    pub(super) digest: String,
    pub(super) sound: Vec<u8>,
    pub(super) bytes: Vec<u8>,
    pub(super) tags: Vec<String>,
    /// What the finding's words must contain.
    looks: Option<&'static str>,
}

impl Harmed {
    pub(super) fn new(blob: &Blob, harm: &Harm<'_>, repositories: &[&str]) -> Self {
        let mut bytes = blob.bytes.clone();
        let looks = match *harm {
            Harm::Flip(place) => {
                bytes[place] ^= 1;
                None
            }
            Harm::Cut(by) => {
                bytes.truncate(bytes.len() - by);
                Some("cut short")
            }
            Harm::ZeroFrom(place) => {
                bytes[place..].fill(0);
                Some("zero")
            }
            Harm::ReplaceBy(other) => {
                assert_eq!(other.bytes.len(), bytes.len(), "its size must not tell");
                bytes.clone_from(&other.bytes);
                Some("another blob")
            }
        };
        let tags = repositories.iter().map(|repository| format!("{repository}:1.0")).collect();
        Self { digest: blob.digest(), sound: blob.bytes.clone(), bytes, tags, looks }
    }

    /// The findings about it: a blob that is both short and wrong is two.
    pub(super) fn expected(&self) -> impl Iterator<Item = (String, &'static str)> {
        let short = (self.bytes.len() != self.sound.len()).then_some("size-mismatch");
        short.into_iter().chain(["digest-mismatch"]).map(|code| (self.digest.clone(), code))
    }

    /// Fails unless the finding gives both sides, the size, and every tag that is broken.
    pub(super) fn assert_is_told_by(&self, finding: &Value) {
        let sides = match finding["code"].as_str() {
            Some("size-mismatch") => {
                (json!(self.sound.len().to_string()), json!(self.bytes.len().to_string()))
            }
            _ => (json!(self.digest), json!(sha256(&self.bytes))),
        };
        assert_eq!((&finding["expected"], &finding["actual"]), (&sides.0, &sides.1), "{finding}");
        assert_eq!(finding["size_bytes"], self.bytes.len(), "{finding}");
        let referrers = finding["referrers"].as_array().cloned().unwrap_or_default();
        assert_eq!(
            referrers,
            self.tags.iter().map(|tag| json!(tag)).collect::<Vec<_>>(),
            "{finding}"
        );
        let message = finding["message"].as_str().expect("a message");
        if finding["code"] == "digest-mismatch" {
            assert!(self.looks.is_none_or(|looks| message.contains(looks)), "{finding}");
        }
    }
}
