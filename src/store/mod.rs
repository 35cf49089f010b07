//! Reading objects from any backend. Knows nothing of registries.
//!
//! A backend lists, reads and looks at objects, and does nothing else: the trait has no method
//! that writes or deletes.

mod error;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

pub use self::error::{ErrorKind, StoreError};
use crate::object::Object;

/// The objects of one page of a listing, in the order in which the server gave them.
pub type Page = Vec<Object>;

/// A place that objects are read from.
///
/// `Display` names the place as a person would type it (`s3://bucket`, `/srv/registry`).
#[async_trait]
pub trait ObjectStore: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Every object whose key begins with `prefix`, page by page, in the byte order of the keys.
    ///
    /// The stream ends when the listing is known to be whole. A page that cannot be had after its
    /// retries, or a server that cannot say whether there is more, is an `Err` and the end of the
    /// stream; it is never a short listing.
    fn list<'a>(&'a self, prefix: &'a str) -> BoxStream<'a, Result<Page, StoreError>>;

    /// The object and a stream of its bytes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such object; see [`ErrorKind`] for the others.
    /// The body's stream yields an `Err` and ends if it breaks off or is shorter or longer than
    /// the server announced.
    async fn get(&self, key: &str) -> Result<Download, StoreError>;

    /// The object without its bytes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such object; see [`ErrorKind`] for the others.
    async fn head(&self, key: &str) -> Result<Object, StoreError>;
}

/// An object that is being read.
pub struct Download {
    /// What the server says of the object now; it may have changed since it was listed.
    pub object: Object,
    /// Its bytes.
    pub body: BoxStream<'static, Result<Bytes, StoreError>>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("object", &self.object).finish_non_exhaustive()
    }
}
