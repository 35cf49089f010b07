use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use redb::{Database, TableDefinition};
use tempfile::TempDir;

use super::tables::ABOUT;
use super::*;
use crate::audit::Proof;
use crate::object::{ETag, Fingerprint};

const ORIGIN: Origin<'_> = Origin { endpoint: None, uri: "s3://registry", root: "" };
const FILE: &str = "ocifsck-ledger.redb";

fn at(second: u32) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + i64::from(second)).unwrap()
}

fn digest(number: u32) -> Digest {
    Digest::sha256_of(&number.to_be_bytes())
}

fn version(number: u32) -> Version {
    let etag = ETag::from_md5([number.to_be_bytes(); 4].concat().try_into().unwrap());
    Version {
        etag: Some(Fingerprint::from(&etag)),
        size: u64::from(number),
        last_modified: Some(at(0)),
    }
}

fn entry(number: u32, second: u32) -> Entry {
    let outcome = Outcome::Proved { at: at(second), by: Proof::Bytes };
    Entry { version: version(number), outcome }
}

fn open(directory: &Path) -> (Ledger, Opening) {
    open_of(directory, &ORIGIN)
}

fn open_of(directory: &Path, origin: &Origin<'_>) -> (Ledger, Opening) {
    let (file, opening) = LedgerFile::open(directory, None, at(0)).unwrap();
    (file.of(origin).unwrap(), opening)
}

fn batch(numbers: std::ops::Range<u32>, second: u32) -> Vec<(Digest, Entry)> {
    numbers.map(|number| (digest(number), entry(number, second))).collect()
}

/// What of the first thousand is remembered, and since when.
fn recalled(ledger: &Ledger) -> BTreeMap<u32, Outcome> {
    let memory = ledger.memory().unwrap();
    let recall = |number| memory.recall(&digest(number), &version(number)).unwrap();
    (0..1000).filter_map(|number| Some((number, recall(number)?))).collect()
}

#[test]
fn remembers_from_one_run_to_the_next() {
    let directory = TempDir::new().unwrap();
    let (mut ledger, opening) = open(directory.path());
    assert_eq!(opening, Opening::New);
    assert_eq!(ledger.begin_run(at(1)).unwrap(), []);
    ledger.record(&batch(0..5, 1)).unwrap();
    let wrong = Entry { version: version(3), outcome: Outcome::Wrong { at: at(2) } };
    ledger.record(&[(digest(3), wrong)]).unwrap();
    ledger.retain(|known| *known != digest(4)).unwrap();
    drop(ledger);

    let (mut ledger, opening) = open(directory.path());
    assert_eq!((opening.remark(), opening), (None, Opening::Known));
    assert_eq!(ledger.begin_run(at(9)).unwrap(), [at(1)]);
    let recalled = recalled(&ledger);
    assert_eq!(recalled.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(recalled[&1], Outcome::Proved { at: at(1), by: Proof::Bytes });
    assert_eq!(recalled[&3], Outcome::Wrong { at: at(2) });
}

#[test]
fn recalls_nothing_of_another_version() {
    let directory = TempDir::new().unwrap();
    let (mut ledger, _) = open(directory.path());
    ledger.record(&batch(7..8, 1)).unwrap();
    let memory = ledger.memory().unwrap();
    let recall = |version| memory.recall(&digest(7), &version).unwrap();
    assert!(recall(version(7)).is_some());
    assert!(recall(Version { etag: None, ..version(7) }).is_none());
    assert!(recall(Version { size: 8, ..version(7) }).is_none());
    assert!(recall(Version { last_modified: Some(at(1)), ..version(7) }).is_none());
}

#[test]
fn remembers_of_each_bucket_its_own() {
    let directory = TempDir::new().unwrap();
    let (mut ledger, _) = open(directory.path());
    ledger.record(&batch(0..1, 1)).unwrap();
    drop(ledger);
    for other in [
        Origin { endpoint: Some("http://replica"), ..ORIGIN },
        Origin { uri: "s3://other", ..ORIGIN },
        Origin { root: "zarf", ..ORIGIN },
    ] {
        let (mut ledger, opening) = open_of(directory.path(), &other);
        assert_eq!(opening, Opening::Known);
        assert!(recalled(&ledger).is_empty(), "{other:?}");
        ledger.retain(|_| false).unwrap();
    }
    assert_eq!(recalled(&open(directory.path()).0).len(), 1);
}

#[test]
fn the_first_run_is_never_forgotten() {
    let directory = TempDir::new().unwrap();
    let (mut ledger, _) = open(directory.path());
    for run in 0..=u32::try_from(MOST_RUNS).unwrap() {
        ledger.begin_run(at(run)).unwrap();
    }
    let runs = ledger.begin_run(at(9999)).unwrap();
    assert_eq!((runs.len(), runs[0], runs[1]), (MOST_RUNS, at(0), at(2)));
}

#[test]
fn one_process_at_a_time() {
    let directory = TempDir::new().unwrap();
    let (_ledger, _) = open(directory.path());
    let error = LedgerFile::open(directory.path(), None, at(0)).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "in use by another ocifsck; wait for it to end, or name another directory with --cache"
        ),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn the_recorder_does_not_wait_for_the_end() {
    let directory = TempDir::new().unwrap();
    let recorder = open(directory.path()).0.into_recorder();
    for (digest, entry) in batch(0..1000, 1) {
        recorder.note(digest, entry);
    }
    let path = directory.path().join(FILE);
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let is_written = || fs::metadata(&path).unwrap().modified().unwrap() > before;
    assert!((0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        is_written()
    }));
    recorder.note(digest(0), entry(0, 2));
    let recalled = recalled(&recorder.finish().unwrap());
    assert_eq!(recalled.len(), 1000);
    assert_eq!(recalled[&0].at(), at(2));
}

