//! A directory as a store: a registry's filesystem driver, or a copy of a bucket.
//!
//! Keys are paths below the root, with `/` between names. Empty directories have no key, and
//! there are no entity tags. The root itself may be a symbolic link.
//!
//! Below the root links are looked at with suspicion, since a copy of a bucket may come from
//! anywhere: to follow a link to a directory could loop, list the same files without end under
//! ever new names, or leave the root; not to follow it would be a short listing. So it is an
//! error that ends the listing. A link to a file below the root is that file. Whatever else has a
//! name (a link out of the root or to nothing, a socket, a pipe) is listed, and
//! [`ErrorKind::Unreadable`] if it is read: nothing below the root is passed over in silence, and
//! nothing is opened that could block.

mod name;
mod rest;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod walk;

use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use jiff::Timestamp;
use tokio::fs::File;
use tokio::task::{JoinError, spawn_blocking};

use self::rest::rest;
use self::walk::Walk;
use super::{Download, ErrorKind, ObjectStore, Page, StoreError, body};
use crate::object::{ETag, Object};

/// The size of the pieces in which a file is read, in bytes.
const CHUNK: usize = 256 * 1024;
/// As on S3.
const PAGE: usize = 1000;

/// The files below a directory.
#[derive(Debug)]
pub struct DirectoryStore {
    /// As it was named.
    named: PathBuf,
    root: Root,
}

/// The root's real path, with no link in it.
#[derive(Debug, Clone)]
struct Root(PathBuf);

impl DirectoryStore {
    /// # Errors
    /// [`ErrorKind::NoSuchBucket`] if there is no such directory, [`ErrorKind::Denied`] if it may
    /// not be entered.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let named = path.into();
        let attempt = || format!("open {}", named.display());
        let root = fs::canonicalize(&named).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                StoreError::new(ErrorKind::NoSuchBucket, attempt(), "no such directory")
                    .with_hint("a bucket is named as in s3://bucket/prefix")
            }
            _ => failure(attempt(), error),
        })?;
        if !root.is_dir() {
            let reason = "it is not a directory";
            return Err(StoreError::new(ErrorKind::NoSuchBucket, attempt(), reason));
        }
        let root = Root(root);
        Ok(Self { named, root })
    }

    fn attempt(&self, verb: &str, key: &str) -> String {
        format!("{verb} {self}/{key}")
    }

    /// The file behind a key and what the system says of it.
    async fn find(&self, verb: &str, key: &str) -> Result<(PathBuf, Metadata), StoreError> {
        let attempt = self.attempt(verb, key);
        let (root, owned) = (self.root.clone(), key.to_owned());
        spawn_blocking(move || root.find(&owned, &attempt))
            .await
            .unwrap_or_else(|error| Err(self.died(verb, key, error)))
    }

    /// A panic on the thread that reads must never look like an end.
    fn died(&self, verb: &str, key: &str, error: JoinError) -> StoreError {
        failure(self.attempt(verb, key), io::Error::other(error))
    }
}

impl Root {
    fn find(&self, key: &str, attempt: &str) -> Result<(PathBuf, Metadata), StoreError> {
        let absent = || StoreError::new(ErrorKind::NotFound, attempt, "no such file");
        let unreadable = |reason| StoreError::new(ErrorKind::Unreadable, attempt, reason);

        let path = self.0.join(name::to_path(key).ok_or_else(absent)?);
        let real = match fs::canonicalize(&path) {
            Ok(real) => real,
            Err(error) if is_denial(&error) => return Err(failure(attempt, error)),
            Err(_) if fs::symlink_metadata(&path).is_ok() => {
                return Err(unreadable("it is a symbolic link that leads nowhere"));
            }
            Err(error) if is_absence(&error) => return Err(absent()),
            Err(error) => return Err(failure(attempt, error)),
        };
        if !real.starts_with(&self.0) {
            return Err(unreadable("a symbolic link leads out of the directory"));
        }
        let metadata = fs::metadata(&real).map_err(|error| failure(attempt, error))?;
        if metadata.is_dir() {
            return Err(absent());
        }
        if !metadata.is_file() {
            return Err(unreadable("it is neither a file nor a directory"));
        }
        Ok((real, metadata))
    }
}

