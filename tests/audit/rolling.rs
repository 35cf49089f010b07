//! Everything is read once in a period, through kills, and what is wrong is found by then.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZeroUsize;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::{Code, Severity};
use ocifsck::batch::Results;
use ocifsck::ledger::{Account, LedgerFile};
use ocifsck::object::ETag;
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::{Cache, Options, Verify};
use ocifsck::shard::Shard;
use ocifsck::store::{ErrorKind, Fault, FaultStore, Operation};
use ocifsck::testing::RegistryBuilder;
use proptest::prelude::*;

use crate::laws::cases;
use crate::nights::{DAY, MONTH, Nights, mismatches};
use crate::support::{audit_one, options, run};

fn account(report: &Report) -> &Account {
    report.coverage.as_ref().unwrap()
}

fn etag(bytes: &[u8]) -> ETag {
    ETag::from_md5(<md5::Md5 as md5::Digest>::digest(bytes).into())
}

proptest! {
    #![proptest_config(cases(4))]

    /// Two months in which blobs come, go, are written anew and rot, and every third run or so is
    /// killed somewhere, never two in a row.
    #[test]
    fn a_month_covers_every_byte_as_promised_through_kills(seed: u64) {
        let mut nights = Nights::new(seed, 120);
        nights.options.concurrency = const { NonZeroUsize::new(2).unwrap() };
        nights.options.budget = Some(nights.total() / 8);
        let mut rotten: BTreeMap<Digest, Timestamp> = BTreeMap::new();
        let mut found = BTreeSet::new();
        let mut was_killed = false;
        for night in 0..70 {
            let is_killed = !was_killed && nights.rng.u8(..3) == 0;
            // Between two answers: one of the same instant may be given and not be heard.
            let after = Duration::from_millis(nights.rng.u64(..6) * 1_000 + 500);
            let report = nights.night(is_killed.then_some(after));
            was_killed = report.is_none();
            if let Some(report) = &report {
                let account = account(report);
                let outlook = account.rolling.as_ref().unwrap();
                prop_assert!(outlook.keeps_promise && outlook.left.count == 0, "{:?}", outlook);
                let chosen = report.selection.unwrap().chosen.bytes;
                let budget = nights.options.budget.unwrap();
                prop_assert!(chosen <= budget);
                let wrong = mismatches(report);
                // Told every night, even where others need the budget to read it again.
                prop_assert!(found.is_subset(&wrong), "night {}", night);
                found.extend(wrong);
                let coverage = account.coverage;
                prop_assert_eq!(coverage.total.bytes, nights.total());
                prop_assert_eq!(
                    coverage.within_30d.count + coverage.wrong.count + coverage.never.count,
                    coverage.total.count
                );
                prop_assert!(coverage.oldest.is_none_or(|at| at >= nights.now - MONTH));
                if night >= 31 {
                    let young = nights.blobs.values().filter(|truth| truth.read.is_none());
                    prop_assert_eq!(coverage.never.count, young.count() as u64);
                }
            }
            nights.now += DAY;
            prop_assert!(nights.waited() <= MONTH, "night {}: {:?}", night, nights.waited());
            for (digest, since) in &rotten {
                let is_late = nights.now.duration_since(*since) > MONTH;
                prop_assert!(found.contains(digest) || !is_late, "night {}: {}", night, digest);
            }
            prop_assert!(found.iter().all(|digest| rotten.contains_key(digest)));
            nights.change();
            if night % 9 == 4 {
                rotten.insert(nights.rot(), nights.now);
            }
        }
        prop_assert!(found.len() >= 3, "{:?}", found);
    }
}

#[test]
fn what_is_not_due_is_not_read() {
    let mut nights = Nights::new(1, 90);
    let mut all = BTreeSet::new();
    for night in 0..30 {
        let report = nights.night(None).unwrap();
        let chosen = report.selection.unwrap().chosen;
        let read: BTreeSet<Digest> = nights
            .blobs
            .iter()
            .filter(|(_, truth)| truth.read == Some(nights.now))
            .map(|(digest, _)| digest.clone())
            .collect();
        assert_eq!(chosen.count, read.len() as u64, "night {night}");
        assert_eq!(report.requests.get, chosen.count, "night {night}: each once, and nothing else");
        assert!(chosen.bytes < nights.total() / 30 + 400, "night {night}: {chosen:?}");
        // A share is whole blobs, so the last of them come a little early.
        assert!(night > 20 || all.is_disjoint(&read), "night {night}: read before its turn");
        all.extend(read);
        // The same night again: its share has been read.
        assert_eq!(nights.night(None).unwrap().requests.get, 0);
        nights.now += DAY;
    }
    assert!(nights.waited() <= MONTH && all.len() > 80, "{}", all.len());
}

