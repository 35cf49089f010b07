//! A bucket of blobs that are made as they are read, so that neither disk nor memory holds them.

use std::collections::BTreeMap;
use std::iter::repeat_with;
use std::ops::{Bound, Range};
use std::sync::Arc;

use axum::body::Bytes;
use ocifsck::oci::Digest;

use crate::MIB;

/// Some bytes, over and over, up to a size.
pub(crate) struct Blob {
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    block: Bytes,
}

impl Blob {
    fn new(seed: u64, size: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let length = usize::try_from(size.min(MIB)).unwrap();
        let block: Bytes = repeat_with(|| random.u8(..)).take(length).collect();
        let mut blob = Self { digest: Digest::sha256_of(b""), size, block };
        let mut hasher = blob.digest.hasher().unwrap();
        blob.chunks(0..size).for_each(|chunk| hasher.update(&chunk));
        blob.digest = hasher.finish();
        blob
    }

    /// These bytes of it, none of them copied.
    pub(crate) fn chunks(&self, range: Range<u64>) -> impl Iterator<Item = Bytes> + use<> {
        let (block, Range { mut start, end }) = (self.block.clone(), range);
        std::iter::from_fn(move || {
            let from = usize::try_from(start % block.len() as u64).unwrap();
            let left = usize::try_from(end - start).unwrap();
            let chunk = block.slice(from..block.len().min(from.saturating_add(left)));
            start += chunk.len() as u64;
            (!chunk.is_empty()).then_some(chunk)
        })
    }

    /// As of an upload in parts: nobody can tell it from the bytes.
    pub(crate) fn etag(&self) -> String {
        format!("\"{}-7\"", &self.digest.encoded()[..32])
    }
}

/// Blobs by their keys, as a registry lays them out.
pub(crate) struct Bucket(BTreeMap<String, Blob>);

impl Bucket {
    /// So many blobs of so many bytes each.
    pub(crate) fn new(blobs: u64, size: u64) -> Arc<Self> {
        let keyed = |seed| {
            let blob = Blob::new(seed, size);
            (key(&blob.digest), blob)
        };
        Arc::new(Self((0..blobs).map(keyed).collect()))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Blob> {
        self.0.get(key)
    }

    /// The keys that sort after `after` and begin with `prefix`.
    pub(crate) fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> impl Iterator<Item = (&'a String, &'a Blob)> {
        let from = if after < prefix { Bound::Included(prefix) } else { Bound::Excluded(after) };
        let listed = self.0.range::<str, _>((from, Bound::Unbounded));
        listed.take_while(move |(key, _)| key.starts_with(prefix))
    }
}

/// Where a registry keeps a blob.
pub(crate) fn key(digest: &Digest) -> String {
    let hex = digest.encoded();
    format!("docker/registry/v2/blobs/sha256/{}/{hex}/data", &hex[..2])
}
