//! Failures for reasons of the moment: all are counted, some are told.

use std::collections::BTreeSet;

/// Why an audit is incomplete. Where a policy hides half of a bucket there are millions of
/// reasons, and a hundred tell what is wrong.
#[derive(Debug, Default)]
pub struct Failures {
    /// The first in the order of their text, so that it does not matter which came first.
    told: BTreeSet<String>,
    /// All of them, each as often as it came.
    count: u64,
}

impl Failures {
    /// How many are told.
    pub const MOST_TOLD: usize = 100;

    pub(super) fn push(&mut self, reason: String) {
        self.count += 1;
        self.told.insert(reason);
        if self.told.len() > Self::MOST_TOLD {
            self.told.pop_last();
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Each that is told, once, sorted; and, where they are too many, how many there are besides.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let mut reasons: Vec<String> = self.told.iter().cloned().collect();
        if reasons.len() == Self::MOST_TOLD && self.count > Self::MOST_TOLD as u64 {
            reasons.push(format!("and {} more", self.count - Self::MOST_TOLD as u64));
        }
        reasons
    }
}
