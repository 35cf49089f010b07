//! Keeps a store from being asked too much at once, or too often.

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pace::Pace;
use super::{Body, Download, ErrorKind, ObjectStore, Page, StoreError};
use crate::object::{ETag, Object};

/// A store with a bound on the reads at once, and perhaps on the requests and the bytes a second.
///
/// A read (GET or HEAD) holds its place until its body has ended or is dropped: one who keeps
/// bodies unread while asking for more waits for himself. Pages take no place, since a listing
/// asks for one at a time, but they keep the pace. Attempts that the backend repeats by itself
/// are not seen here.
#[derive(Debug)]
pub struct LimitStore<S> {
    inner: S,
    all_places: usize,
    places: Arc<Semaphore>,
    requests: Option<Pace>,
    bytes: Option<Arc<Pace>>,
}

impl<S> LimitStore<S> {
    /// Allows so many reads at once.
    pub fn new(inner: S, concurrency: NonZeroUsize) -> Self {
        let all_places = concurrency.get().min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(all_places));
        Self { inner, all_places, places, requests: None, bytes: None }
    }

    /// How many more reads could begin now.
    pub fn free_places(&self) -> usize {
        self.places.available_permits()
    }

    /// How many reads are under way.
    pub fn taken_places(&self) -> usize {
        self.all_places.saturating_sub(self.free_places())
    }

    /// Spaces all requests, pages among them, evenly: so many a second, without bursts.
    #[must_use]
    pub fn with_max_requests_per_second(mut self, requests: NonZeroU32) -> Self {
        self.requests = Some(Pace::new(u64::from(requests.get())));
        self
    }

    /// Hands out the bytes of all bodies together evenly: so many a second. What a server sends
    /// ahead waits in the connection, so that it is held back too. Pages are not counted.
    #[must_use]
    pub fn with_max_bandwidth(mut self, bytes: NonZeroU64) -> Self {
        self.bytes = Some(Arc::new(Pace::new(bytes.get())));
        self
    }

    async fn keep_pace(&self) {
        if let Some(pace) = &self.requests {
            pace.wait(1).await;
        }
    }

    async fn place(&self, verb: &str, key: &str) -> Result<OwnedSemaphorePermit, StoreError>
    where
        S: fmt::Display,
    {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|closed| {
            let attempt = format!("{verb} {}/{key}", self.inner);
            StoreError::new(ErrorKind::Unavailable, attempt, closed.to_string())
        })?;
        self.keep_pace().await;
        Ok(place)
    }

    /// `body` at its pace, which gives `place` back at its end even if the stream itself lives on.
    fn until_the_end(&self, body: Body, place: OwnedSemaphorePermit) -> Body {
        stream::unfold((body, place, self.bytes.clone()), |(mut body, place, pace)| async move {
            let chunk = body.next().await?;
            if let (Some(pace), Ok(chunk)) = (&pace, &chunk) {
                pace.wait(chunk.len() as u64).await;
            }
            Some((chunk, (body, place, pace)))
        })
        .fuse()
        .boxed()
    }
}

#[async_trait]
impl<S: ObjectStore> ObjectStore for LimitStore<S> {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        // Whether there is another page is known only by asking, so the end costs a turn too.
        stream::unfold(self.inner.list(prefix, after), move |mut pages| async move {
            self.keep_pace().await;
            Some((pages.next().await?, pages))
        })
        .boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        let place = self.place("get", key).await?;
        let Download { object, body } = self.inner.get(key).await?;
        Ok(Download { object, body: self.until_the_end(body, place) })
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        let place = self.place("get", key).await?;
        let Download { object, body } = self.inner.get_part(key, part, of).await?;
        Ok(Download { object, body: self.until_the_end(body, place) })
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        let _place = self.place("head", key).await?;
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        let _place = self.place("head", key).await?;
        self.inner.checksum(key).await
    }
}

impl<S: fmt::Display> fmt::Display for LimitStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::future::join_all;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::store::MemoryStore;

    fn ten_objects() -> MemoryStore {
        let store = MemoryStore::new().with_page_size(1);
        for key in 0..10 {
            store.put(key.to_string(), vec![0; 100_000]);
        }
        store
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_held_until_the_body_has_ended() {
        let store = LimitStore::new(ten_objects(), NonZeroUsize::new(2).unwrap());
        let blocked = async |key| timeout(Duration::from_secs(9), store.head(key)).await.is_err();

        let mut first = store.get("1").await.unwrap().body;
        assert_eq!((store.taken_places(), store.free_places()), (1, 1));
        assert!(!blocked("3").await);
        let second = store.get("2").await.unwrap().body;
        assert!(blocked("3").await);
        while first.next().await.is_some() {}
        assert!(!blocked("3").await, "a body read to its end gives its place back");
        let _third = store.get("3").await.unwrap().body;
        assert!(blocked("3").await);
        drop(second);
        assert!(!blocked("3").await, "and so does a body that is dropped");
        store.get("absent").await.unwrap_err();
        assert!(!blocked("3").await, "and so does a read that failed");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_all_kinds_share_one_even_pace() {
        let store = LimitStore::new(ten_objects(), NonZeroUsize::new(100).unwrap())
            .with_max_requests_per_second(NonZeroU32::new(10).unwrap());
        let begin = Instant::now();
        let reads = join_all((0..10).map(|key| {
            let store = &store;
            async move {
                store.head(&key.to_string()).await.unwrap();
                begin.elapsed()
            }
        }));
        let times = reads.await;
        for (turn, time) in (0..).zip(times) {
            let due = Duration::from_millis(100) * turn;
            assert!(time >= due && time < due + Duration::from_millis(10), "{turn}: {time:?}");
        }
        assert_eq!(store.list("", "").count().await, 10);
        let elapsed = begin.elapsed();
        assert!(elapsed >= Duration::from_secs(2), "{elapsed:?}");
        assert!(elapsed < Duration::from_millis(2150), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_share_one_bandwidth() {
        let store = LimitStore::new(ten_objects(), NonZeroUsize::new(100).unwrap())
            .with_max_bandwidth(NonZeroU64::new(500_000).unwrap());
        let begin = Instant::now();
        let read = async |key: u32| {
            let body = store.get(&key.to_string()).await.unwrap().body;
            body.fold(0, async |sum, chunk| sum + chunk.unwrap().len()).await
        };
        let parts = async |key: &str| {
            let of = store.head(key).await.unwrap().etag.unwrap();
            let body = store.get_part(key, 0..50_000, &of).await.unwrap().body;
            body.fold(0, async |sum, chunk| sum + chunk.unwrap().len()).await
        };
        let bytes = join_all((0..10).map(read)).await.iter().sum::<usize>()
            + join_all(["3", "4"].map(parts)).await.iter().sum::<usize>();
        assert_eq!(bytes, 1_100_000);
        let elapsed = begin.elapsed().as_secs_f64();
        assert!(elapsed > 2.2 * 0.95 && elapsed < 2.2 * 1.05, "{elapsed}");
        store.list("", "").count().await;
        assert!(begin.elapsed().as_secs_f64() < elapsed + 0.01, "pages are none of it");
    }
}
