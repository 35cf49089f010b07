//! Listing: the pages of `ListObjectsV2`, and the proof that they are all.
//!
//! The SDK's own paginator takes a missing or a repeated token for the end of the listing. Here
//! that is an error: a short listing read as a whole one makes live blobs orphans.

use std::collections::HashSet;
use std::fmt;

use aws_sdk_s3::types::EncodingType;
use futures::stream::{self, BoxStream, StreamExt};

use super::Bucket;
use super::decode::Decoder;
use crate::store::{ErrorKind, ListBucketResult, Page, StoreError};

pub(super) fn pages<'a>(
    bucket: &'a Bucket,
    prefix: &'a str,
    after: &'a str,
) -> BoxStream<'a, Result<Page, StoreError>> {
    let listing = Listing { bucket, prefix, after, next: None, seen: HashSet::new() };
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
    /// The listing begins after this key.
    after: &'a str,
    /// The token for the next page, if there is one.
    next: Option<String>,
    /// Every token so far. A server that gives one twice goes in a circle.
    seen: HashSet<String>,
}

impl Listing<'_> {
    async fn page(&mut self) -> Result<Page, StoreError> {
        let decoder = Decoder::new();
        let begins_later = self.next.is_none() && !self.after.is_empty();
        let start_after = begins_later.then(|| self.after.to_owned());
        self.bucket
            .ask("list", self.prefix, |client| {
                client
                    .list_objects_v2()
                    .bucket(&self.bucket.name)
                    .prefix(self.prefix)
                    // XML cannot carry every character that a key may have.
                    .encoding_type(EncodingType::Url)
                    .set_start_after(start_after.clone())
                    .set_continuation_token(self.next.clone())
                    .customize()
                    .interceptor(decoder.clone())
                    .send()
            })
            .await?;
        let result = decoder.take().map_err(|error| self.broken(error))?;
        self.check(&result)?;
        self.next = self.next_token(result.is_truncated, result.next_token)?;
        if let Some(token) = &self.next
            && !self.seen.insert(token.clone())
        {
            return Err(self.broken("it gave the same continuation token twice"));
        }
        Ok(result.objects)
    }

    /// Whether the page is of what was asked for.
    fn check(&self, result: &ListBucketResult) -> Result<(), StoreError> {
        let mut keys = result.objects.iter().map(|object| &object.key);
        if let Some(key) = keys.find(|key| !key.starts_with(self.prefix)) {
            return Err(self.broken(format!("it lists {key}, which has another prefix")));
        }
        let mut keys = result.objects.iter().map(|object| &object.key);
        if let Some(key) = keys.find(|key| key.as_str() <= self.after) {
            let after = self.after;
            return Err(
                self.broken(format!("it lists {key}, and what comes after {after} was asked for"))
            );
        }
        match result.common_prefixes.first() {
            Some(prefix) => Err(self.broken(format!("it does not list what is below {prefix}"))),
            None => Ok(()),
        }
    }

    /// Where it goes on. A page that says where, and also that it is the last, is asked about: that
    /// costs a request, and believing the wrong word costs images.
    fn next_token(
        &self,
        is_truncated: Option<bool>,
        token: Option<String>,
    ) -> Result<Option<String>, StoreError> {
        match is_truncated {
            Some(false) => Ok(token),
            Some(true) if token.is_some() => Ok(token),
            Some(true) => Err(self.broken("it says that there is more and not where it goes on")),
            None => Err(self.broken("it does not say whether there is more")),
        }
    }

    fn broken(&self, how: impl fmt::Display) -> StoreError {
        let reason = format!("the server's listing cannot be trusted: {how}");
        self.bucket.attempt("list", self.prefix).error(ErrorKind::Protocol, reason)
    }
}
