//! What shards report of a bucket is, put together, what one process would have reported.

use std::fs;
use std::path::Path;

use ocifsck::report::merge::{Part, merge, rows};
use ocifsck::report::{OutDir, Report};
use ocifsck::scan::{Cache, Options, Share, Verify};
use ocifsck::shard::Shard;
use ocifsck::store::{ErrorKind, Fault, FaultStore, MemoryStore, Operation};
use ocifsck::testing::RegistryBuilder;
use proptest::prelude::*;

use crate::chaos::chaos;
use crate::laws::{audit, cases, with_grace};

/// As `ocifsck verify` does.
fn verify(store: MemoryStore, options: &Options) -> Report {
    let mut report = audit(store, options);
    report.audit.keep_what_bytes_tell();
    report
}

fn part_of(store: MemoryStore, options: &Options, shard: Shard, out: &Path) -> Part {
    let report = verify(store, &Options { shard: Some(shard), ..options.clone() });
    OutDir::open(out).unwrap().write_verified(&report).unwrap();
    Part::open(out).unwrap()
}

fn files(directory: &Path) -> [String; 3] {
    ["report.json", "findings.csv", "blobs.csv"]
        .map(|name| fs::read_to_string(directory.join(name)).unwrap())
}

fn how() -> impl Strategy<Value = Verify> {
    prop_oneof![
        Just(Verify::Manifests),
        Just(Verify::All),
        (0..5_000_u64).prop_map(Verify::Budget),
        (0.0..=100.0).prop_map(|percent| Verify::Sample(Share::percent(percent).unwrap())),
    ]
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn parts_make_the_whole(
        chaos in chaos(), of in 1..17_u32, how in how(), include_orphaned: bool,
    ) {
        let registry = chaos.build();
        let options = Options { verify: how, include_orphaned, ..with_grace() };
        let directory = tempfile::tempdir().unwrap();
        let whole = verify(registry.store(), &options);
        let alone = directory.path().join("alone");
        OutDir::open(&alone).unwrap().write_verified(&whole).unwrap();
        // In any order.
        let parts: Vec<Part> = (1..=of)
            .rev()
            .map(|index| {
                let out = directory.path().join(index.to_string());
                part_of(registry.store(), &options, Shard::new(index, of).unwrap(), &out)
            })
            .collect();
        let mut merged = merge(&parts).unwrap();
        merged.requests = whole.requests;
        let together = directory.path().join("together");
        let out = OutDir::open(&together).unwrap();
        out.write_with(&merged, |file| rows(&parts, file)).unwrap();
        prop_assert_eq!(files(&together), files(&alone));
    }
}

fn two_images() -> RegistryBuilder {
    let mut registry = RegistryBuilder::new();
    for text in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        registry.blob(text);
    }
    registry
}

/// The parts of a run with these options, in directories of their own below `directory`.
fn parts(options: &Options, of: u32, directory: &Path) -> Vec<Part> {
    let all = (1..=of).map(|index| {
        let shard = Shard::new(index, of).unwrap();
        let out = directory.join(format!("{index}-of-{of}"));
        part_of(two_images().store(), options, shard, &out)
    });
    all.collect()
}

#[test]
fn parts_that_make_no_whole_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let refused = |parts: &[Part]| merge(parts).map(|_| ()).unwrap_err().to_string();
    let fine = || parts(&with_grace(), 3, &directory.path().join("fine"));
    assert!(merge(&fine()).is_ok());
    assert_eq!(refused(&[]), "there is nothing to merge");
    let mut missing = fine();
    missing.remove(1);
    assert_eq!(
        refused(&missing),
        "of 3 parts 1 are missing, 2/3 for one; run it again: verify --shard 2/3"
    );
    let mut doubled = fine();
    doubled.extend(fine());
    assert!(refused(&doubled).ends_with("are both part 1/3"), "{}", refused(&doubled));
    let mut mixed = fine();
    mixed[0] = parts(&with_grace(), 4, directory.path()).remove(0);
    assert!(refused(&mixed).contains("the number of parts is 4 here and 3 there"));
    let everything = Options { verify: Verify::All, ..with_grace() };
    mixed[0] = parts(&everything, 3, directory.path()).remove(0);
    assert!(refused(&mixed).contains("an option is (\"verify\""), "{}", refused(&mixed));
}

