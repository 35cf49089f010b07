//! What the ledger costs with a million blobs: to fill, open, read, plan from and write to.
//!
//! `cargo bench --no-default-features --bench ledger`. `TMPDIR` says on which disk.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "a measurement is there to be read")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::Proof;
use ocifsck::ledger::rolling::{Rolling, choose};
use ocifsck::ledger::{
    Candidate, Coverage, Entry, Ledger, LedgerFile, Opening, Origin, Outcome, Version,
};
use ocifsck::object::{ETag, Fingerprint};
use ocifsck::oci::Digest;

const BLOBS: u64 = 1_000_000;
const PROOFS: u64 = 10_000;
const ORIGIN: Origin<'_> = Origin { endpoint: None, uri: "s3://registry", root: "" };
const EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// Every second blob was put in many parts, as Distribution does with all above 32 MB.
fn blob(number: u64) -> (Digest, Version) {
    let digest = Digest::sha256_of(&number.to_be_bytes());
    let parts = if number.is_multiple_of(2) { "" } else { "-7" };
    let etag = ETag::new(&format!("{}{parts}", &digest.encoded()[..32]));
    (
        digest,
        Version {
            etag: Some(Fingerprint::from(&etag)),
            size: number << 6,
            last_modified: Some(now()),
        },
    )
}

fn proof((digest, version): (Digest, Version), days: u64) -> (Digest, Entry) {
    let age = SignedDuration::from_hours(24 * i64::try_from(days).unwrap());
    (digest, Entry { version, outcome: Outcome::Proved { at: now() - age, by: Proof::Bytes } })
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let result = work();
    println!("{what:>34}: {:>7.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    result
}

fn open(directory: &Path) -> Ledger {
    let (file, opening) = LedgerFile::open(directory, None, now()).unwrap();
    assert_ne!(matches!(opening, Opening::Known), matches!(opening, Opening::New));
    file.of(&ORIGIN).unwrap()
}

fn candidates(ledger: &Ledger, blobs: &[(Digest, Version)]) -> Vec<Candidate> {
    let memory = ledger.memory().unwrap();
    let candidate = |(digest, version): &(Digest, Version)| Candidate {
        digest: digest.clone(),
        size: version.size,
        written: version.last_modified,
        last: memory.recall(digest, version).unwrap(),
        is_orphaned: false,
    };
    blobs.iter().map(candidate).collect()
}

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let mut blobs: Vec<_> = (0..BLOBS).map(blob).collect();
    blobs.sort_by(|(left, _), (right, _)| left.cmp(right));

    let mut ledger = open(directory.path());
    let all: Vec<_> =
        (0..).zip(&blobs).map(|(days, blob)| proof(blob.clone(), days % 30)).collect();
    timed("record a million proofs, by 4096", || {
        all.chunks(4096).for_each(|batch| ledger.record(batch).unwrap());
    });
    drop(ledger);
    let bytes = fs::metadata(directory.path().join("ocifsck-ledger.redb")).unwrap().len();
    println!("{:>34}: {:>7} MiB", "the file", bytes >> 20);

    let mut ledger = timed("open, every page checked", || open(directory.path()));
    let candidates = timed("recall a million", || candidates(&ledger, &blobs));
    assert!(candidates.iter().all(|candidate| candidate.last.is_some()));
    let runs: Vec<_> = (1..30).map(|day| now() - EVERY / 30 * (30 - day)).collect();
    let rolling = Rolling { now: now(), every: EVERY, budget: Some(1 << 40), runs: &runs };
    let tonight = timed("choose what to read tonight", || choose(&rolling, &candidates));
    let coverage = timed("coverage", || {
        Coverage::of(now(), candidates.iter().map(|candidate| (candidate.size, candidate.last)))
    });
    assert!(coverage.ever.count == BLOBS && tonight.sum.count > BLOBS / 40);
    let some: Vec<_> = blobs.iter().step_by((BLOBS / PROOFS) as usize).collect();
    let some: Vec<_> = some.into_iter().map(|blob| proof(blob.clone(), 0)).collect();
    timed("record 10,000 proofs at once", || ledger.record(&some).unwrap());
    timed("forget every hundredth", || {
        ledger.retain(|digest| digest.as_sha256().is_some_and(|bytes| bytes[0] != 0)).unwrap();
    });
}
