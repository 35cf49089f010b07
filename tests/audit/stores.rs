//! Stores that answer late, out of order, with other entity tags, or
//! that are changed meanwhile.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use ocifsck::object::{ETag, Object};
use ocifsck::oci::Digest;
use ocifsck::store::{Download, ErrorKind, MemoryStore, ObjectStore, Page, StoreError};

/// A store whose answers take a while, each another one: whoever asks for several at once gets
/// them in another order for each seed.
#[derive(Debug)]
pub(crate) struct Unhurried {
    pub(crate) inner: MemoryStore,
    pub(crate) seed: u64,
}

impl Unhurried {
    async fn wait(&self, key: &str) {
        let drawn = drawn(&format!("{} {key}", self.seed));
        tokio::time::sleep(Duration::from_millis(u64::from(drawn[0]))).await;
    }
}

/// 64 hexadecimal digits that depend on a text alone.
fn drawn(text: &str) -> [u8; 32] {
    *Digest::sha256_of(text.as_bytes()).as_sha256().unwrap()
}

#[async_trait]
impl ObjectStore for Unhurried {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let pages = self.inner.list(prefix, after);
        pages
            .then(async move |page| {
                let first = page.as_ref().ok().and_then(|page| page.first());
                self.wait(first.map_or("", |object| &object.key)).await;
                page
            })
            .boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        self.wait(key).await;
        self.inner.get(key).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        self.wait(key).await;
        self.inner.get_part(key, part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.wait(key).await;
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.wait(key).await;
        self.inner.checksum(key).await
    }
}

/// What a server may give as entity tags instead of MD5s.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tags {
    None,
    /// 32 hexadecimal digits that mean nothing, as under KMS.
    Noise,
    /// Of an upload in parts.
    Parts,
}

/// A store with other entity tags.
#[derive(Debug)]
pub(crate) struct Retagged {
    pub(crate) inner: MemoryStore,
    pub(crate) tags: Tags,
}

impl Retagged {
    fn retag(&self, mut object: Object) -> Object {
        let md5: [u8; 16] = drawn(&object.key)[..16].try_into().unwrap();
        let noise = ETag::from_md5(md5);
        object.etag = match self.tags {
            Tags::None => None,
            Tags::Noise => Some(noise),
            Tags::Parts => Some(ETag::new(&format!("{}-2", noise.as_str()))),
        };
        object
    }
}

#[async_trait]
impl ObjectStore for Retagged {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let pages = self.inner.list(prefix, after);
        let retag = |page: Page| page.into_iter().map(|object| self.retag(object)).collect();
        pages.map(move |page| page.map(retag)).boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        let Download { object, body } = self.inner.get(key).await?;
        Ok(Download { object: self.retag(object), body })
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        let object = self.inner.head(key).await?;
        if self.retag(object.clone()).etag.as_ref() != Some(of) {
            let reason = "another version";
            return Err(StoreError::new(ErrorKind::Changed, format!("get {key}"), reason));
        }
        let etag = object.etag.unwrap();
        let Download { object, body } = self.inner.get_part(key, part, &etag).await?;
        Ok(Download { object: self.retag(object), body })
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        Ok(self.retag(self.inner.head(key).await?))
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        let (object, sha256) = self.inner.checksum(key).await?;
        Ok((self.retag(object), sha256))
    }
}

macro_rules! display_as_inner {
    ($($store:ident),+) => {
        $(impl fmt::Display for $store {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        })+
    };
}

display_as_inner!(Unhurried, Retagged, Busy);

/// A store that others change while it is listed and read: before each answer the next changes
/// are made, as many as the pace says.
pub(crate) struct Busy {
    pub(crate) inner: MemoryStore,
    pub(crate) changes: Mutex<VecDeque<Change>>,
    /// How many changes come before each answer; it is gone through again and again.
    pub(crate) pace: Vec<u8>,
    pub(crate) answers: AtomicUsize,
    /// Whether it lists at the first page what it gives out later.
    walks_ahead: bool,
    /// Whether it has an empty page for whoever asks for what comes after a key.
    forgets: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Put(String, Vec<u8>),
    Remove(String),
}

impl Busy {
    pub(crate) fn new(
        inner: MemoryStore,
        changes: impl IntoIterator<Item = Change>,
        pace: &[u8],
    ) -> Self {
        let changes = Mutex::new(changes.into_iter().collect());
        Self {
            inner,
            changes,
            pace: pace.to_vec(),
            answers: AtomicUsize::new(0),
            walks_ahead: false,
            forgets: false,
        }
    }

    /// As MinIO does.
    pub(crate) fn that_walks_ahead(self) -> Self {
        Self { walks_ahead: true, ..self }
    }

    /// As Garage does to a key that sorts before the prefix.
    pub(crate) fn that_forgets(self) -> Self {
        Self { forgets: true, ..self }
    }

    fn change(&self) {
        let answer = self.answers.fetch_add(1, Ordering::Relaxed);
        let mut changes = self.changes.lock().unwrap();
        for _ in 0..self.pace[answer % self.pace.len()] {
            match changes.pop_front() {
                Some(Change::Put(key, bytes)) => {
                    let now = Some(crate::support::now());
                    self.inner.put_with(key, bytes, |object| object.last_modified = now);
                }
                Some(Change::Remove(key)) => drop(self.inner.remove(&key)),
                None => {}
            }
        }
    }
}

impl fmt::Debug for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Busy {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        self.change();
        let mut pages = self.inner.list(prefix, after);
        if self.forgets && !after.is_empty() {
            pages = stream::iter([Ok(Page::new())]).boxed();
        }
        if self.walks_ahead {
            pages = stream::once(pages.collect::<Vec<_>>()).flat_map(stream::iter).boxed();
        }
        pages.inspect(|_| self.change()).boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        self.change();
        self.inner.get(key).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        self.change();
        self.inner.get_part(key, part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.change();
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.change();
        self.inner.checksum(key).await
    }
}
