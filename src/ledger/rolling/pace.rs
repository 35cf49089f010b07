//! How often runs come, and what that asks of each.

use jiff::{SignedDuration, Timestamp};

use super::{Rolling, later, total};
use crate::ledger::{Candidate, Outcome};

/// How often runs come, judged by those of the last period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// The mean time between two.
    pub(super) usual: SignedDuration,
    /// For how long no run may come without anything being overdue: the longest time that there
    /// was between two, and a usual one more, so that one that is missed does no harm.
    pub(super) horizon: SignedDuration,
    /// When there was first a ledger.
    began: Timestamp,
}

/// How often runs come, until there have been two.
const ASSUMED: SignedDuration = SignedDuration::from_hours(24);

impl Pace {
    pub(super) fn of(rolling: &Rolling<'_>) -> Self {
        let Rolling { now, every, .. } = *rolling;
        let runs = before(rolling);
        let lately = runs.partition_point(|run| later(*run, every) < now).saturating_sub(1);
        let lately: Vec<_> = runs[lately..].iter().copied().chain([now]).collect();
        let gaps = || lately.windows(2).map(|pair| pair[1].duration_since(pair[0]));
        let usual = match i32::try_from(gaps().count()) {
            Ok(0) | Err(_) => ASSUMED.min(every),
            Ok(count) => gaps().sum::<SignedDuration>() / count,
        };
        let longest = gaps().max().unwrap_or(usual);
        let began = runs.first().copied().unwrap_or(now);
        Self { usual, horizon: longest.saturating_add(usual), began }
    }

    /// Since when a blob that was never looked at has waited: since it was written, as far as
    /// there was anybody to look.
    pub(super) fn known_since(&self, rolling: &Rolling<'_>, candidate: &Candidate) -> Timestamp {
        let written = candidate.written.unwrap_or(self.began).min(rolling.now);
        written.max(self.began)
    }

    /// How many bytes this run has to read, so that the load is even: the part of the whole that
    /// belongs to the time since an earlier run, less what has been read since then.
    ///
    /// That run is the last one that is a thirtieth of the period ago. With the very last, each of
    /// many short runs would be one blob too generous.
    pub(super) fn share(&self, rolling: &Rolling<'_>, candidates: &[Candidate]) -> u64 {
        let Rolling { now, every, .. } = *rolling;
        let runs = before(rolling);
        let earlier = runs.iter().rposition(|run| now.duration_since(*run) >= every / 30);
        let (span, since) = match earlier {
            Some(run) => (now.duration_since(runs[run]), runs.get(run + 1)),
            None => (now.duration_since(self.began) + ASSUMED.min(every), runs.first()),
        };
        let proved = |candidate: &&Candidate| match candidate.known(now) {
            Some(Outcome::Proved { at, .. }) => since.is_some_and(|since| at >= *since),
            _ => false,
        };
        let read = candidates.iter().filter(proved).map(|candidate| candidate.size);
        let read = read.fold(0, u64::saturating_add);
        part(total(candidates), span, every).saturating_sub(read)
    }
}

/// The part of the whole that belongs to a span of time, rounded up.
pub(super) fn part(whole: u64, span: SignedDuration, every: SignedDuration) -> u64 {
    let micros = |span: SignedDuration| span.as_micros().max(0).unsigned_abs();
    let (span, every) = (micros(span), micros(every).max(1));
    let part = (u128::from(whole) * span.min(every)).div_ceil(every);
    u64::try_from(part).unwrap_or(u64::MAX)
}

/// The runs before this one. A run from the future was told by a clock that was wrong.
fn before<'a>(rolling: &Rolling<'a>) -> &'a [Timestamp] {
    &rolling.runs[..rolling.runs.partition_point(|run| *run <= rolling.now)]
}
