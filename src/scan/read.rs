//! Reading objects whole: small ones into memory, large ones through a hash.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tracing::{debug, info};

use super::Store;
use super::failures::Failures;
use super::options::Options;
use super::pairs::Pairs;
use super::parts::{self, Memory};
use super::zeros::Zeros;
use crate::object::{ETag, Object};
use crate::oci::{Digest, Hasher};
use crate::store::{Body, Download, ErrorKind, ObjectStore, StoreError};

/// How often a body that breaks off is asked for again. The store repeats requests by itself, and
/// cannot repeat what has begun to arrive.
const ATTEMPTS: u32 = 2;

/// The bytes that the parts of large objects may take up, of all of them together.
const MEMORY: u32 = 32 << 20;

/// How often an object is begun anew because somebody writes it. Each version is whole, and
/// whoever writes a blob for ever has no registry.
const VERSIONS: u32 = 5;

/// Reads objects, as often as it takes within reason.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) store: Arc<Store>,
    pub(super) concurrency: std::num::NonZeroUsize,
    failures: Arc<Failures>,
    /// For the parts of large objects.
    memory: Memory,
    pairs: Pairs,
}

/// What came of reading a small object.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Small {
    Bytes(Vec<u8>, Option<ETag>),
    /// It has more bytes than the limit; they were not read.
    TooLarge {
        size: u64,
    },
}

/// What came of hashing an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hashed {
    pub(super) digest: Digest,
    /// Bytes.
    pub(super) size: u64,
    /// Of the object that they came from.
    pub(super) etag: Option<ETag>,
    /// The offset from which all is zero; the size if the last byte is not.
    pub(super) zeros_from: u64,
}

impl Reader {
    pub(super) fn new(store: Arc<Store>, options: &Options) -> Self {
        let concurrency = options.concurrency;
        let failures = Arc::new(Failures::new(options.patience));
        // Who holds the bytes back has no use for more of them at once.
        let memory = if options.max_bandwidth.is_none() { MEMORY } else { 0 };
        let (memory, pairs) = (Memory::new(memory), Pairs::default());
        Self { store, concurrency, failures, memory, pairs }
    }

    /// The bytes of an object that should be small.
    pub(super) async fn small(&self, key: &str, limit: u64) -> Result<Small, StoreError> {
        for attempt in 1.. {
            let outcome = self.try_small(key, limit).await;
            if let Some(outcome) = self.settle(attempt, outcome).await {
                return outcome;
            }
        }
        Err(self.given_up())
    }

    async fn try_small(&self, key: &str, limit: u64) -> Attempt<Small> {
        let Download { object, body } = self.get(key).await?;
        if object.size > limit {
            return Ok(Ok(Small::TooLarge { size: object.size }));
        }
        Ok(collect(body).await.map(|bytes| Small::Bytes(bytes, object.etag)))
    }

    /// The digest of an object's bytes. `progress` is told how many have come.
    pub(super) async fn digest(
        &self,
        key: &str,
        hasher: &Hasher,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Hashed, StoreError> {
        let mut told = 0;
        for attempt in 1.. {
            // In parts only once: some servers keep to no range.
            let in_parts = attempt == 1;
            let mut read = 0;
            let outcome = self
                .try_digest(key, in_parts, hasher.clone(), |chunk| {
                    read += chunk.len() as u64;
                    // What is read again after a failure was told before.
                    progress(u64::saturating_sub(read, told));
                    told = told.max(read);
                })
                .await;
            if let Some(outcome) = self.settle(attempt, outcome).await {
                return outcome;
            }
        }
        Err(self.given_up())
    }

    /// One attempt. `take` gets the bytes in their order, as they come.
    pub(super) async fn try_digest(
        &self,
        key: &str,
        in_parts: bool,
        mut hasher: Hasher,
        mut take: impl FnMut(&[u8]) + Send,
    ) -> Attempt<Hashed> {
        let mut size = 0;
        let mut zeros = Zeros::default();
        let Download { object, mut body } = self.open(key, in_parts).await?;
        while let Some(chunk) = body.next().await {
            match chunk {
                Ok(chunk) => {
                    zeros.update(&chunk);
                    size += chunk.len() as u64;
                    take(&chunk);
                    hasher = self.pairs.update(hasher, chunk).await;
                }
                Err(broken_off) => return Ok(Err(broken_off)),
            }
        }
        let (digest, zeros_from) = (hasher.finish(), zeros.from());
        Ok(Ok(Hashed { digest, size, etag: object.etag, zeros_from }))
    }

    /// An object to be read, in parts where that is faster.
    async fn open(&self, key: &str, in_parts: bool) -> Result<Download, StoreError> {
        let Download { object, body } = self.get(key).await?;
        if !in_parts || object.size < parts::LARGE {
            return Ok(Download { object, body });
        }
        let body = parts::where_faster(&self.store, &object, body, &self.memory);
        Ok(Download { object, body })
    }

    /// The object as it is now, if there is one.
    pub(super) async fn look(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let outcome = if self.failures.are_too_many() {
            Err(self.given_up())
        } else {
            self.store.head(key).await
        };
        self.remember(&outcome);
        match outcome {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The object as it is now, and the SHA-256 of all of it that the store keeps.
    pub(super) async fn checksum(
        &self,
        key: &str,
    ) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        if self.failures.are_too_many() {
            return Err(self.given_up());
        }
        let outcome = self.store.checksum(key).await;
        self.remember(&outcome);
        outcome
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        if self.failures.are_too_many() {
            return Err(self.given_up());
        }
        self.store.get(key).await
    }

    /// What an attempt came to; `None` after a pause if it should be made again.
    pub(super) async fn settle<T>(
        &self,
        attempt: u32,
        outcome: Attempt<T>,
    ) -> Option<Result<T, StoreError>> {
        let (may_go_on, outcome) = match outcome {
            Ok(outcome) => (ATTEMPTS, outcome),
            Err(error) => (1, Err(error)),
        };
        if let Err(error) = &outcome {
            let changed = error.kind() == ErrorKind::Changed;
            if attempt < if changed { VERSIONS } else { may_go_on } {
                info!(attempt, error = ?error.to_string(), "reading again");
                tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
                return None;
            }
        }
        self.remember(&outcome);
        Some(outcome)
    }

    fn remember<T>(&self, outcome: &Result<T, StoreError>) {
        if let Err(error) = outcome {
            debug!(error = ?error.to_string(), "not read");
        }
        self.failures.remember(outcome.as_ref().err().map(StoreError::kind));
    }

    pub(super) fn given_up(&self) -> StoreError {
        let reason = "gave up after too many failures in a row, or for want of good credentials";
        StoreError::new(ErrorKind::Unavailable, format!("read {}", self.store), reason)
    }
}

/// An attempt at a body. The outer error is the store's, which has repeated its request often
/// enough; the inner one broke off a body on the way, and the attempt may be made again.
pub(super) type Attempt<T> = Result<Result<T, StoreError>, StoreError>;

async fn collect(mut body: Body) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
