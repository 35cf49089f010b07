//! Looking at one object, and asking for its bytes.

use std::ops::Range;
use std::sync::Arc;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::{ChecksumMode, StorageClass};

use super::part::part_of;
use super::reading::Reading;
use super::{Bucket, checksum, timestamp};
use crate::object::{ETag, Object};
use crate::store::{Download, ErrorKind, StoreError};

pub(super) async fn head(bucket: &Bucket, key: &str) -> Result<Object, StoreError> {
    let head = ask_head(bucket, key, None).await?;
    Headers::of_head(head).object(bucket, "head", key)
}

pub(super) async fn checksum(
    bucket: &Bucket,
    key: &str,
) -> Result<(Object, Option<[u8; 32]>), StoreError> {
    let head = ask_head(bucket, key, Some(ChecksumMode::Enabled)).await?;
    let sha256 = checksum::of_the_whole(&head);
    Ok((Headers::of_head(head).object(bucket, "head", key)?, sha256))
}

async fn ask_head(
    bucket: &Bucket,
    key: &str,
    mode: Option<ChecksumMode>,
) -> Result<HeadObjectOutput, StoreError> {
    let head = bucket
        .ask("head", key, |client| {
            let request = client.head_object().bucket(&bucket.name).key(key);
            request.set_checksum_mode(mode.clone()).send()
        })
        .await;
    match head {
        Err(error) if error.kind() == ErrorKind::Configuration => {
            Err(said_in_words(bucket, key).await.unwrap_or(error))
        }
        head => head,
    }
}

/// What the server refuses. To HEAD it cannot say: 400 may mean a customer's key as well as
/// credentials that have expired. Its answer to GET has words.
async fn said_in_words(bucket: &Bucket, key: &str) -> Option<StoreError> {
    ask_get(bucket, key, Some(&(0..1)), None).await.err()
}

pub(super) async fn get(bucket: &Arc<Bucket>, key: &str) -> Result<Download, StoreError> {
    let mut output = ask_get(bucket, key, None, None).await?;
    let body = std::mem::take(&mut output.body);
    let object = Headers::of_get(output).object(bucket, "get", key)?;
    let reading = Reading::new(bucket, &object, 0..object.size, body);
    Ok(Download { object, body: reading.stream() })
}

pub(super) async fn get_part(
    bucket: &Arc<Bucket>,
    key: &str,
    part: Range<u64>,
    of: &ETag,
) -> Result<Download, StoreError> {
    if part.is_empty() {
        return Err(StoreError::no_such_part(bucket.attempt("get", key).to_string(), &part));
    }
    let mut output = ask_get(bucket, key, Some(&part), Some(of)).await?;
    let size = part_of(&output, &part, of, None)
        .map_err(|wrong| wrong.error(&bucket.attempt("get", key)))?;
    let body = std::mem::take(&mut output.body);
    let mut object = Headers::of_get(output).object(bucket, "get", key)?;
    object.size = size;
    let reading = Reading::new(bucket, &object, part, body);
    Ok(Download { object, body: reading.stream() })
}

/// Asks for an object, or for a part of it, or for a part of a version of it.
pub(super) async fn ask_get(
    bucket: &Bucket,
    key: &str,
    part: Option<&Range<u64>>,
    of: Option<&ETag>,
) -> Result<GetObjectOutput, StoreError> {
    let range = part.map(|part| format!("bytes={}-{}", part.start, part.end - 1));
    bucket
        .ask("get", key, |client| {
            let request = client.get_object().bucket(&bucket.name).key(key);
            request.set_range(range.clone()).set_if_match(of.map(ETag::quoted)).send()
        })
        .await
}

/// What a HEAD and a GET both say.
struct Headers {
    size: Option<i64>,
    last_modified: Option<DateTime>,
    etag: Option<String>,
    storage_class: Option<StorageClass>,
}

impl Headers {
    fn of_head(head: HeadObjectOutput) -> Self {
        Self {
            size: head.content_length,
            last_modified: head.last_modified,
            etag: head.e_tag,
            storage_class: head.storage_class,
        }
    }

    fn of_get(output: GetObjectOutput) -> Self {
        Self {
            size: output.content_length,
            last_modified: output.last_modified,
            etag: output.e_tag,
            storage_class: output.storage_class,
        }
    }

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
