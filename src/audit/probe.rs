//! Second looks: what a listing seems to lack is looked at again before anybody is told.

use std::collections::BTreeMap;

use super::upward::Upward;
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
    pub(super) askers: Askers,
}

/// By what something is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Askers {
    /// These links and tags.
    These(Vec<Probe>),
    /// Whatever leads to these manifests. Gone through as far as it takes, and never kept: all
    /// that is missing of an image has all of the image's tags in common.
    LeadingTo(Vec<DigestId>),
}

impl Askers {
    fn iter<'a>(&'a self, upward: &'a Upward<'_>) -> Box<dyn Iterator<Item = Probe> + 'a> {
        match self {
            Self::These(probes) => Box::new(probes.iter().copied()),
            Self::LeadingTo(manifests) => {
                let mut askers = upward.askers(manifests).peekable();
                if askers.peek().is_some() {
                    Box::new(askers)
                } else {
                    // Only the caller's list names them: their own data must do.
                    Box::new(manifests.iter().copied().map(Probe::Data))
                }
            }
        }
    }
}

/// What the answers so far make of a suspicion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is true.
    Confirmed,
    /// It is not, or not any more, or nobody can tell.
    Dropped,
    /// These have to be looked at first.
    Open(Vec<Probe>),
}

impl Suspicion {
    /// Goes through the answers in order. An asker is looked at only once the thing itself is
    /// known to be absent, and hardly more of them than it takes to find one that still asks: one,
    /// and then each time as many more as are gone, so that a repository of ten thousand tags that
    /// is deleted meanwhile is seen through in a few rounds.
    pub(super) fn standing(&self, upward: &Upward<'_>, looks: &Looks) -> Standing {
        for &probe in &self.absent {
            match looks.get(probe) {
                None => return Standing::Open(vec![probe]),
                Some(Look::Absent) => {}
                Some(Look::Present | Look::Failed) => return Standing::Dropped,
            }
        }
        let (mut gone, mut open) = (0, Vec::new());
        for probe in self.askers.iter(upward) {
            match looks.get(probe) {
                None => open.push(probe),
                Some(Look::Present) => return Standing::Confirmed,
                Some(Look::Absent | Look::Failed) => gone += 1,
            }
            if open.len() > gone {
                break;
            }
        }
        if open.is_empty() { Standing::Dropped } else { Standing::Open(open) }
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
