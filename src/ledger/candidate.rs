//! What could be read.

use jiff::Timestamp;

use super::Outcome;
use crate::oci::Digest;

/// A stored blob that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub digest: Digest,
    /// Its size in bytes, as listed.
    pub size: u64,
    /// When it was written, where the server says.
    pub written: Option<Timestamp>,
    /// What the ledger recalls of it, in the version that is stored now.
    pub last: Option<Outcome>,
    /// Whether nothing refers to it.
    pub is_orphaned: bool,
}

impl Candidate {
    /// What is known of it by `now`. A look from the future was made by a clock that was wrong,
    /// and says nothing of when.
    pub(super) fn known(&self, now: Timestamp) -> Option<Outcome> {
        self.last.filter(|last| last.at() <= now)
    }

    /// When its bytes were last looked at.
    pub(super) fn looked_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.known(now).map(Outcome::at)
    }
}
