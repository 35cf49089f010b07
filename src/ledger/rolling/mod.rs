//! What to read tonight, so that everything is read once in each period.
//!
//! Pure: the clock, the runs before and what each blob's last look was are arguments. The promise
//! is in `docs/verification.md`; the simulations beside this hold it.

mod outlook;
mod pace;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

pub use self::outlook::Outlook;
use self::pace::{Pace, part};
use super::{Candidate, Outcome};
use crate::object::Sum;
use crate::oci::Digest;

/// What the caller decides, and when runs were.
#[derive(Debug, Clone, Copy)]
pub struct Rolling<'a> {
    /// When this run begins.
    pub now: Timestamp,
    /// The period in which everything is to be read.
    pub every: SignedDuration,
    /// The most bytes to read in one run.
    pub budget: Option<u64>,
    /// When the runs before this one began, the oldest first: as `Ledger::begin_run` tells.
    pub runs: &'a [Timestamp],
}

/// What to read in this run, and what can be promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tonight {
    /// Which of the candidates, in the order in which to read them: a run that is interrupted has
    /// done the most urgent part.
    pub read: Vec<usize>,
    /// How much that is.
    pub sum: Sum,
    /// Whether it is one blob that is larger than the budget, and read alone: it would never be
    /// read otherwise.
    pub is_beyond_budget: bool,
    /// What should be read tonight and is not, for want of budget.
    pub left: Sum,
    /// If nothing is `left`: nothing will be overdue if the next run begins by then.
    pub next_run_by: Timestamp,
    /// In what time everything could be read once at this budget, with runs as often as lately.
    pub at_best: SignedDuration,
    /// The period in which everything is to be read.
    pub every: SignedDuration,
    /// The least budget that could do that, if blobs could be cut to fit.
    pub least_budget: u64,
}

/// A candidate's place in the queue. What comes first is read first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    need: Need,
    /// For what is due: when it will be overdue. For the others: since when they have waited.
    time: Timestamp,
    is_orphaned: bool,
    /// As good as chance, and the same in each run.
    digest: &'a Digest,
    index: usize,
    size: u64,
}

/// Why a candidate is read, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// It could be overdue before it is looked at again.
    Due,
    /// It was never looked at: what was damaged when it was pushed should be found soon.
    Never,
    /// Its turn comes later. It is read for the sake of an even load.
    Early,
}

/// Chooses what to read in this run.
///
/// What is due is read, the one that would be overdue first before the others. If that is less
/// than this run's share of the whole, so much more is read as to make it up. What fits no more
/// into the budget makes room for what does, and is the first in one of the next runs: there it
/// fits, or is larger than the budget and is read alone. What is left of the budget in the end
/// goes to what was found wrong, so that a report goes on saying so until it is mended.
#[must_use]
pub fn choose(rolling: &Rolling<'_>, candidates: &[Candidate]) -> Tonight {
    let pace = Pace::of(rolling);
    let budget = rolling.budget.unwrap_or(u64::MAX);
    let share = pace.share(rolling, candidates);
    let queue = queue(rolling, &pace, candidates);
    let mut tonight = Tonight {
        read: Vec::new(),
        sum: Sum::default(),
        is_beyond_budget: false,
        left: Sum::default(),
        next_run_by: later(rolling.now, pace.horizon),
        at_best: pace.usual.saturating_mul(runs_needed(&queue, budget)),
        every: rolling.every,
        least_budget: part(total(candidates), pace.usual, rolling.every),
    };
    for place in &queue {
        let is_wanted = place.need == Need::Due || tonight.sum.bytes < share;
        if !is_wanted {
            break;
        }
        let is_alone = place.size > budget && tonight.read.is_empty();
        if is_alone || (!tonight.is_beyond_budget && tonight.fits(place.size, budget)) {
            tonight.is_beyond_budget |= is_alone;
            tonight.take(place.index, place.size);
        } else if place.need == Need::Due {
            tonight.left.add(place.size);
        }
    }
    tonight.read_wrong_again(rolling, candidates, budget);
    tonight
}

/// All candidates, the most urgent first.
fn queue<'a>(rolling: &Rolling<'_>, pace: &Pace, candidates: &'a [Candidate]) -> Vec<Place<'a>> {
    let next = later(rolling.now, pace.horizon);
    let mut queue: Vec<_> = candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| {
            let looked_at = candidate.looked_at(rolling.now);
            let since = looked_at.unwrap_or_else(|| pace.known_since(rolling, candidate));
            let overdue = later(since, rolling.every);
            let (need, time) = match looked_at {
                _ if overdue < next => (Need::Due, overdue),
                None => (Need::Never, since),
                Some(_) => (Need::Early, since),
            };
            let Candidate { digest, size, is_orphaned, .. } = candidate;
            Place { need, time, is_orphaned: *is_orphaned, digest, index, size: *size }
        })
        .collect();
    queue.sort_unstable();
    queue
}

impl Tonight {
    /// Whether this budget, and runs as often as lately, can read everything once in each period.
    #[must_use]
    pub fn keeps_promise(&self) -> bool {
        self.at_best <= self.every
    }

    fn fits(&self, size: u64, budget: u64) -> bool {
        self.sum.bytes.checked_add(size).is_some_and(|bytes| bytes <= budget)
    }

    fn take(&mut self, index: usize, size: u64) {
        self.read.push(index);
        self.sum.add(size);
    }

    fn read_wrong_again(&mut self, rolling: &Rolling<'_>, candidates: &[Candidate], budget: u64) {
        let mut is_chosen = vec![false; candidates.len()];
        self.read.iter().for_each(|index| is_chosen[*index] = true);
        for (index, candidate) in candidates.iter().enumerate() {
            let is_wrong = |last| !matches!(last, Outcome::Proved { .. });
            if candidate.known(rolling.now).is_some_and(is_wrong)
                && !is_chosen[index]
                && self.fits(candidate.size, budget)
            {
                self.take(index, candidate.size);
            }
        }
    }

    /// What a report says of it.
    #[must_use]
    pub fn outlook(&self) -> Outlook {
        Outlook {
            every_seconds: seconds(self.every),
            is_beyond_budget: self.is_beyond_budget,
            left: self.left,
            next_run_by: self.next_run_by,
            keeps_promise: self.keeps_promise(),
            at_best_seconds: seconds(self.at_best),
            least_budget: self.least_budget,
        }
    }
}

/// In how many runs everything is read. What does not fit into a run is put off to the next one
/// here, where [`choose`] looks for something that does fit: it needs no more runs than this.
fn runs_needed(queue: &[Place<'_>], budget: u64) -> i32 {
    let (mut runs, mut room) = (0_i32, 0);
    for place in queue {
        if place.size > budget {
            runs = runs.saturating_add(1);
            continue;
        }
        if place.size > room || runs == 0 {
            runs = runs.saturating_add(1);
            room = budget;
        }
        room -= place.size;
    }
    runs
}

fn total(candidates: &[Candidate]) -> u64 {
    candidates.iter().fold(0, |bytes, candidate| bytes.saturating_add(candidate.size))
}

/// At the end of all time at the latest.
fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn seconds(span: SignedDuration) -> u64 {
    span.as_secs().max(0).unsigned_abs()
}
