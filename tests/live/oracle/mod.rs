//! Against the registry's own garbage collection: the same garbage, blob for blob, wherever that
//! is not known to be wrong; and where it is, how.

mod collector;
mod ledger;
mod years;

use std::path::Path;
use std::time::Instant;

use collector::{Collector, Version};
use ledger::Ledger;
use years::{Plan, play};

use crate::audit::{Audit, source};

/// Small registries of many kinds.
pub(crate) fn agrees_on_small_registries(collector: &Collector) {
    for seed in 0..20 {
        let objects = 1_000 + 100 * usize::try_from(seed).expect("a small number");
        agrees(collector, seed, objects);
    }
}

fn agrees(collector: &Collector, seed: u64, objects: usize) {
    let has_schema1 = collector.version == Version::Two;
    let t = Instant::now();
    let ledger = play(Plan { seed, objects, has_schema1 });
    println!("play {:?}", t.elapsed());
    let folder = folder();
    ledger.write_to(folder.path());
    println!("write {:?}", t.elapsed());
    agrees_in(collector, &ledger, folder.path());
}

fn agrees_in(collector: &Collector, ledger: &Ledger, folder: &Path) {
    let garbage = ledger.garbage();
    let share = garbage.len() * 100 / ledger.stored().len();
    assert!((8..60).contains(&share), "{share} % garbage: no registry to learn from");
    let collected = collector.of_folder(folder, &[]).expect("the registry collects");
    assert_eq!(collected.eligible, garbage, "the registry and the books differ");
    let began = Instant::now();
    let report = Audit::of(source(folder)).report();
    println!(
        "{} objects, {} blobs, {} manifests, {} garbage: gc {:?}, audit {:?}",
        ledger.objects(),
        ledger.stored().len(),
        ledger.manifests(),
        garbage.len(),
        collected.took,
        began.elapsed()
    );
    assert_eq!(report.json["complete"], true);
    let mut found = report.digests("orphaned");
    found.append(&mut report.digests("recent"));
    assert_eq!(found, garbage, "ocifsck and the books differ");
}

/// In memory where the machine has such a place: there are many small files.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}

#[test]
#[ignore]
fn small_2() {
    let collector = Collector { program: "docker-registry".into(), version: Version::Two };
    agrees_on_small_registries(&collector);
}

#[test]
#[ignore]
fn small_3() {
    let collector = Collector { program: "/tmp/w/v3bin/registry".into(), version: Version::Three };
    agrees_on_small_registries(&collector);
}

#[test]
#[ignore]
fn big_2() {
    let collector = Collector { program: "docker-registry".into(), version: Version::Two };
    agrees(&collector, 4711, 100_000);
}

#[test]
#[ignore]
fn big_3() {
    let collector = Collector { program: "/tmp/w/v3bin/registry".into(), version: Version::Three };
    agrees(&collector, 4711, 100_000);
}
