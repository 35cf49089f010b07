//! The same over S3, where each request has its price.

use std::time::{Duration, Instant};

use aws_sdk_s3::primitives::ByteStream;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::ledger::Ledger;
use super::years::{Plan, play};
use super::{assert_same, garbage_of, timed};
use crate::audit::{Audit, Report};
use crate::collector::{Storage, collect};
use crate::counter::{Counter, Requests};
use crate::lab::{S3Bucket, owner, runtime};
use crate::record::Figures;
use crate::registry::Version;

const ROOT: &str = "zarf-registry";
const OBJECTS: usize = 3_000;

/// How many objects are put at once.
const AT_ONCE: usize = 16;

pub(super) fn agrees_in_a_bucket(bucket: &S3Bucket, version: Version) -> Figures {
    let ledger = play(Plan { seed: 42, objects: OBJECTS, has_schema1: version.takes_schema1() });
    let garbage = garbage_of(&ledger);
    fill(bucket, &ledger);
    let counter = Counter::before(&bucket.server.endpoint);
    let endpoint = &counter.endpoint();

    let storage = Storage::Bucket { bucket, endpoint, root: &format!("/{ROOT}") };
    let collection = collect(version, storage, &[]).expect("the registry collects");
    let theirs = counter.take();
    let sees_repositories = version.believable_on(bucket.server.kind) == version;
    let expected = if sees_repositories { garbage.clone() } else { ledger.stored() };
    assert_eq!(collection.blobs, expected, "the registry and the books differ");

    let audit = Audit::of(&bucket.source(ROOT)).at(endpoint).by(&owner());
    let began = Instant::now();
    let report = audit.report();
    let took = began.elapsed();
    let ours = counter.take();
    assert_same(&report, &garbage);
    assert_counted(&report, ours);
    let figures =
        Figures::default().with("objects", ledger.objects()).with("garbage blobs", garbage.len());
    if !sees_repositories {
        return figures
            .with("blobs condemned by a garbage-collect that sees no repository", expected.len());
    }
    compared(figures, (collection.took, theirs), (took, ours))
}

fn fill(bucket: &S3Bucket, ledger: &Ledger) {
    let client = bucket.client();
    let puts = ledger.contents().map(|(key, bytes)| {
        let body = ByteStream::from(bytes.to_vec());
        let key = format!("{ROOT}/{key}");
        client.put_object().bucket(&bucket.name).key(key).body(body).send()
    });
    let all = stream::iter(puts).buffer_unordered(AT_ONCE).try_for_each(|_| async { Ok(()) });
    runtime().block_on(all).expect("the server takes every object");
}

/// What the report says of its requests is what the wire saw.
fn assert_counted(report: &Report, seen: Requests) {
    let said = |what: &str| report.number(&format!("/requests/{what}"));
    assert_eq!((said("list"), said("get"), said("head")), (seen.list, seen.get, seen.head));
    assert!(seen.reads() > 0);
}

fn compared(
    figures: Figures,
    (their_time, theirs): (Duration, Requests),
    (our_time, ours): (Duration, Requests),
) -> Figures {
    figures
        .with("requests by garbage-collect", theirs.reads())
        .with("by ocifsck", ours.reads())
        .with("% of its requests", ours.reads() * 100 / theirs.reads())
        .with(&timed("% of its time"), our_time.as_millis() * 100 / their_time.as_millis())
}
