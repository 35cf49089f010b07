//! A body on its way.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use tokio::time::{Instant, timeout};

use super::Bucket;
use super::get::ask_get;
use super::part::part_of;
use crate::object::{ETag, Object};
use crate::store::{Body, ErrorKind, StoreError, body};

/// A body on its way. The SDK repeats requests, not bodies: one that breaks off is taken up again
/// where it ended, so that a lost connection does not cost the gigabytes that had arrived.
pub(super) struct Reading {
    bucket: Arc<Bucket>,
    key: String,
    /// What the server called the object's content when the reading began. Without this, no later
    /// answer could be told from one of another version, and nothing is taken up.
    etag: Option<ETag>,
    /// Of the whole object.
    size: u64,
    /// What is to come.
    left: Range<u64>,
    length: u64,
    body: ByteStream,
    /// How long the server was waited for. How long whoever reads takes is none of its fault.
    waited: Duration,
    /// How often it may still be taken up.
    resumptions: u32,
}

impl Reading {
    pub(super) fn new(
        bucket: &Arc<Bucket>,
        object: &Object,
        part: Range<u64>,
        body: ByteStream,
    ) -> Self {
        Self {
            bucket: Arc::clone(bucket),
            key: object.key.clone(),
            etag: object.etag.clone(),
            size: object.size,
            length: part.end - part.start,
            left: part,
            body,
            waited: Duration::ZERO,
            resumptions: bucket.patience.attempts.saturating_sub(1),
        }
    }

    pub(super) fn stream(self) -> Body {
        let length = self.length;
        let attempt = self.bucket.attempt("get", &self.key).to_string();
        let chunks = stream::try_unfold(self, |mut reading| async move {
            let chunk = reading.chunk().await?;
            Ok(chunk.map(|chunk| (chunk, reading)))
        });
        body::exactly(chunks.boxed(), length, attempt)
    }

    /// The next bytes, in time.
    async fn chunk(&mut self) -> Result<Option<Bytes>, StoreError> {
        let begin = Instant::now();
        let chunk = timeout(self.patience(), self.next()).await;
        self.waited += begin.elapsed();
        chunk.unwrap_or_else(|_| Err(self.too_slow()))
    }

    /// How much longer it is waited for. A body that trickles never stands still: it may take as
    /// long as a request for each MiB.
    fn patience(&self) -> Duration {
        let mebibytes = u32::try_from(self.position() >> 20).unwrap_or(u32::MAX);
        let total = self.bucket.patience.total.saturating_mul(mebibytes.saturating_add(1));
        total.saturating_sub(self.waited)
    }

    /// How many bytes have come.
    fn position(&self) -> u64 {
        self.length - (self.left.end - self.left.start)
    }

    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        loop {
            let failure = match self.body.next().await {
                Some(Ok(chunk)) => {
                    let come = self.left.start.saturating_add(chunk.len() as u64);
                    self.left.start = come.min(self.left.end);
                    return Ok(Some(chunk));
                }
                None if self.left.is_empty() => return Ok(None),
                None => None,
                Some(Err(failure)) => Some(failure),
            };
            let Some(etag) = self.etag.clone().filter(|_| self.resumptions > 0) else {
                return Err(self.broken_off(failure));
            };
            self.resumptions -= 1;
            tokio::time::sleep(self.bucket.patience.first_pause).await;
            self.resume(&etag).await?;
        }
    }

    async fn resume(&mut self, etag: &ETag) -> Result<(), StoreError> {
        tracing::debug!(key = self.key, left = ?self.left, "a body broke off and is taken up again");
        let output = ask_get(&self.bucket, &self.key, Some(&self.left), Some(etag)).await?;
        part_of(&output, &self.left, etag, Some(self.size))
            .map_err(|wrong| wrong.error(&self.bucket.attempt("get", &self.key)))?;
        self.body = output.body;
        Ok(())
    }

    fn too_slow(&self) -> StoreError {
        let (length, position) = (self.length, self.position());
        let reason = format!("of the body's {length} bytes only {position} came in time");
        let error = self.bucket.attempt("get", &self.key).error(ErrorKind::Unavailable, reason);
        error.with_hint("try again later, or with a longer --timeout")
    }

    fn broken_off(&self, failure: Option<ByteStreamError>) -> StoreError {
        let (length, position) = (self.length, self.position());
        let reason = format!("the body of {length} bytes broke off after {position}");
        let error = self.bucket.attempt("get", &self.key).error(ErrorKind::Unavailable, reason);
        match failure {
            Some(failure) => error.with_source(failure),
            None => error,
        }
    }
}