#[test]
fn half_a_part_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("1-of-1");
    let write = || drop(parts(&with_grace(), 1, directory.path()));
    let refused = || Part::open(&path).unwrap_err().to_string();
    let cut = |name: &str| {
        let file = path.join(name);
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().count() - 1;
        let kept: Vec<&str> = text.lines().take(lines).collect();
        fs::write(file, kept.join("\n") + "\n").unwrap();
    };
    write();
    cut("blobs.csv");
    assert!(refused().contains("blobs.csv has 7 rows, and report.json says 8"), "{}", refused());
    write();
    cut("report.json");
    assert!(refused().contains("report.json is not whole"), "{}", refused());
    for name in ["findings.csv", "report.json", "blobs.csv"] {
        write();
        fs::remove_file(path.join(name)).unwrap();
        assert!(refused().contains(&format!("{name}: No such file")), "{}", refused());
    }
    write();
    let report = path.join("report.json");
    let text = fs::read_to_string(&report).unwrap();
    let whole = verify(two_images().store(), &with_grace());
    OutDir::open(&path).unwrap().write_verified(&whole).unwrap();
    assert!(refused().contains("it tells of the whole"), "{}", refused());
    fs::write(&report, text.replace("\"schema_version\": 1", "\"schema_version\": 9")).unwrap();
    assert!(refused().contains("schema 9"), "{}", refused());
    assert_eq!(refused().lines().count(), 1);
}

/// Each part has a ledger of its own in one directory; together they have come as far as one has.
#[test]
fn the_coverage_of_the_parts_is_that_of_the_whole() {
    let directory = tempfile::tempdir().unwrap();
    let cache = |name: &str| {
        let (directory, uri) = (directory.path().join(name), "memory:".to_owned());
        Some(Cache { directory, endpoint: None, uri })
    };
    let all = Options { verify: Verify::All, ..with_grace() };
    let whole = verify(two_images().store(), &Options { cache: cache("whole"), ..all.clone() });
    let options = Options { cache: cache("parts"), ..all };
    let parts = parts(&options, 3, directory.path());
    let merged = merge(&parts).unwrap().coverage.unwrap();
    assert_eq!(Some(&merged), whole.coverage.as_ref());
    assert_eq!((merged.coverage.within_1d.count, merged.coverage.never.count), (8, 0));
    let rolling = Options { verify: Verify::Rolling, budget: Some(2), ..options };
    let merged = merge(&self::parts(&rolling, 3, directory.path())).unwrap();
    let (outlook, chosen) = (merged.coverage.unwrap().rolling.unwrap(), merged.selection.unwrap());
    assert!(outlook.keeps_promise, "{outlook:?}");
    // The budget is that of all of them; what is larger than a part's own is read alone.
    assert!((1..=3).contains(&chosen.chosen.count) && chosen.eligible.count == 8, "{chosen:?}");
}

/// One process could not read one blob: nothing in the whole is orphaned then, whatever the others
/// say.
#[test]
fn where_a_part_is_incomplete_nothing_is_orphaned() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { verify: Verify::All, ..with_grace() };
    let mut parts = parts(&options, 2, directory.path());
    let store = FaultStore::new(two_images().store()).with(
        Operation::Get,
        |_| true,
        Fault::Fail(ErrorKind::Unavailable),
    );
    let shard = Some(Shard::new(2, 2).unwrap());
    let mut report = audit(store, &Options { shard, ..options });
    report.audit.keep_what_bytes_tell();
    assert!(!report.audit.is_complete());
    let out = directory.path().join("2-of-2");
    OutDir::open(&out).unwrap().write_verified(&report).unwrap();
    parts[1] = Part::open(&out).unwrap();
    let merged = merge(&parts).unwrap();
    assert!(!merged.audit.is_complete());
    let mut table = Vec::new();
    rows(&parts, &mut table).unwrap();
    let table = String::from_utf8(table).unwrap();
    assert_eq!(table.matches(",undecided,").count(), 8, "{table}");
    assert_eq!(merged.audit.totals.reclaimable_by_tags.count, 0);
}