/// Whatever is asked of the next run; until somebody mends it.
#[test]
fn what_was_found_wrong_is_told_by_every_run_until_it_is_written_anew() {
    let mut nights = Nights::new(8, 20);
    let rotten = BTreeSet::from([nights.rot()]);
    nights.options.verify = Verify::All;
    let found = nights.now;
    assert_eq!(mismatches(&nights.night(None).unwrap()), rotten);
    for verify in [Verify::None, Verify::Manifests] {
        nights.now += DAY;
        nights.options = Options { verify, ..nights.options };
        let report = nights.night(None).unwrap();
        assert_eq!((mismatches(&report), report.requests.get), (rotten.clone(), 0));
        let told = report.audit.findings.iter().find(|one| one.code == Code::DigestMismatch);
        let told = told.unwrap();
        assert!(told.message.contains(&format!("last read, at {found}")), "{}", told.message);
        assert_eq!((told.severity, &told.actual), (Severity::Error, &None));
    }
    for digest in &rotten {
        // Though AWS, at some time, has computed what the name says.
        let key = RegistryBuilder::new().data_key(digest);
        let etag = etag(&nights.blobs[digest].bytes);
        let etag = etag.as_str();
        let hex = digest.encoded().to_uppercase();
        let row = format!(
            "registry,{key},,succeeded,200,,\"{{\"\"etag\"\":\"\"{etag}\"\",\"\"checksumAlgorithm\"\":\"\"SHA256\"\",\"\"checksumType\"\":\"\"FULL_OBJECT\"\",\"\"checksum_hex\"\":\"\"{hex}\"\"}}\"\n"
        );
        let mut results = Results::new("registry");
        results.read("a report", row.as_bytes()).unwrap();
        nights.options.batch = Some(std::sync::Arc::new(results));
        assert_eq!(mismatches(&nights.night(None).unwrap()), rotten);
        nights.options.batch = None;
        nights.now += DAY;
        nights.write(digest);
    }
    assert!(mismatches(&nights.night(None).unwrap()).is_empty());
}

/// Manifests are hashed in every run, so an earlier one's word does not stand against them.
#[test]
fn a_manifest_that_is_right_again_is_told_no_more() {
    let mut registry = RegistryBuilder::new();
    registry.image("app", "1.0", &["layer"]);
    let key = registry.data_key(&registry.tagged("app", "1.0").unwrap());
    let right = registry.get(&key).unwrap().to_vec();
    let store = std::sync::Arc::new(registry.store());
    let cache = tempfile::tempdir().unwrap();
    let count = |verify, bytes: &[u8]| {
        let etag = etag(&right);
        store.put_with(key.clone(), bytes.to_vec(), |object| {
            (object.etag, object.last_modified) = (Some(etag), Some(Timestamp::UNIX_EPOCH));
        });
        let (directory, uri) = (cache.path().to_owned(), "memory:".to_owned());
        let cache = Some(Cache { directory, endpoint: None, uri });
        let options = Options { verify, cache, ..options() };
        let report = run(audit_one(std::sync::Arc::clone(&store), &options));
        (mismatches(&report).len() as u64, account(&report).coverage.wrong.count)
    };
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    assert_eq!(count(Verify::Manifests, &wrong), (1, 1));
    assert_eq!(count(Verify::None, &right), (0, 0));
}

/// Neither a checksum that the server has kept since the upload, nor a key that is denied.
#[test]
fn what_was_found_wrong_is_cleared_by_nothing_but_its_bytes() {
    let mut nights = Nights::new(9, 8);
    let rotten = BTreeSet::from([nights.rot()]);
    nights.options.verify = Verify::All;
    assert_eq!(mismatches(&nights.night(None).unwrap()), rotten);
    for digest in &rotten {
        let key = RegistryBuilder::new().data_key(digest);
        nights.store.inner.keep_sha256(&key, *digest.as_sha256().unwrap());
    }
    nights.options.use_checksums = true;
    assert_eq!(mismatches(&nights.night(None).unwrap()), rotten);
    let store = FaultStore::new(std::sync::Arc::clone(&nights.store)).with(
        Operation::Get,
        |_| true,
        Fault::Fail(ErrorKind::Unreadable),
    );
    run(nights.scan_of(std::sync::Arc::new(store))).unwrap();
    nights.options.verify = Verify::None;
    assert_eq!(mismatches(&nights.night(None).unwrap()), rotten);
}

