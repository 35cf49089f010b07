//! Answers that are another object's.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use ocifsck::audit::Code;
use ocifsck::object::{ETag, Object};
use ocifsck::scan::{Options, Verify};
use ocifsck::store::{Download, MemoryStore, ObjectStore, Page, StoreError};
use ocifsck::testing::RegistryBuilder;

use crate::support::{audit_one, lines, options, run};

/// Who asks for one object is given another one, so many times.
#[derive(Debug)]
struct Swapping {
    inner: MemoryStore,
    asked: String,
    given: String,
    times: AtomicUsize,
}

impl Swapping {
    fn swapped<'a>(&'a self, key: &'a str) -> &'a str {
        let fewer = |times: usize| times.checked_sub(1);
        let swap = key == self.asked
            && self.times.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).is_ok();
        if swap { &self.given } else { key }
    }
}

impl fmt::Display for Swapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Swapping {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        self.inner.list(prefix, after)
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        self.inner.get(self.swapped(key)).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        self.inner.get_part(self.swapped(key), part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.inner.checksum(key).await
    }
}

/// Two layers of one length, and two images that differ in one digit.
fn twins() -> (RegistryBuilder, [String; 2], [String; 2]) {
    let mut registry = RegistryBuilder::new();
    let images = [registry.image("app", "1.0", &["one"]), registry.image("app", "2.0", &["two"])];
    let images = images.map(|digest| registry.data_key(&digest));
    let layers = [registry.blob("one"), registry.blob("two")];
    let layers = layers.map(|digest| registry.data_key(&digest));
    (registry, images, layers)
}

/// Neither agrees with the entity tag that was listed, however long it is.
#[test]
fn what_another_object_says_three_times_in_a_row_is_not_held_against_this_one() {
    let everything = Options { verify: Verify::All, ..options() };
    let (registry, images, layers) = twins();
    for [asked, given] in [images, layers] {
        let size = |key: &String| registry.get(key).unwrap().len();
        assert_eq!(size(&asked), size(&given));
        let times = AtomicUsize::new(3);
        let store = Swapping { inner: registry.store(), asked, given, times };
        let report = run(audit_one(store, &everything));
        assert_eq!(lines(&report), [""; 0]);
        assert!(report.audit.is_complete());
    }
}

/// Somebody has put another object in its place, and it stays there.
#[test]
fn what_another_object_says_each_time_is_reported() {
    let everything = Options { verify: Verify::All, ..options() };
    let (registry, images, layers) = twins();
    for [asked, given] in [images, layers] {
        let times = AtomicUsize::new(usize::MAX);
        let key = Some(asked.clone());
        let store = Swapping { inner: registry.store(), asked, given, times };
        let report = run(audit_one(store, &everything));
        let findings = report.audit.findings.iter();
        let mut wrong = findings.filter(|finding| finding.code == Code::DigestMismatch);
        assert!(wrong.any(|finding| finding.key == key), "{:?}", lines(&report));
    }
}
