//! Against the registry's own garbage collection: the same garbage, blob for blob, wherever that
//! is not known to be wrong; and where it is, how.

mod known;
mod ledger;
mod years;

use std::path::Path;

use tempfile::TempDir;

use self::ledger::Ledger;
use self::years::{Plan, play};
use crate::audit::{Audit, source};
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
    let mut objects = 0;
    for seed in 0..20 {
        let size = 1_000 + 100 * seed;
        let has_schema1 = version.takes_schema1();
        let ledger =
            play(Plan { seed, objects: usize::try_from(size).expect("a size"), has_schema1 });
        let folder = folder();
        ledger.write_to(folder.path());
        agrees(version, &ledger, folder.path());
        objects += ledger.objects();
    }
    Figures::default().with("objects", objects)
}

/// A large one, which both versions see.
fn agrees_on_a_large_registry() -> Figures {
    let ledger = play(Plan { seed: 4711, objects: 100_000, has_schema1: false });
    let folder = folder();
    ledger.write_to(folder.path());
    for version in Version::ALL {
        agrees(version, &ledger, folder.path());
    }
    Figures::default().with("objects", ledger.objects())
}

fn agrees(version: Version, ledger: &Ledger, folder: &Path) {
    let garbage = ledger.garbage();
    let share = garbage.len() * 100 / ledger.stored().len();
    assert!((8..60).contains(&share), "{share} % garbage: no registry to learn from");
    let collection = collect(version, Storage::Folder(folder), &[]).expect("the registry collects");
    assert_eq!(collection.blobs, garbage, "the registry and the books differ");
    let report = Audit::of(source(folder)).report();
    assert_eq!(report.json["complete"], true);
    let mut found = report.digests("orphaned");
    found.append(&mut report.digests("recent"));
    assert_eq!(found, garbage, "ocifsck and the books differ");
}

/// In memory where the machine has such a place: there are many small files.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}
