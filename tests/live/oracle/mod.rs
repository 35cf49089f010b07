//! Against the registry's own garbage collection: the same garbage, blob for blob, wherever that
//! is not known to be wrong; and where it is, how.

mod bucket;
pub(crate) mod known;
mod ledger;
mod maker;
mod years;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::ledger::Ledger;
use self::years::{Plan, play};
use crate::audit::{Audit, Report, source};
use crate::collector::{Storage, collect};
use crate::matrix::{Run, Scenario};
use crate::record::Figures;
use crate::registry::Version;

pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "same-garbage",
        shows: "of what years of use leave, ocifsck and the registry call the same blobs garbage",
        needs: &[],
        run: Run::Folders(agrees_on_small_registries),
        is_loud: false,
    },
    Scenario {
        name: "same-garbage-in-100000-objects",
        shows: "the same of a hundred thousand objects, on both registries",
        needs: &["docker-registry", "registry-3"],
        run: Run::Folder(agrees_on_a_large_registry),
        is_loud: true,
    },
    Scenario {
        name: "same-garbage-in-a-bucket",
        shows: "the same in a bucket, with far fewer requests",
        needs: &[],
        run: Run::Registries(bucket::agrees_in_a_bucket),
        is_loud: true,
    },
    Scenario {
        name: "known-differences",
        shows: "where the registry's own garbage collection is known to be wrong, each says what \
                `docs/garbage-collect.md` tells",
        needs: &[],
        run: Run::Folders(known::differ_as_told),
        is_loud: false,
    },
];

/// Twenty small registries, each of other years.
fn agrees_on_small_registries(version: Version) -> Figures {
    let (mut objects, mut garbage) = (0, 0);
    for seed in 0..20_u16 {
        let size = 1_000 + 100 * usize::from(seed);
        let has_schema1 = version.takes_schema1();
        let ledger = play(Plan { seed: seed.into(), objects: size, has_schema1 });
        let folder = folder();
        ledger.write_to(folder.path());
        let known = garbage_of(&ledger);
        assert_collects(version, folder.path(), &known);
        assert_same(&Audit::of(source(folder.path())).report(), &known);
        objects += ledger.objects();
        garbage += known.len();
    }
    Figures::default().with("objects", objects).with("garbage blobs", garbage)
}

/// A large one, which both versions see.
fn agrees_on_a_large_registry() -> Figures {
    let ledger = play(Plan { seed: 4711, objects: 100_000, has_schema1: false });
    let folder = folder();
    ledger.write_to(folder.path());
    let garbage = garbage_of(&ledger);
    let theirs = Version::ALL.map(|version| assert_collects(version, folder.path(), &garbage));
    let audit = Audit::of(source(folder.path()));
    let began = Instant::now();
    let report = audit.report();
    let ours = began.elapsed();
    assert_same(&report, &garbage);
    let share = |theirs: Duration| ours.as_millis() * 100 / theirs.as_millis();
    Figures::default()
        .with("objects", ledger.objects())
        .with("manifests", ledger.manifests())
        .with("garbage blobs", garbage.len())
        .with(&timed("% of the time of 2.8's garbage-collect"), share(theirs[0]))
        .with(&timed("% of that of 3's"), share(theirs[1]))
}

/// The name of a figure that says little of a build for tests: cargo builds those unoptimised,
/// unless it is told `--release`.
fn timed(what: &str) -> String {
    let build = if cfg!(debug_assertions) { " (unoptimised)" } else { "" };
    format!("{what}{build}")
}

/// What the books call garbage, of which there is some, and not too much to learn from.
fn garbage_of(ledger: &Ledger) -> BTreeSet<String> {
    let garbage = ledger.garbage();
    let share = garbage.len() * 100 / ledger.stored().len();
    assert!((8..60).contains(&share), "{share} % garbage");
    garbage
}

/// Fails unless the registry would delete just this; how long it took to find out.
fn assert_collects(version: Version, folder: &Path, garbage: &BTreeSet<String>) -> Duration {
    let collection = collect(version, Storage::Folder(folder), &[]).expect("the registry collects");
    assert_eq!(collection.blobs, *garbage, "the registry and the books differ");
    collection.took
}

/// Fails unless an audit has called just this garbage.
fn assert_same(report: &Report, garbage: &BTreeSet<String>) {
    assert_eq!(report.json["complete"], true);
    let mut found = report.digests("orphaned");
    found.append(&mut report.digests("recent"));
    assert_eq!(found, *garbage, "ocifsck and the books differ");
}

/// In memory where the machine has such a place: there are many small files.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}