#[test]
fn what_is_no_ledger_is_moved_aside() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(FILE);
    let foreign = || {
        let _ = fs::remove_file(&path);
        Database::create(&path).unwrap()
    };
    let newer = |form: u64| {
        let database = foreign();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(ABOUT).unwrap().insert("form", form).unwrap();
        transaction.commit().unwrap();
    };
    let other = || {
        let database = foreign();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(TableDefinition::<u8, u8>::new("x")).unwrap().insert(1, 1).unwrap();
        transaction.commit().unwrap();
    };
    let cases: [(&str, &dyn Fn()); 5] = [
        ("it is empty", &|| fs::write(&path, b"").unwrap()),
        ("magic number mismatch", &|| fs::write(&path, "x".repeat(9000)).unwrap()),
        ("", &|| fs::write(&path, b"redb").unwrap()),
        ("it is of form 2, and this ocifsck writes 1", &|| newer(2)),
        ("it is no ledger of ocifsck's", &other),
    ];
    for (number, (expected, damage)) in cases.into_iter().enumerate() {
        damage();
        let bytes = fs::read(&path).unwrap();
        let (ledger, opening) = open(directory.path());
        assert!(opening.remark().is_some_and(|remark| remark.contains(expected)));
        let Opening::Rebuilt { because, moved_to } = opening else { panic!("{expected}") };
        assert!(because.contains(expected) && !because.contains('\n'), "{because}");
        assert!(recalled(&ledger).is_empty());
        // redb marks a file as open that it opens; what it could not open is as it was.
        assert!(number > 2 || fs::read(&moved_to).unwrap() == bytes);
        assert!(moved_to.is_file() && moved_to != path);
        drop(ledger);
        assert_eq!(open(directory.path()).1, Opening::Known);
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), cases.len() + 2);
}

#[test]
fn a_directory_that_cannot_be_had_is_an_error_of_one_line() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = LedgerFile::open(&file, None, at(0)).unwrap_err().to_string();
    assert!(error.starts_with("cannot create the directory ") && error.contains("--cache"));
    fs::create_dir(directory.path().join(FILE)).unwrap();
    let error = LedgerFile::open(directory.path(), None, at(0)).unwrap_err().to_string();
    assert!(error.starts_with("cannot open ") && error.lines().count() == 1, "{error}");
}

/// Whatever is done to the file: no panic, and nothing is recalled that was not recorded.
#[test]
fn damage_makes_nobody_believe_anything() {
    let directory = TempDir::new().unwrap();
    let (mut ledger, _) = open(directory.path());
    for second in 1..4 {
        ledger.record(&batch(0..300, second)).unwrap();
        ledger.begin_run(at(second)).unwrap();
    }
    drop(ledger);
    let whole = fs::read(directory.path().join(FILE)).unwrap();
    let mut rng = fastrand::Rng::with_seed(0);
    let (mut rebuilt, mut fallen_back) = (0, 0);
    for trial in 0..500 {
        let mut bytes = whole.clone();
        let at_byte = rng.usize(..bytes.len());
        match trial % 5 {
            0 => bytes.truncate(at_byte),
            1 => bytes[at_byte..].fill(0),
            2 => bytes[at_byte..].iter_mut().take(64).for_each(|byte| *byte = rng.u8(..)),
            _ => bytes[at_byte] ^= 1 << rng.u32(..8),
        }
        let directory = TempDir::new().unwrap();
        fs::write(directory.path().join(FILE), &bytes).unwrap();
        let (ledger, opening) = open(directory.path());
        let recalled = recalled(&ledger);
        match opening {
            Opening::New => panic!("there was a file"),
            Opening::Rebuilt { .. } => {
                rebuilt += 1;
                assert!(recalled.is_empty());
            }
            Opening::Known => {
                let times: Vec<_> = recalled.values().map(|outcome| outcome.at()).collect();
                let is_whole =
                    |second| times.len() == 300 && times.iter().all(|time| *time == at(second));
                // A damaged last commit is one that never was, to redb.
                fallen_back += u32::from(is_whole(2));
                assert!(is_whole(3) || is_whole(2), "trial {trial}: {times:?}");
            }
        }
    }
    assert!(rebuilt > 100 && fallen_back < 100, "{rebuilt} {fallen_back}");
}
