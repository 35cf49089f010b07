//! Counts what reading costs: requests and bytes.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};

use super::{Body, Download, ObjectStore, Page, StoreError};
use crate::object::{ETag, Object};

/// What has been asked of a store. An attempt that a backend repeats by itself counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests {
    /// Pages of listings.
    pub list: u64,
    /// Objects whose bytes were asked for.
    pub get: u64,
    /// Objects that were only looked at.
    pub head: u64,
    /// Bytes of bodies that arrived.
    pub bytes_read: u64,
}

/// A store that counts what is asked of the one within.
#[derive(Debug)]
pub struct CountStore<S> {
    inner: S,
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    list: AtomicU64,
    get: AtomicU64,
    head: AtomicU64,
    bytes_read: AtomicU64,
}

impl<S> CountStore<S> {
    /// Begins to count at 0.
    pub fn new(inner: S) -> Self {
        Self { inner, counters: Arc::default() }
    }

    /// The counts so far.
    #[must_use]
    pub fn snapshot(&self) -> Requests {
        let counters = &self.counters;
        Requests {
            list: counters.list.load(Ordering::Relaxed),
            get: counters.get.load(Ordering::Relaxed),
            head: counters.head.load(Ordering::Relaxed),
            bytes_read: counters.bytes_read.load(Ordering::Relaxed),
        }
    }

    /// The store within.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    fn counted(&self, body: Body) -> Body {
        let counters = Arc::clone(&self.counters);
        let body = body.inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                add(&counters.bytes_read, chunk.len() as u64);
            }
        });
        body.boxed()
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

#[async_trait]
impl<S: ObjectStore> ObjectStore for CountStore<S> {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let pages = self.inner.list(prefix, after);
        pages.inspect(|_| add(&self.counters.list, 1)).boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        add(&self.counters.get, 1);
        let Download { object, body } = self.inner.get(key).await?;
        Ok(Download { object, body: self.counted(body) })
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        add(&self.counters.get, 1);
        let Download { object, body } = self.inner.get_part(key, part, of).await?;
        Ok(Download { object, body: self.counted(body) })
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        add(&self.counters.head, 1);
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        add(&self.counters.head, 1);
        self.inner.checksum(key).await
    }
}

impl<S: fmt::Display> fmt::Display for CountStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    #[tokio::test]
    async fn pages_reads_and_bytes_are_counted_as_they_happen() {
        let memory = MemoryStore::new().with_page_size(2);
        for key in ["a", "b", "c"] {
            memory.put(key, vec![0; 100_000]);
        }
        let store = CountStore::new(memory);
        assert_eq!(store.list("", "").count().await, 2);
        assert_eq!(store.list("absent", "").count().await, 1);
        store.head("a").await.unwrap();
        store.get("absent").await.unwrap_err();
        let mut body = store.get("b").await.unwrap().body;
        body.next().await.unwrap().unwrap();
        let requests = Requests { list: 3, get: 2, head: 1, bytes_read: 65536 };
        assert_eq!(store.snapshot(), requests);
        assert_eq!(body.count().await, 1);
        assert_eq!(store.snapshot().bytes_read, 100_000);
        let (object, _) = store.checksum("b").await.unwrap();
        let part = store.get_part("b", 5..15, &object.etag.unwrap()).await.unwrap();
        assert_eq!(part.body.count().await, 1);
        let requests = Requests { list: 3, get: 3, head: 2, bytes_read: 100_010 };
        assert_eq!(store.snapshot(), requests);
    }
}
