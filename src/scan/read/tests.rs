//! Objects that are written while they are read.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::stream::{self, BoxStream};

use super::*;
use crate::store::{CountStore, LimitStore, MemoryStore, Page};

/// A store whose one object is written while it is read, so many times: what has begun to arrive
/// is the old version, and ends in an error.
#[derive(Debug)]
struct Restless {
    inner: MemoryStore,
    left: AtomicUsize,
}

impl Restless {
    fn new(times: usize) -> Self {
        let inner = MemoryStore::new();
        inner.put("k", version(times));
        Self { inner, left: AtomicUsize::new(times) }
    }
}

fn version(left: usize) -> Vec<u8> {
    vec![u8::try_from(left).unwrap(); 200_000]
}

impl fmt::Display for Restless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Restless {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        self.inner.list(prefix, after)
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        let download = self.inner.get(key).await?;
        let fewer = |left: usize| left.checked_sub(1);
        let Ok(left) = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer) else {
            return Ok(download);
        };
        self.inner.put(key, version(left - 1));
        let changed = StoreError::new(ErrorKind::Changed, "get k", "another version");
        let body = download.body.take(1).chain(stream::iter([Err(changed)])).boxed();
        Ok(Download { object: download.object, body })
    }

    async fn get_part(&self, _: &str, _: Range<u64>, _: &ETag) -> Result<Download, StoreError> {
        Err(StoreError::new(ErrorKind::Configuration, "get k", "no parts here"))
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.inner.checksum(key).await
    }
}

fn reader(store: Arc<dyn ObjectStore>) -> Reader {
    let options = Options::default();
    let limited = LimitStore::new(store, options.concurrency);
    Reader::new(Arc::new(CountStore::new(limited)), &options)
}

#[tokio::test(start_paused = true)]
async fn what_is_written_meanwhile_is_read_anew_from_its_beginning() {
    let sha256 = Digest::sha256_of(b"").hasher().unwrap();
    for times in [0, 1, 4] {
        let (mut told, reads) = (0, reader(Arc::new(Restless::new(times))));
        let hashed = reads.digest("k", &sha256, |bytes| told += bytes).await.unwrap();
        assert_eq!(hashed.digest, Digest::sha256_of(&version(0)), "{times}");
        assert_eq!((hashed.size, hashed.zeros_from, told), (200_000, 0, 200_000));
        let small = reader(Arc::new(Restless::new(times))).small("k", 1 << 20).await.unwrap();
        assert!(matches!(small, Small::Bytes(bytes, _) if bytes == version(0)), "{times}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_written_again_and_again_is_given_up() {
    let reader = reader(Arc::new(Restless::new(99)));
    let sha256 = Digest::sha256_of(b"").hasher().unwrap();
    let error = reader.digest("k", &sha256, |_| ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed);
    assert_eq!(reader.store.snapshot().get, 5);
}

/// Each look at the connection takes time, so that it is slow.
#[tokio::test]
async fn a_large_object_that_comes_slowly_is_read_in_parts_or_else_whole() {
    let content = vec![7; usize::try_from(parts::LARGE).unwrap()];
    let sha256 = Digest::sha256_of(b"").hasher().unwrap();
    let slow = |_| std::thread::sleep(Duration::from_micros(300));
    let memory = MemoryStore::new();
    memory.put("k", content.clone());
    let restless = Restless::new(0);
    restless.inner.put("k", content.clone());
    // The other one refuses parts.
    for store in [Arc::new(memory) as Arc<dyn ObjectStore>, Arc::new(restless)] {
        let reads = reader(store);
        let hashed = reads.digest("k", &sha256, slow).await.unwrap();
        assert_eq!(hashed.digest, Digest::sha256_of(&content));
        assert!(reads.store.snapshot().get > 1, "parts were tried");
    }
}
