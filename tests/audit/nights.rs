//! Months of nights over a bucket that changes, with a clock that is passed in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::Code;
use ocifsck::object::{ETag, Object};
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::{Cache, Options, ScanError, Silent, Verify, audit};
use ocifsck::store::{Download, MemoryStore, ObjectStore, Page, StoreError};
use ocifsck::testing::RegistryBuilder;
use tempfile::TempDir;

use crate::support::{options, run};

pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);
pub(crate) const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A bucket, its ledger, and what really became of each blob.
pub(crate) struct Nights {
    pub(crate) rng: fastrand::Rng,
    pub(crate) now: Timestamp,
    pub(crate) options: Options,
    pub(crate) blobs: BTreeMap<Digest, Truth>,
    pub(crate) store: Arc<Watched>,
    began: Timestamp,
    keys: RegistryBuilder,
    pub(crate) cache: TempDir,
}

/// What really became of a blob.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    pub(crate) bytes: Vec<u8>,
    pub(crate) written: Timestamp,
    pub(crate) read: Option<Timestamp>,
    pub(crate) rotten: Option<Timestamp>,
}

impl Nights {
    pub(crate) fn new(seed: u64, blobs: usize) -> Self {
        let now = "2026-01-01T02:00:00Z".parse().unwrap();
        let cache = tempfile::tempdir().unwrap();
        let mut nights = Self {
            rng: fastrand::Rng::with_seed(seed),
            now,
            options: Options {
                verify: Verify::Rolling,
                cache: Some(Cache {
                    directory: cache.path().to_owned(),
                    endpoint: None,
                    uri: "memory:".to_owned(),
                }),
                ..options()
            },
            blobs: BTreeMap::new(),
            store: Arc::new(Watched::default()),
            began: now,
            keys: RegistryBuilder::new(),
            cache,
        };
        (0..blobs).for_each(|_| nights.push());
        nights
    }

    /// A blob comes; three of four are linked.
    pub(crate) fn push(&mut self) {
        let size = self.rng.usize(1..200);
        let bytes: Vec<u8> = (0..size).map(|_| self.rng.u8(..)).collect();
        let digest = Digest::sha256_of(&bytes);
        if self.rng.u8(..4) > 0 {
            let link = self.keys.layer_key("app", &digest);
            self.store.inner.put(link, digest.to_string());
        }
        let truth = Truth { bytes, written: self.now, read: None, rotten: None };
        self.blobs.insert(digest.clone(), truth);
        self.write(&digest);
    }

    /// Writes a blob as it should be, at this time.
    pub(crate) fn write(&mut self, digest: &Digest) {
        let truth = self.blobs.get_mut(digest).unwrap();
        (truth.written, truth.read, truth.rotten) = (self.now, None, None);
        let (key, now) = (self.keys.data_key(digest), self.now);
        self.store.inner.put_with(key, truth.bytes.clone(), |object| {
            object.last_modified = Some(now);
        });
    }

    /// A bit flips on the disk, and nobody is told.
    pub(crate) fn rot(&mut self) -> Digest {
        let digest = self.any_sound();
        let truth = self.blobs.get_mut(&digest).unwrap();
        truth.rotten = Some(self.now);
        let (written, mut bytes) = (truth.written, truth.bytes.clone());
        let etag = ETag::from_md5(<md5::Md5 as md5::Digest>::digest(&bytes).into());
        bytes[0] ^= 1;
        self.store.inner.put_with(self.keys.data_key(&digest), bytes, |object| {
            (object.last_modified, object.etag) = (Some(written), Some(etag));
        });
        digest
    }

    /// One comes, one goes and one is written anew.
    pub(crate) fn change(&mut self) {
        self.push();
        let gone = self.any_sound();
        self.blobs.remove(&gone);
        for key in [self.keys.data_key(&gone), self.keys.layer_key("app", &gone)] {
            self.store.inner.remove(&key);
        }
        let anew = self.any_sound();
        self.write(&anew);
    }

    fn any_sound(&mut self) -> Digest {
        let sound = self.blobs.iter().filter(|(_, truth)| truth.rotten.is_none());
        let sound: Vec<Digest> = sound.map(|(digest, _)| digest.clone()).collect();
        self.rng.choice(&sound).unwrap().clone()
    }

    pub(crate) fn total(&self) -> u64 {
        self.blobs.values().map(|truth| truth.bytes.len() as u64).sum()
    }

    /// A run, if it is not killed after so long. A get takes a second.
    pub(crate) fn night(&mut self, killed_after: Option<Duration>) -> Option<Report> {
        let limit = killed_after.unwrap_or(Duration::MAX);
        let outcome = run(async { tokio::time::timeout(limit, self.scan()).await });
        let read = self.read();
        for (_, truth) in self.blobs.iter_mut().filter(|(digest, _)| read.contains(digest)) {
            truth.read = Some(self.now);
        }
        outcome.ok().map(|reports| reports.unwrap().remove(0))
    }

    pub(crate) async fn scan(&self) -> Result<Vec<Report>, ScanError> {
        self.scan_of(Arc::<Watched>::clone(&self.store)).await
    }

    /// The same, of a store that stands before the other.
    pub(crate) async fn scan_of(
        &self,
        store: Arc<dyn ObjectStore>,
    ) -> Result<Vec<Report>, ScanError> {
        let now = self.now;
        audit(store, "memory:", "", &self.options, Arc::new(move || now), Arc::new(Silent)).await
    }

    /// The blobs that have been read since somebody asked last. Of a rotten one the first reading
    /// says nothing yet.
    pub(crate) fn read(&self) -> BTreeSet<Digest> {
        let reads: Vec<String> = self.store.reads.lock().unwrap().drain(..).collect();
        let is_read = |(digest, truth): &(&Digest, &Truth)| {
            let key = self.keys.data_key(digest);
            let times = reads.iter().filter(|read| **read == key).count();
            times > usize::from(truth.rotten.is_some())
        };
        self.blobs.iter().filter(is_read).map(|(digest, _)| digest.clone()).collect()
    }

    /// The longest that any byte which is there has waited by now.
    pub(crate) fn waited(&self) -> SignedDuration {
        let since = |truth: &Truth| truth.read.unwrap_or(truth.written.max(self.began));
        let waits = self.blobs.values().map(|truth| self.now.duration_since(since(truth)));
        waits.max().unwrap_or_default()
    }
}

/// The digests that a report calls wrong.
pub(crate) fn mismatches(report: &Report) -> BTreeSet<Digest> {
    let findings = report.audit.findings.iter();
    let wrong = findings.filter(|finding| finding.code == Code::DigestMismatch);
    wrong.filter_map(|finding| finding.digest.clone()).collect()
}

/// A store that remembers what was read of it; a get takes a second.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    pub(crate) inner: MemoryStore,
    pub(crate) reads: Mutex<Vec<String>>,
}

#[async_trait]
impl ObjectStore for Watched {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        self.inner.list(prefix, after)
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.reads.lock().unwrap().push(key.to_owned());
        self.inner.get(key).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        self.inner.get_part(key, part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.inner.checksum(key).await
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
