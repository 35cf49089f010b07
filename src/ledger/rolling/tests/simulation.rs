//! Months of nightly runs over a bucket that changes, with a clock passed in.

use std::collections::BTreeMap;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::super::{Rolling, Tonight, choose};
use crate::audit::Proof;
use crate::ledger::{Candidate, Outcome};
use crate::oci::Digest;

pub(super) const HOUR: SignedDuration = SignedDuration::from_hours(1);
pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);
pub(super) const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A bucket, its ledger, and how long any of its bytes had to wait.
pub(super) struct World {
    pub(super) rng: Rng,
    pub(super) now: Timestamp,
    pub(super) budget: Option<u64>,
    /// How long a run takes.
    pub(super) takes: SignedDuration,
    pub(super) runs: Vec<Timestamp>,
    pub(super) blobs: BTreeMap<u64, Candidate>,
    /// The longest that a byte went unread: from one reading to the next, or from when it came
    /// under the ledger's eyes to its first. Of blobs that are still there and of those read.
    pub(super) longest_wait: SignedDuration,
    /// When the next run is due, as the last one said, if it left nothing.
    pub(super) next_run_by: Option<Timestamp>,
    next: u64,
}

impl World {
    pub(super) fn new(seed: u64, budget: Option<u64>) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            now: "2026-01-01T02:00:00Z".parse().unwrap(),
            budget,
            takes: 4 * HOUR,
            runs: Vec::new(),
            blobs: BTreeMap::new(),
            longest_wait: SignedDuration::ZERO,
            next_run_by: None,
            next: 0,
        }
    }

    pub(super) fn push(&mut self, size: u64) {
        self.next += 1;
        let candidate = Candidate {
            digest: Digest::sha256_of(&self.next.to_be_bytes()),
            size,
            written: Some(self.now),
            last: None,
            is_orphaned: self.rng.u8(..4) == 0,
        };
        self.blobs.insert(self.next, candidate);
    }

    /// Each time one comes, one goes and one is written anew.
    pub(super) fn change(&mut self, times: usize) {
        for _ in 0..times {
            let size = self.rng.u64(1..150);
            self.push(size);
            let gone = self.any();
            self.forget(gone);
            self.blobs.remove(&gone);
            let anew = self.any();
            self.forget(anew);
            let (now, blob) = (self.now, self.blobs.get_mut(&anew).unwrap());
            (blob.written, blob.last) = (Some(now), None);
        }
    }

    fn any(&mut self) -> u64 {
        let numbers: Vec<_> = self.blobs.keys().copied().collect();
        *self.rng.choice(&numbers).unwrap()
    }

    pub(super) fn total(&self) -> u64 {
        self.blobs.values().map(|blob| blob.size).sum()
    }

    /// Chooses, and reads the first `most` of what is chosen.
    pub(super) fn run(&mut self, most: usize) -> Tonight {
        let (numbers, candidates): (Vec<_>, Vec<_>) = self.blobs.clone().into_iter().unzip();
        let Self { now, budget, .. } = *self;
        let rolling = Rolling { now, every: MONTH, budget, runs: &self.runs };
        let tonight = choose(&rolling, &candidates);
        self.runs.push(now);
        let step = self.takes / i32::try_from(tonight.read.len().max(1)).unwrap();
        for (place, index) in (0..).zip(tonight.read.iter().take(most)) {
            let (number, at) = (numbers[*index], now + step * place);
            self.read(number, at);
        }
        let is_whole = most >= tonight.read.len() && tonight.left.count == 0;
        self.next_run_by = is_whole.then_some(tonight.next_run_by);
        tonight
    }

    fn read(&mut self, number: u64, at: Timestamp) {
        let wait = at.duration_since(self.since(number));
        self.longest_wait = self.longest_wait.max(wait);
        let last = Outcome::Proved { at, by: Proof::Bytes };
        self.blobs.get_mut(&number).unwrap().last = Some(last);
    }

    /// A blob goes: it waited until now.
    fn forget(&mut self, number: u64) {
        let wait = self.now.duration_since(self.since(number));
        self.longest_wait = self.longest_wait.max(wait);
    }

    fn since(&self, number: u64) -> Timestamp {
        let (blob, began) = (&self.blobs[&number], self.runs[0]);
        blob.last.map_or(blob.written.unwrap().max(began), Outcome::at)
    }

    /// The longest that any byte which is there has waited by now.
    pub(super) fn waited(&self) -> SignedDuration {
        let waits = self.blobs.keys().map(|number| self.now.duration_since(self.since(*number)));
        waits.max().unwrap_or_default()
    }

    /// The file is lost, and with it all that is remembered.
    pub(super) fn lose_ledger(&mut self) {
        self.runs.clear();
        self.blobs.values_mut().for_each(|blob| blob.last = None);
        self.next_run_by = None;
    }
}
