//! How much of the bucket has been proved, and how long ago.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::object::Sum;

/// How many blobs and bytes have been proved within which time. `ever`, `wrong`, `unreadable` and
/// `never` are the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Not to be read as things stand when that was last tried.
    pub unreadable: Sum,
    /// Never looked at, in the version that is stored now.
    pub never: Sum,
    /// All blobs that were asked about.
    pub total: Sum,
    /// The oldest proof that a stored blob has; `None` if none has any.
    pub oldest: Option<Timestamp>,
}

impl Coverage {
    /// How far the proofs of these blobs reach back from `now`: of each its size, and what came of
    /// the last look at the version that is stored now. A look from the future was made by a clock
    /// that was wrong, and says nothing of when.
    #[must_use]
    pub fn of(now: Timestamp, blobs: impl IntoIterator<Item = (u64, Option<Outcome>)>) -> Self {
        let mut coverage = Self::default();
        for (size, last) in blobs {
            coverage.total.add(size);
            match last.filter(|last| last.at() <= now) {
                None => coverage.never.add(size),
                Some(Outcome::Wrong { .. }) => coverage.wrong.add(size),
                Some(Outcome::Unreadable { .. }) => coverage.unreadable.add(size),
                Some(Outcome::Proved { at, .. }) => coverage.prove(now, at, size),
            }
        }
        coverage
    }

    /// Adds that of other blobs, of another part of the same registry.
    pub(super) fn add(&mut self, part: &Self) {
        for (sum, more) in [
            (&mut self.within_1d, part.within_1d),
            (&mut self.within_7d, part.within_7d),
            (&mut self.within_30d, part.within_30d),
            (&mut self.within_90d, part.within_90d),
            (&mut self.ever, part.ever),
            (&mut self.wrong, part.wrong),
            (&mut self.unreadable, part.unreadable),
            (&mut self.never, part.never),
            (&mut self.total, part.total),
        ] {
            *sum += more;
        }
        self.oldest = self.oldest.into_iter().chain(part.oldest).min();
    }

    fn prove(&mut self, now: Timestamp, at: Timestamp, size: u64) {
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::audit::Proof;

    fn hours_ago(hours: i64) -> Outcome {
        let at = now() - SignedDuration::from_hours(hours);
        Outcome::Proved { at, by: Proof::Bytes }
    }

    fn now() -> Timestamp {
        "2026-02-01T02:00:00Z".parse().unwrap()
    }

    fn example() -> Coverage {
        let days = [0, 24, 25, 24 * 30, 24 * 90, 24 * 91];
        let proved = days.map(|hours| (1 << 30, Some(hours_ago(hours))));
        let (wrong, cold) = (Outcome::Wrong { at: now() }, Outcome::Unreadable { at: now() });
        let others = [None, Some(wrong), Some(cold), Some(hours_ago(-1))];
        let others = others.map(|last| (5 << 30, last));
        Coverage::of(now(), proved.into_iter().chain(others))
    }

    #[test]
    fn counts_each_blob_by_its_last_proof() {
        let coverage = example();
        let counts = [
            coverage.within_1d,
            coverage.within_7d,
            coverage.within_30d,
            coverage.within_90d,
            coverage.ever,
            coverage.wrong,
            coverage.unreadable,
            coverage.never,
            coverage.total,
        ];
        assert_eq!(counts.map(|sum| sum.count), [2, 3, 4, 5, 6, 1, 1, 2, 10]);
        assert_eq!(counts.map(|sum| sum.bytes >> 30), [2, 3, 4, 5, 6, 5, 5, 10, 26]);
        assert_eq!(coverage.oldest, Some(hours_ago(24 * 91).at()));
    }

    #[test]
    fn is_written_as_sums_and_a_time() {
        let json = serde_json::to_value(example()).unwrap();
        assert_eq!(json["within_30d"], serde_json::json!({"count": 4, "bytes": 4_u64 << 30}));
        assert_eq!(json["oldest"], "2025-11-02T02:00:00Z");
        assert_eq!(serde_json::from_value::<Coverage>(json).unwrap(), example());
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(
            blobs in prop::collection::vec((any::<u32>(), prop::option::of((-9..3000_i64, 0..4_u8))), 0..20),
        ) {
            let outcome = |(hours, what): (i64, u8)| match (hours_ago(hours), what) {
                (Outcome::Proved { at, .. }, 0) => Outcome::Wrong { at },
                (Outcome::Proved { at, .. }, 1) => Outcome::Unreadable { at },
                (proved, _) => proved,
            };
            let of = |blobs: &[(u32, Option<(i64, u8)>)]| {
                let blobs = blobs.iter().map(|(size, last)| (u64::from(*size), last.map(outcome)));
                Coverage::of(now(), blobs)
            };
            let coverage = of(&blobs);
            let (left, right) = blobs.split_at(blobs.len() / 2);
            let mut sum = of(left);
            sum.add(&of(right));
            prop_assert_eq!(sum, coverage);
            let Coverage { within_1d, within_7d, within_30d, within_90d, ever, .. } = coverage;
            let steps = [Sum::default(), within_1d, within_7d, within_30d, within_90d, ever];
            prop_assert!(steps.is_sorted_by(|a, b| a.count <= b.count && a.bytes <= b.bytes));
            let mut whole = ever;
            whole += coverage.wrong;
            whole += coverage.unreadable;
            whole += coverage.never;
            prop_assert_eq!(whole, coverage.total);
            prop_assert_eq!(coverage.oldest.is_some(), ever.count > 0);
        }
    }
}
