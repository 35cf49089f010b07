//! Looking at one object, and reading it.

use std::sync::Arc;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::StorageClass;
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::{Bucket, timestamp};
use crate::object::{ETag, Object};
use crate::store::{Download, ErrorKind, StoreError, body};

pub(super) async fn head(bucket: &Bucket, key: &str) -> Result<Object, StoreError> {
    let head = bucket
        .ask("head", key, |client| client.head_object().bucket(&bucket.name).key(key).send())
        .await?;
    Headers {
        size: head.content_length,
        last_modified: head.last_modified,
        etag: head.e_tag,
        storage_class: head.storage_class,
    }
    .object(bucket, "head", key)
}

pub(super) async fn get(bucket: &Arc<Bucket>, key: &str) -> Result<Download, StoreError> {
    let mut output = bucket
        .ask("get", key, |client| client.get_object().bucket(&bucket.name).key(key).send())
        .await?;
    let etag = output.e_tag.clone();
    let body = std::mem::take(&mut output.body);
    let object = Headers {
        size: output.content_length,
        last_modified: output.last_modified,
        etag: output.e_tag,
        storage_class: output.storage_class,
    }
    .object(bucket, "get", key)?;
    let reading = Reading {
        bucket: Arc::clone(bucket),
        key: key.to_owned(),
        etag,
        size: object.size,
        body,
        position: 0,
        began: Instant::now(),
        resumptions: bucket.patience.attempts.saturating_sub(1),
    };
    let chunks = stream::try_unfold(reading, |mut reading| async move {
        let chunk = reading.chunk().await?;
        Ok(chunk.map(|chunk| (chunk, reading)))
    });
    let body = body::exactly(chunks.boxed(), object.size, bucket.attempt("get", key).to_string());
    Ok(Download { object, body })
}

/// What a HEAD and a GET both say.
struct Headers {
    size: Option<i64>,
    last_modified: Option<DateTime>,
    etag: Option<String>,
    storage_class: Option<StorageClass>,
}

impl Headers {
    fn object(self, bucket: &Bucket, verb: &'static str, key: &str) -> Result<Object, StoreError> {
        // A load balancer's page may come with a status of 200.
        if self.etag.is_none() && self.last_modified.is_none() {
            let reason = "the answer is no object: it has neither an ETag nor a Last-Modified";
            let error = bucket.attempt(verb, key).error(ErrorKind::Protocol, reason);
            return Err(error.with_hint("is something else answering in the server's place?"));
        }
        let size = self.size.and_then(|size| u64::try_from(size).ok()).ok_or_else(|| {
            let reason = "the server does not say how long the object is";
            bucket.attempt(verb, key).error(ErrorKind::Protocol, reason)
        })?;
        Ok(Object {
            key: key.to_owned(),
            size,
            last_modified: self.last_modified.and_then(timestamp),
            etag: self.etag.as_deref().map(ETag::new),
            storage_class: self.storage_class.map(|class| class.as_str().to_owned()),
        })
    }
}

/// A body on its way. The SDK repeats requests, not bodies: one that breaks off is taken up again
/// where it ended, so that a lost connection does not cost the gigabytes that had arrived.
struct Reading {
    bucket: Arc<Bucket>,
    key: String,
    /// What the server called the object's content when the reading began.
    etag: Option<String>,
    size: u64,
    body: ByteStream,
    position: u64,
    began: Instant,
    /// How often it may still be taken up.
    resumptions: u32,
}

impl Reading {
    /// The next bytes, in time.
    async fn chunk(&mut self) -> Result<Option<Bytes>, StoreError> {
        match timeout_at(self.deadline(), self.next()).await {
            Ok(chunk) => chunk,
            Err(_) => Err(self.too_slow()),
        }
    }

    /// A body that trickles never stands still: it may take as long as a request for each MiB.
    fn deadline(&self) -> Instant {
        let mebibytes = u32::try_from(self.position >> 20).unwrap_or(u32::MAX);
        self.began + self.bucket.patience.total.saturating_mul(mebibytes.saturating_add(1))
    }

    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        loop {
            let failure = match self.body.next().await {
                Some(Ok(chunk)) => {
                    self.position += chunk.len() as u64;
                    return Ok(Some(chunk));
                }
                None if self.position >= self.size => return Ok(None),
                None => None,
                Some(Err(failure)) => Some(failure),
            };
            if self.resumptions == 0 {
                return Err(self.broken_off(failure));
            }
            self.resumptions -= 1;
            tokio::time::sleep(self.bucket.patience.first_pause).await;
            self.resume().await?;
        }
    }

    async fn resume(&mut self) -> Result<(), StoreError> {
        let from = format!("bytes={}-", self.position);
        tracing::debug!(key = self.key, from, "a body broke off and is taken up again");
        let output = self
            .bucket
            .ask("get", &self.key, |client| {
                let request = client.get_object().bucket(&self.bucket.name).key(&self.key);
                request.range(&from).set_if_match(self.etag.clone()).send()
            })
            .await?;
        if !self.continues(&output) {
            let reason = "a body that had broken off did not go on where it ended";
            return Err(self.bucket.attempt("get", &self.key).error(ErrorKind::Protocol, reason));
        }
        self.body = output.body;
        Ok(())
    }

    /// A server may ignore the range, and one without entity tags the condition.
    fn continues(&self, output: &GetObjectOutput) -> bool {
        let expected = format!("bytes {}-{}/{}", self.position, self.size - 1, self.size);
        output.content_range.as_ref() == Some(&expected) && output.e_tag == self.etag
    }

    fn too_slow(&self) -> StoreError {
        let Self { size, position, .. } = self;
        let reason = format!("of the body's {size} bytes only {position} came in time");
        let error = self.bucket.attempt("get", &self.key).error(ErrorKind::Unavailable, reason);
        error.with_hint("try again later, or with a longer --timeout")
    }

    fn broken_off(&self, failure: Option<aws_sdk_s3::primitives::ByteStreamError>) -> StoreError {
        let Self { size, position, .. } = self;
        let reason = format!("the body of {size} bytes broke off after {position}");
        let error = self.bucket.attempt("get", &self.key).error(ErrorKind::Unavailable, reason);
        match failure {
            Some(failure) => error.with_source(failure),
            None => error,
        }
    }
}
