//! How much of the bucket has been proved, and how long ago.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Candidate, Outcome};
use crate::object::Sum;
use crate::report::text::units::{iec, share, sum};

/// How many blobs and bytes have been proved within which time. `ever`, `wrong` and `never` are
/// the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Proved within a day.
    pub within_1d: Sum,
    /// Proved within a week, the day among it.
    pub within_7d: Sum,
    /// Proved within 30 days.
    pub within_30d: Sum,
    /// Proved within 90 days.
    pub within_90d: Sum,
    /// Proved at any time, in the version that is stored now.
    pub ever: Sum,
    /// Found wrong when it was last looked at.
    pub wrong: Sum,
    /// Never looked at, in the version that is stored now.
    pub never: Sum,
    /// All stored blobs.
    pub total: Sum,
    /// The oldest proof that a stored blob has; `None` if none has any.
    pub oldest: Option<Timestamp>,
}

impl Coverage {
    /// How far the proofs of these blobs reach back from `now`.
    #[must_use]
    pub fn of(now: Timestamp, candidates: &[Candidate]) -> Self {
        let mut coverage = Self::default();
        for candidate in candidates {
            coverage.total.add(candidate.size);
            match candidate.known(now) {
                None => coverage.never.add(candidate.size),
                Some(Outcome::Wrong { .. }) => coverage.wrong.add(candidate.size),
                Some(Outcome::Proved { at, .. }) => coverage.add(now, at, candidate.size),
            }
        }
        coverage
    }

    fn add(&mut self, now: Timestamp, at: Timestamp, size: u64) {
        let age = now.duration_since(at);
        for (days, sum) in [
            (1, &mut self.within_1d),
            (7, &mut self.within_7d),
            (30, &mut self.within_30d),
            (90, &mut self.within_90d),
        ] {
            if age <= SignedDuration::from_hours(24 * days) {
                sum.add(size);
            }
        }
        self.ever.add(size);
        self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
    }

    /// The same for people, on a few lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let part = |within: Sum| share(within.bytes, self.total.bytes);
        let mut lines = vec![
            format!(
                "of {}: {} within a day, {} within 7 days,",
                iec(self.total.bytes),
                part(self.within_1d),
                part(self.within_7d)
            ),
            format!(
                "{} within 30 days, {} within 90, {} ever",
                part(self.within_30d),
                part(self.within_90d),
                part(self.ever)
            ),
        ];
        if let Some(oldest) = self.oldest {
            lines.push(format!("the oldest proof is of {oldest:.0}"));
        }
        for (sums, what) in [(self.never, "never read"), (self.wrong, "found wrong")] {
            if sums.count > 0 {
                lines.push(format!("{} {what}", sum(sums, "blob")));
            }
        }
        lines
    }
}
