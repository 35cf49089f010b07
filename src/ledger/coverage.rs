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
        let part = |within: Sum| match within.bytes {
            0 => "0 %".to_owned(),
            bytes => share(bytes, self.total.bytes),
        };
        let (day, week) = (part(self.within_1d), part(self.within_7d));
        let (month, quarter) = (part(self.within_30d), part(self.within_90d));
        let (ever, total) = (part(self.ever), iec(self.total.bytes));
        let mut lines = vec![
            format!("proved within a day {day}, 7 days {week}, 30 days {month},"),
            format!("90 days {quarter}, ever {ever} of {total}"),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::audit::Proof;
    use crate::oci::Digest;

    fn candidate(size: u64, last: Option<Outcome>) -> Candidate {
        Candidate { digest: Digest::sha256_of(b""), size, written: None, last, is_orphaned: false }
    }

    fn hours_ago(hours: i64) -> Outcome {
        let at = now() - SignedDuration::from_hours(hours);
        Outcome::Proved { at, by: Proof::Bytes }
    }

    fn now() -> Timestamp {
        "2026-02-01T02:00:00Z".parse().unwrap()
    }

    fn example() -> Coverage {
        let days = [0, 24, 25, 24 * 30, 24 * 90, 24 * 91];
        let proved = days.map(|hours| candidate(1 << 30, Some(hours_ago(hours))));
        let wrong = Outcome::Wrong { at: now() };
        let others = [None, Some(wrong), Some(hours_ago(-1))].map(|last| candidate(5 << 30, last));
        Coverage::of(now(), &[proved.as_slice(), &others].concat())
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
            coverage.never,
            coverage.total,
        ];
        assert_eq!(counts.map(|sum| sum.count), [2, 3, 4, 5, 6, 1, 2, 9]);
        assert_eq!(counts.map(|sum| sum.bytes >> 30), [2, 3, 4, 5, 6, 5, 10, 21]);
        assert_eq!(coverage.oldest, Some(hours_ago(24 * 91).at()));
    }

    #[test]
    fn says_it_to_people_and_to_programs() {
        let lines = [
            "proved within a day 9.5 %, 7 days 14.3 %, 30 days 19.0 %,",
            "90 days 23.8 %, ever 28.6 % of 21.0 GiB",
            "the oldest proof is of 2025-11-02T02:00:00Z",
            "2 blobs (10.0 GiB) never read",
            "1 blob (5.0 GiB) found wrong",
        ];
        assert_eq!(example().lines(), lines);
        let json = serde_json::to_value(example()).unwrap();
        assert_eq!(json["within_30d"], serde_json::json!({"count": 4, "bytes": 4_u64 << 30}));
        assert_eq!(json["oldest"], "2025-11-02T02:00:00Z");
        assert_eq!(Coverage::of(now(), &[]).lines()[1], "90 days 0 %, ever 0 % of 0 B");
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(
            blobs in prop::collection::vec((any::<u32>(), prop::option::of((-9..3000_i64, any::<bool>()))), 0..20),
        ) {
            let outcome = |(hours, is_wrong)| match hours_ago(hours) {
                Outcome::Proved { at, .. } if is_wrong => Outcome::Wrong { at },
                proved => proved,
            };
            let blobs = blobs.into_iter().map(|(size, last)| candidate(size.into(), last.map(outcome)));
            let coverage = Coverage::of(now(), &blobs.collect::<Vec<_>>());
            let Coverage { within_1d, within_7d, within_30d, within_90d, ever, .. } = coverage;
            let steps = [Sum::default(), within_1d, within_7d, within_30d, within_90d, ever];
            prop_assert!(steps.is_sorted_by(|a, b| a.count <= b.count && a.bytes <= b.bytes));
            let mut whole = ever;
            whole += coverage.wrong;
            whole += coverage.never;
            prop_assert_eq!(whole, coverage.total);
            prop_assert_eq!(coverage.oldest.is_some(), ever.count > 0);
        }
    }
}