#[test]
fn every_mode_remembers_what_it_proves() {
    let mut nights = Nights::new(2, 40);
    nights.options.verify = Verify::All;
    let report = nights.night(None).unwrap();
    let coverage = account(&report).coverage;
    assert_eq!((coverage.within_1d, coverage.total.count), (coverage.total, 40));
    assert_eq!(account(&report).rolling, None);
    nights.options.verify = Verify::Manifests;
    nights.now += SignedDuration::from_hours(25);
    let coverage = account(&nights.night(None).unwrap()).coverage;
    assert_eq!((coverage.within_1d.count, coverage.within_7d), (0, coverage.total));
    assert_eq!(coverage.oldest, Some(nights.now - SignedDuration::from_hours(25)));
    // What nothing refers to is not asked about where it is not to be read.
    nights.options.include_orphaned = false;
    let linked = account(&nights.night(None).unwrap()).coverage.total.count;
    assert!((20..40).contains(&linked), "{linked}");
}

#[test]
fn a_checksum_counts_for_those_who_ask_for_checksums() {
    let mut nights = Nights::new(3, 5);
    for digest in nights.blobs.keys() {
        let key = RegistryBuilder::new().data_key(digest);
        nights.store.inner.keep_sha256(&key, *digest.as_sha256().unwrap());
    }
    nights.options = Options { verify: Verify::All, use_checksums: true, ..nights.options };
    let of = |report: Report| account(&report).coverage;
    let coverage = of(nights.night(None).unwrap());
    assert_eq!(coverage.within_1d, coverage.total);
    nights.options = Options { verify: Verify::None, use_checksums: false, ..nights.options };
    let coverage = of(nights.night(None).unwrap());
    assert_eq!(coverage.never, coverage.total);
}

#[test]
fn what_cannot_be_read_does_not_keep_the_others_waiting() {
    let mut nights = Nights::new(4, 30);
    let cold = nights.blobs.iter().max_by_key(|(_, truth)| truth.bytes.len());
    let (cold, size) = cold.map(|(digest, truth)| (digest.clone(), truth.bytes.len())).unwrap();
    nights.options.budget = Some(size as u64);
    nights.options.every = 10 * DAY;
    let mut last = None;
    for _ in 0..30 {
        let hex = cold.encoded().clone();
        let store = FaultStore::new(std::sync::Arc::clone(&nights.store)).with(
            Operation::Get,
            move |key| key.contains(&hex),
            Fault::Fail(ErrorKind::Unreadable),
        );
        last = Some(run(nights.scan_of(std::sync::Arc::new(store))).unwrap().remove(0));
        nights.now += DAY;
    }
    let coverage = account(&last.unwrap()).coverage;
    assert_eq!((coverage.ever.count, coverage.unreadable.count), (29, 1), "{coverage:?}");
}

#[test]
fn a_damaged_ledger_is_said_and_begun_anew() {
    let mut nights = Nights::new(5, 20);
    nights.options.verify = Verify::All;
    nights.night(None).unwrap();
    let file = nights.cache.path().join("ocifsck-ledger.redb");
    let mut bytes = fs::read(&file).unwrap();
    bytes.iter_mut().skip(4096).for_each(|byte| *byte ^= 0x55);
    fs::write(&file, bytes).unwrap();
    nights.options.verify = Verify::None;
    let report = nights.night(None).unwrap();
    let account = account(&report);
    assert!(account.ledger.as_ref().unwrap().contains("a new one is begun"), "{account:?}");
    assert_eq!((account.coverage.never, account.is_recorded), (account.coverage.total, true));
}

#[test]
fn two_processes_do_not_share_a_file_and_shards_have_their_own() {
    let mut nights = Nights::new(6, 40);
    let [first, second] = [1, 2].map(|index| Shard::new(index, 2).unwrap());
    let held = LedgerFile::open(nights.cache.path(), Some(first), nights.now).unwrap();
    nights.options = Options { verify: Verify::All, shard: Some(first), ..nights.options };
    let refused = run(nights.scan()).unwrap_err().to_string();
    assert!(refused.contains("in use by another ocifsck") && !refused.contains('\n'), "{refused}");
    assert!(nights.read().is_empty(), "before anything is read");
    nights.options.shard = Some(second);
    let other = account(&nights.night(None).unwrap()).clone();
    drop(held);
    nights.options.shard = Some(first);
    let this = account(&nights.night(None).unwrap()).clone();
    assert_eq!(this.coverage.ever.count + other.coverage.ever.count, 40);
    assert_eq!(this.coverage.never.count + other.coverage.never.count, 0);
}

#[test]
fn nobody_can_take_turns_who_does_not_remember() {
    let mut nights = Nights::new(7, 1);
    nights.options.cache = None;
    let refused = run(nights.scan()).unwrap_err().to_string();
    assert!(refused.contains("--cache"), "{refused}");
}
