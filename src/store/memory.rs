//! Objects held in memory: the store of tests and examples.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Bound, Range};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::{Body, Download, ErrorKind, ObjectStore, Page, StoreError, body};
use crate::object::{ETag, Object};

/// The size of the pieces in which a body arrives.
const CHUNK: usize = 64 * 1024;

/// A bucket in memory.
///
/// It can be filled while it is read; a page shows what is there when the page is asked for, as
/// on a real server.
pub struct MemoryStore {
    objects: RwLock<BTreeMap<String, Stored>>,
    page_size: usize,
}

#[derive(Clone)]
struct Stored {
    object: Object,
    content: Bytes,
    sha256: Option<[u8; 32]>,
}

impl MemoryStore {
    /// An empty bucket with pages of 1000 keys, as on S3.
    #[must_use]
    pub const fn new() -> Self {
        Self { objects: RwLock::new(BTreeMap::new()), page_size: 1000 }
    }

    /// Sets how many keys a page holds, at least 1.
    #[must_use]
    pub fn with_page_size(mut self, keys: usize) -> Self {
        self.page_size = keys.max(1);
        self
    }

    /// Stores an object as a plain upload of long ago would have: the entity tag is the content's MD5,
    /// the time is 1970-01-01.
    pub fn put(&self, key: impl Into<String>, content: impl Into<Bytes>) {
        self.put_with(key, content, |_| ());
    }

    /// The same, with `edit` to change what the store says of the object.
    ///
    /// A size changed here is a size that lies: the body then breaks off, or is too long.
    ///
    /// ```
    /// # use ocifsck::store::MemoryStore;
    /// let store = MemoryStore::new();
    /// store.put_with("archived", "bytes", |object| {
    ///     object.storage_class = Some("GLACIER".into());
    ///     object.etag = None;
    /// });
    /// ```
    pub fn put_with(
        &self,
        key: impl Into<String>,
        content: impl Into<Bytes>,
        edit: impl FnOnce(&mut Object),
    ) {
        let content = content.into();
        let mut object = Object {
            key: key.into(),
            size: content.len() as u64,
            last_modified: Some(Timestamp::UNIX_EPOCH),
            etag: Some(ETag::from_md5(Md5::digest(&content).into())),
            storage_class: None,
        };
        edit(&mut object);
        let stored = Stored { object, content, sha256: None };
        self.write().insert(stored.object.key.clone(), stored);
    }

    /// Keeps a SHA-256 with an object until it is put again, as a server does for whoever sends
    /// one along; bytes that rot later no longer have it. Says whether the object is there.
    pub fn keep_sha256(&self, key: &str, sha256: [u8; 32]) -> bool {
        let mut objects = self.write();
        let stored = objects.get_mut(key).map(|stored| stored.sha256 = Some(sha256));
        stored.is_some()
    }

    /// Takes an object away and says whether it was there.
    pub fn remove(&self, key: &str) -> bool {
        self.write().remove(key).is_some()
    }

    /// All keys, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.read().keys().cloned().collect()
    }

    /// The content of an object.
    #[must_use]
    pub fn content(&self, key: &str) -> Option<Bytes> {
        Some(self.read().get(key)?.content.clone())
    }

    /// The page that begins at `from`, and where the next one begins if there is one.
    fn page(&self, prefix: &str, from: Bound<&str>) -> (Page, Option<Bound<String>>) {
        let objects = self.read();
        let mut matching = objects
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(_, stored)| &stored.object);
        let page: Page = matching.by_ref().take(self.page_size).cloned().collect();
        let next = match (matching.next(), page.last()) {
            (Some(_), Some(last)) => Some(Bound::Excluded(last.key.clone())),
            _ => None,
        };
        (page, next)
    }

    fn stored(&self, verb: &str, key: &str) -> Result<Stored, StoreError> {
        self.read().get(key).cloned().ok_or_else(|| {
            let attempt = format!("{verb} {self}/{key}");
            StoreError::new(ErrorKind::NotFound, attempt, "no such object")
        })
    }

    /// A panic elsewhere cannot leave the map half-changed, so a poisoned lock is good.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Stored>> {
        self.objects.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Stored>> {
        self.objects.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ObjectStore for MemoryStore {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let first = if after < prefix {
            Bound::Included(prefix.to_owned())
        } else {
            Bound::Excluded(after.to_owned())
        };
        stream::unfold(Some(first), move |from| async move {
            let (page, next) = self.page(prefix, from?.as_ref().map(String::as_str));
            Some((Ok(page), next))
        })
        .boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        let Stored { object, content, .. } = self.stored("get", key)?;
        let body = in_pieces(content, object.size, format!("get {self}/{key}"));
        Ok(Download { object, body })
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        let Stored { object, content, .. } = self.stored("get", key)?;
        let attempt = format!("get {self}/{key}");
        if object.etag.as_ref() != Some(of) {
            return Err(StoreError::changed(attempt));
        }
        if part.is_empty() || part.end > object.size {
            return Err(StoreError::no_such_part(attempt, &part));
        }
        // A size that lies may promise more than there is.
        let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX).min(content.len());
        let bytes = content.slice(at(part.start)..at(part.end));
        Ok(Download { object, body: in_pieces(bytes, part.end - part.start, attempt) })
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        Ok(self.stored("head", key)?.object)
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        let Stored { object, sha256, .. } = self.stored("head", key)?;
        Ok((object, sha256))
    }
}

/// `content` in pieces, of which so many bytes were announced.
fn in_pieces(mut content: Bytes, announced: u64, attempt: String) -> Body {
    let chunks = std::iter::from_fn(move || {
        (!content.is_empty()).then(|| Ok(content.split_to(CHUNK.min(content.len()))))
    });
    body::exactly(stream::iter(chunks), announced, attempt)
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory:")
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("objects", &self.read().len())
            .field("page_size", &self.page_size)
            .finish()
    }
}

#[cfg(test)]
mod tests;
