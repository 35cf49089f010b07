//! Two hashes at once on one core, where two objects arrive at the same time.
//!
//! Blocks of two objects in turn take less time than those of one after those of the other
//! ([`Hasher::update_both`]). So whoever has bytes to hash looks for somebody who waits with some,
//! and else waits with them for one turn of the scheduler.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Buf, Bytes};
use tokio::sync::oneshot;
use tokio::task::yield_now;

use crate::oci::Hasher;

/// What is shorter costs less than to look for another.
const WORTH_IT: usize = 4096;

/// Where those meet who have bytes to hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs(Arc<Mutex<Place>>);

#[derive(Debug, Default)]
struct Place {
    waiting: Option<Waiting>,
    /// How many have waited so far.
    count: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    work: Work,
    back: oneshot::Sender<Work>,
}

/// Bytes, and the hash that is to take them.
#[derive(Debug, Clone)]
struct Work {
    hasher: Hasher,
    bytes: Bytes,
}

impl Pairs {
    /// The hash with these bytes taken.
    pub(super) async fn update(&self, hasher: Hasher, bytes: Bytes) -> Hasher {
        let mut work = Work { hasher, bytes };
        while work.bytes.len() >= WORTH_IT && work.hasher.gains_by_company() {
            work = self.meet(work).await;
        }
        work.alone().hasher
    }

    /// Meets whoever waits, or waits. What has not been taken by then is still there.
    async fn meet(&self, work: Work) -> Work {
        let (back, done) = oneshot::channel();
        let copy = work.clone();
        let number = {
            let mut place = self.place();
            match place.waiting.take() {
                // Nobody hears of what is done for a task that has been stopped.
                Some(other) if !other.back.is_closed() => {
                    drop(place);
                    return work.with(other);
                }
                _ => {
                    place.count += 1;
                    let number = place.count;
                    place.waiting = Some(Waiting { number, work, back });
                    number
                }
            }
        };
        yield_now().await;
        let left = self.place().waiting.take_if(|waiting| waiting.number == number);
        match left {
            Some(mine) => mine.work.alone(),
            None => done.await.unwrap_or(copy),
        }
    }

    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn alone(mut self) -> Self {
        self.hasher.update(&self.bytes);
        self.bytes.clear();
        self
    }

    /// With somebody else's, until all bytes of one have been taken.
    fn with(mut self, other: Waiting) -> Self {
        let Waiting { work: mut others, back, .. } = other;
        let (taken, others_taken) = Hasher::update_both(
            (&mut self.hasher, &self.bytes),
            (&mut others.hasher, &others.bytes),
        );
        self.bytes.advance(taken);
        others.bytes.advance(others_taken);
        // It may have been stopped meanwhile.
        drop(back.send(others));
        self
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;
    use crate::oci::Digest;

    /// Bytes of many lengths, of which some are not worth while.
    fn chunks(seed: u64) -> Vec<Bytes> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let chunk = |size| Bytes::from(vec![rng.u8(..); size]);
        let mut lengths = fastrand::Rng::with_seed(seed + 1);
        let sizes: Vec<usize> = (0..40).map(|_| lengths.usize(..20_000)).collect();
        sizes.into_iter().map(chunk).collect()
    }

    async fn digest(pairs: Pairs, seed: u64) -> Digest {
        let algorithm = if seed.is_multiple_of(5) {
            Digest::from_sha512([0; 64])
        } else {
            Digest::sha256_of(b"")
        };
        let mut hasher = algorithm.hasher().unwrap();
        for chunk in chunks(seed) {
            hasher = pairs.update(hasher, chunk).await;
        }
        let bytes = chunks(seed).concat();
        assert_eq!(algorithm.of_same_algorithm(&bytes), Some(hasher.clone().finish()));
        hasher.finish()
    }

    #[tokio::test]
    async fn each_gets_its_own() {
        let pairs = Pairs::default();
        join_all((0..12).map(|seed| digest(pairs.clone(), seed))).await;
        assert!(pairs.place().count > 0);
    }

    #[test]
    fn on_several_threads_too() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
        let pairs = Pairs::default();
        runtime.block_on(async {
            let tasks = (0..12).map(|seed| tokio::spawn(digest(pairs.clone(), seed)));
            assert!(join_all(tasks).await.iter().all(Result::is_ok));
        });
    }

    /// Those that are stopped while they wait are not waited for, and take nothing with them.
    #[tokio::test]
    async fn who_is_stopped_is_missed_by_nobody() {
        let pairs = Pairs::default();
        let stopped = tokio::spawn(digest(pairs.clone(), 1));
        tokio::task::yield_now().await;
        stopped.abort();
        digest(pairs.clone(), 2).await;
        assert!(stopped.await.unwrap_err().is_cancelled());
    }
}
