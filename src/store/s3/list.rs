//! Listing: the pages of `ListObjectsV2`, and the proof that they are all.
//!
//! The SDK's own paginator takes a missing or a repeated token for the end of the listing. Here
//! that is an error: a short listing read as a whole one makes live blobs orphans.

use std::collections::HashSet;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, Object as Listed};
use futures::stream::{self, BoxStream, StreamExt};
use percent_encoding::percent_decode_str;

use super::{Bucket, timestamp};
use crate::object::{ETag, Object};
use crate::store::{ErrorKind, Page, StoreError};

pub(super) fn pages<'a>(
    bucket: &'a Bucket,
    prefix: &'a str,
) -> BoxStream<'a, Result<Page, StoreError>> {
    let listing = Listing { bucket, prefix, next: None, seen: HashSet::new() };
    stream::unfold(Some(listing), |listing| async move {
        let mut listing = listing?;
        Some(match listing.page().await {
            Ok(page) => (Ok(page), listing.next.is_some().then_some(listing)),
            Err(error) => (Err(error), None),
        })
    })
    .boxed()
}

/// A listing on its way.
struct Listing<'a> {
    bucket: &'a Bucket,
    prefix: &'a str,
    /// The token for the next page, if there is one.
    next: Option<String>,
    /// Every token so far. A server that gives one twice goes in a circle.
    seen: HashSet<String>,
}

impl Listing<'_> {
    async fn page(&mut self) -> Result<Page, StoreError> {
        let output = self
            .bucket
            .ask("list", self.prefix, |client| {
                client
                    .list_objects_v2()
                    .bucket(&self.bucket.name)
                    .prefix(self.prefix)
                    // XML cannot carry every character that a key may have.
                    .encoding_type(EncodingType::Url)
                    .set_continuation_token(self.next.clone())
                    .send()
            })
            .await?;
        self.next = self.next_token(&output)?;
        if let Some(token) = &self.next
            && !self.seen.insert(token.clone())
        {
            return Err(self.broken("it gave the same continuation token twice"));
        }
        let encoded = output.encoding_type == Some(EncodingType::Url);
        let listed = output.contents.unwrap_or_default().into_iter();
        listed.map(|object| self.object(object, encoded)).collect()
    }

    fn next_token(&self, output: &ListObjectsV2Output) -> Result<Option<String>, StoreError> {
        let token = output.next_continuation_token.as_deref().filter(|token| !token.is_empty());
        match (output.is_truncated, token) {
            (Some(false), _) => Ok(None),
            (Some(true), Some(token)) => Ok(Some(token.to_owned())),
            (Some(true), None) => {
                Err(self.broken("it says that there is more and not where it goes on"))
            }
            (None, _) => Err(self.broken("it does not say whether there is more")),
        }
    }

    fn object(&self, listed: Listed, encoded: bool) -> Result<Object, StoreError> {
        let key = listed.key.ok_or_else(|| self.broken("it lists an object without a key"))?;
        let key = if encoded { decode(&key) } else { key };
        if !key.starts_with(self.prefix) {
            return Err(self.broken(&format!("it lists {key}, which has another prefix")));
        }
        let size = listed.size.and_then(|size| u64::try_from(size).ok());
        let Some(size) = size else {
            return Err(self.broken(&format!("it lists {key} without a size")));
        };
        Ok(Object {
            key,
            size,
            last_modified: listed.last_modified.and_then(timestamp),
            etag: listed.e_tag.as_deref().map(ETag::new),
            storage_class: listed.storage_class.map(|class| class.as_str().to_owned()),
        })
    }

    fn broken(&self, how: &str) -> StoreError {
        let reason = format!("the server's listing cannot be trusted: {how}");
        self.bucket.attempt("list", self.prefix).error(ErrorKind::Protocol, reason)
    }
}

/// `encoding-type=url` is the encoding of forms: a space is a plus sign.
fn decode(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_sign_is_a_space_and_an_encoded_one_a_plus_sign() {
        assert_eq!(decode("a+b%2Bc%20d/%25/%C3%BC%1B"), "a b+c d/%/ü\u{1b}");
        assert_eq!(decode("100%"), "100%");
    }
}
