//! Second looks: what a listing seems to lack is looked at again before anybody is told.

use std::collections::BTreeMap;

use crate::inventory::{DigestId, Inventory, Link, TagId};

/// A question to the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Probe {
    /// Is there data under this digest?
    Data(DigestId),
    /// Is there this link?
    Link(Link),
    /// Does this tag still name this digest?
    Tag(TagId, DigestId),
}

/// An answer of the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Yes.
    Present,
    /// No.
    Absent,
    /// It could not be looked at, for reasons of the moment.
    Failed,
}

/// The answers so far.
#[derive(Debug, Default)]
pub struct Looks(BTreeMap<Probe, Look>);

impl Looks {
    /// Takes an answer.
    pub fn put(&mut self, probe: Probe, look: Look) {
        self.0.insert(probe, look);
    }

    /// The answer, if there is one.
    #[must_use]
    pub fn get(&self, probe: Probe) -> Option<Look> {
        self.0.get(&probe).copied()
    }
}

/// Something that a listing seems to lack: it is reported if none of `absent` is there and any of
/// `askers` still asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suspicion {
    pub(super) absent: Vec<Probe>,
    pub(super) askers: Vec<Probe>,
}

/// What the answers so far make of a suspicion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is true.
    Confirmed,
    /// It is not, or not any more, or nobody can tell.
    Dropped,
    /// This has to be looked at first.
    Open(Probe),
}

impl Suspicion {
    /// Goes through the answers in order. An asker is looked at only once the thing itself is
    /// known to be absent, and no more of them than it takes to find one that still asks.
    pub(super) fn standing(&self, looks: &Looks) -> Standing {
        for &probe in &self.absent {
            match looks.get(probe) {
                None => return Standing::Open(probe),
                Some(Look::Absent) => {}
                Some(Look::Present | Look::Failed) => return Standing::Dropped,
            }
        }
        for &probe in &self.askers {
            match looks.get(probe) {
                None => return Standing::Open(probe),
                Some(Look::Present) => return Standing::Confirmed,
                Some(Look::Absent | Look::Failed) => {}
            }
        }
        Standing::Dropped
    }
}

impl Probe {
    /// The key to look at.
    #[must_use]
    pub fn key(self, inventory: &Inventory) -> String {
        match self {
            Self::Data(id) => inventory.data_key(&inventory.digests.get(id)),
            Self::Link(link) => inventory.link_key(link),
            Self::Tag(tag, _) => inventory.link_key(Link::Tag(tag)),
        }
    }
}
