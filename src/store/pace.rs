//! So many a second, and no more.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How late one may come for a turn and still have it. Timers wake up to a few milliseconds late,
/// which at a thousand turns a second would cost as many turns; a fiftieth of a second's worth at
/// once is no burst that anybody feels.
const GRACE: Duration = Duration::from_millis(20);

/// Hands out turns at even intervals. Turns that nobody takes are lost: no burst makes up for
/// them.
#[derive(Debug)]
pub(super) struct Pace {
    per_second: u64,
    /// When what was handed out so far has been used up.
    until: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) const fn new(per_second: u64) -> Self {
        Self { per_second, until: Mutex::new(None) }
    }

    /// Waits until so many may go.
    pub(super) async fn wait(&self, number: u64) {
        sleep_until(self.turn(number)).await;
    }

    fn turn(&self, number: u64) -> Instant {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let turn = until.map_or(now, |until| until.max(now.checked_sub(GRACE).unwrap_or(now)));
        *until = Some(turn + self.time_for(number));
        turn
    }

    fn time_for(&self, number: u64) -> Duration {
        let nanoseconds = u128::from(number) * 1_000_000_000 / u128::from(self.per_second);
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::join_all;
    use proptest::prelude::*;

    use super::*;

    /// When each of so many takers, each with pauses of its own, got its share.
    fn shares(pace: Pace, takers: Vec<Vec<(u64, u64)>>) -> Vec<(Duration, u64)> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let (pace, begin) = (Arc::new(pace), Instant::now());
            let taker = async |shares: Vec<(u64, u64)>| {
                let mut got = Vec::new();
                for (pause, number) in shares {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    pace.wait(number).await;
                    got.push((begin.elapsed(), number));
                }
                got
            };
            let mut got = join_all(takers.into_iter().map(taker)).await.concat();
            got.sort_unstable();
            got
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// In any span of time goes what belongs to it, and the grace, and the one share that was
        /// on its way when it began.
        #[test]
        fn no_span_of_time_has_more_than_its_share(
            per_second in 1_000_u64..2_000_000_000,
            takers in prop::collection::vec(
                prop::collection::vec((0_u64..30, 0.0..0.2_f64), 1..40), 1..6),
        ) {
            #[expect(clippy::cast_precision_loss, clippy::cast_sign_loss,
                clippy::cast_possible_truncation, reason = "a share of a number")]
            let part = |share: f64| (per_second as f64 * share) as u64;
            let takers: Vec<Vec<_>> = takers.into_iter()
                .map(|taker| taker.into_iter().map(|(pause, share)| (pause, part(share))).collect())
                .collect();
            let largest = takers.iter().flatten().map(|&(_, number)| number).max().unwrap_or(0);
            let got = shares(Pace::new(per_second), takers);
            for (index, &(from, _)) in got.iter().enumerate() {
                let mut sum = 0_u128;
                for &(time, number) in &got[index..] {
                    sum += u128::from(number);
                    // A timer knows only milliseconds.
                    let span = time.saturating_sub(from) + GRACE + Duration::from_millis(2);
                    let belongs = u128::from(per_second) * span.as_nanos() / 1_000_000_000;
                    prop_assert!(sum <= belongs + u128::from(largest) + 1, "{sum} in {span:?}");
                }
            }
        }

        /// Where somebody always asks, within a twentieth of all that may go goes.
        #[test]
        #[expect(clippy::cast_precision_loss, reason = "a time to within a twentieth")]
        fn nothing_is_held_back_without_need(
            per_second in 100_u64..2_000_000_000,
            takers in 1_usize..8,
            share in 200_u64..2000,
        ) {
            let number = (per_second / share).max(1);
            let each = usize::try_from(10 * per_second / number).unwrap_or(0) / takers;
            let got = shares(Pace::new(per_second), vec![vec![(0, number); each]; takers]);
            let sum: u64 = got.iter().map(|&(_, number)| number).sum();
            let last = got.last().map_or(Duration::ZERO, |&(time, _)| time);
            let due = Duration::from_secs(1).mul_f64(sum as f64 / per_second as f64);
            prop_assert!(last >= due.mul_f64(0.95) && last <= due.mul_f64(1.05), "{last:?} {due:?}");
        }
    }
}