impl Root {
    /// The file behind a key, what the system says of it, and its first bytes.
    fn open(&self, key: &str, attempt: &str) -> Result<(fs::File, Metadata, Bytes), StoreError> {
        let (path, _) = self.find(key, attempt)?;
        let open = || {
            let mut file = fs::File::open(path)?;
            let metadata = file.metadata()?;
            let mut first = Vec::new();
            io::Read::by_ref(&mut file).take(CHUNK as u64).read_to_end(&mut first)?;
            Ok((file, metadata, first.into()))
        };
        open().map_err(|error| failure(attempt, error))
    }
}

#[async_trait]
impl ObjectStore for DirectoryStore {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let walk = Walk::new(self.root.clone(), self.attempt("list", prefix), prefix, after);
        stream::unfold(Some(walk), move |walk| async move {
            let mut walk = walk?;
            let page = spawn_blocking(move || (walk.page(PAGE), walk)).await;
            Some(match page {
                Ok((Ok(page), walk)) => {
                    let full = page.len() == PAGE;
                    (Ok(page), full.then_some(walk))
                }
                Ok((Err(error), _)) => (Err(error), None),
                Err(error) => (Err(self.died("list", prefix, error)), None),
            })
        })
        .boxed()
    }

    /// The first piece comes with the opening, in one go on one thread: most files of a registry
    /// are links of 71 bytes.
    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        let attempt = self.attempt("get", key);
        let (root, owned, opening) = (self.root.clone(), key.to_owned(), attempt.clone());
        let opened = spawn_blocking(move || root.open(&owned, &opening)).await;
        let (file, metadata, first) =
            opened.unwrap_or_else(|error| Err(self.died("get", key, error)))?;
        let object = object(key.to_owned(), &metadata);
        let left = object.size.saturating_sub(first.len() as u64);
        let rest = (left > 0).then(|| rest(File::from_std(file), left, metadata, attempt.clone()));
        let first = stream::iter((!first.is_empty()).then_some(Ok(first)));
        let chunks = first.chain(stream::iter(rest).flatten());
        Ok(Download { body: body::exactly(chunks.boxed(), object.size, attempt), object })
    }

    /// No file has an entity tag, so it never is the version that has this one.
    async fn get_part(&self, key: &str, _: Range<u64>, _: &ETag) -> Result<Download, StoreError> {
        self.find("get", key).await?;
        Err(StoreError::changed(self.attempt("get", key)))
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        let (_, metadata) = self.find("head", key).await?;
        Ok(object(key.to_owned(), &metadata))
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        Ok((self.head(key).await?, None))
    }
}

impl fmt::Display for DirectoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.named.display().fmt(f)
    }
}

fn object(key: String, metadata: &Metadata) -> Object {
    let modified = metadata.modified().ok();
    Object {
        key,
        size: metadata.len(),
        last_modified: modified.and_then(|time| Timestamp::try_from(time).ok()),
        etag: None,
        storage_class: None,
    }
}

/// What the operating system said, as an error of the store.
fn failure(attempt: impl Into<String>, error: io::Error) -> StoreError {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            let hint = "run as a user who may read every file and enter every directory below it";
            (ErrorKind::Denied, Some(hint))
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => (ErrorKind::NotFound, None),
        _ => (ErrorKind::Unavailable, None),
    };
    let failure = StoreError::new(kind, attempt, error.to_string()).with_source(error);
    match hint {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

fn is_denial(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

/// Whether there is nothing at a path: a name too long to exist is absent as well.
fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidFilename)
}

/// Whether nothing has this path any more, not even a link to nothing.
fn is_gone(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| is_absence(&error))
}
