//! Reading objects from any backend. Knows nothing of registries.
//!
//! A backend lists, reads and looks at objects, and does nothing else: the trait has no method
//! that writes or deletes.
//!
//! | backend | |
//! |---|---|
//! | [`MemoryStore`] | objects held in memory, for tests and examples |
//! | [`DirectoryStore`] | a directory: a registry's filesystem driver, or a copy of a bucket |
//! | `S3Store` | MinIO, S3 and their kin (feature `s3`) |
//!
//! | wrapper | |
//! |---|---|
//! | [`LimitStore`] | so many reads at once, so many requests and bytes a second |
//! | [`CountStore`] | how many requests, how many bytes |
//! | [`FaultStore`] | faults on purpose, for tests |

mod body;
mod count;
mod directory;
mod error;
mod fault;
mod limit;
mod list_bucket;
mod memory;
mod pace;
#[cfg(feature = "s3")]
pub mod s3;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

pub use self::count::{CountStore, Requests};
pub use self::directory::DirectoryStore;
pub use self::error::{ErrorKind, StoreError};
pub use self::fault::{Fault, FaultStore, Operation, chance};
pub use self::limit::LimitStore;
pub use self::list_bucket::{ListBucketError, ListBucketResult};
pub use self::memory::MemoryStore;
use crate::object::{ETag, Object};

/// The objects of one page of a listing, in the order in which the server gave them.
pub type Page = Vec<Object>;

/// A place that objects are read from.
///
/// `Display` names the place as a person would type it (`s3://bucket`, `/srv/registry`).
#[async_trait]
pub trait ObjectStore: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Every object whose key begins with `prefix` and sorts after `after`, page by page, in the
    /// byte order of the keys. Nothing sorts before the empty text.
    ///
    /// A page shows the place at some moment between the beginning of the stream and its own
    /// arrival: a server may walk ahead of what it is asked for (MinIO does).
    ///
    /// The stream ends when the listing is known to be whole. It yields one item for each request
    /// made, so at least one page, and pages may be empty. A page that cannot be had after its
    /// retries, or a server that cannot say whether there is more, is an `Err` and the end of the
    /// stream; it is never a short listing.
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>>;

    /// The object and a stream of its bytes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such object; see [`ErrorKind`] for the others.
    /// The body's stream yields an `Err` and ends if it breaks off or is shorter or longer than
    /// the server announced.
    async fn get(&self, key: &str) -> Result<Download, StoreError>;

    /// The object and a stream of those of its bytes, if it still is the version with that entity
    /// tag. `part` lies within the object and is not empty.
    ///
    /// # Errors
    /// As with [`get`](Self::get); [`ErrorKind::Changed`] if the object is another version, which
    /// one without an entity tag always is; [`ErrorKind::Protocol`] if the server does not keep
    /// to the range; [`ErrorKind::Configuration`] if there is no such part.
    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError>;

    /// The object without its bytes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such object; see [`ErrorKind`] for the others.
    async fn head(&self, key: &str) -> Result<Object, StoreError>;

    /// The object without its bytes, and their SHA-256 where the store keeps one of all of them
    /// that whoever wrote the object sent along or asked for.
    ///
    /// # Errors
    /// As with [`head`](Self::head).
    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError>;
}

/// A body as it arrives.
pub type Body = BoxStream<'static, Result<Bytes, StoreError>>;

/// An object that is being read.
pub struct Download {
    /// What the server says of the object now; it may have changed since it was listed.
    pub object: Object,
    /// Its bytes.
    pub body: Body,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("object", &self.object).finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: ObjectStore + ?Sized> ObjectStore for Arc<S> {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        (**self).list(prefix, after)
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        (**self).get(key).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        (**self).get_part(key, part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        (**self).head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        (**self).checksum(key).await
    }
}
