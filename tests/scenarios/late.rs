//! A store in which something is written just behind the listing.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use ocifsck::object::{ETag, Object};
use ocifsck::store::{Download, MemoryStore, ObjectStore, Page, StoreError};

/// A store whose listing has passed by before these keys are written. They can be read.
pub(crate) fn late(store: MemoryStore, is_late: fn(&str) -> bool) -> Arc<dyn ObjectStore> {
    Arc::new(Late { store, is_late })
}

#[derive(Debug)]
struct Late {
    store: MemoryStore,
    is_late: fn(&str) -> bool,
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Late {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let pages = self.store.list(prefix, after);
        let retain = |mut page: Page| {
            page.retain(|object| !(self.is_late)(&object.key));
            page
        };
        pages.map(move |page| page.map(retain)).boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        self.store.get(key).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        self.store.get_part(key, part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.store.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.store.checksum(key).await
    }
}
