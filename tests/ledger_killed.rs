//! The ledger through `kill -9`: what it said was recorded is there, and nothing in halves.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use jiff::Timestamp;
use ocifsck::audit::Proof;
use ocifsck::ledger::{Entry, Ledger, LedgerFile, Opening, Origin, Outcome, Version};
use ocifsck::object::{ETag, Fingerprint};
use ocifsck::oci::Digest;

const KILLS: usize = 50;
const BLOBS: u64 = 1000;
const ORIGIN: Origin<'_> = Origin { endpoint: None, uri: "s3://registry", root: "" };
const DIRECTORY: &str = "OCIFSCK_TEST_LEDGER";
const FIRST: &str = "OCIFSCK_TEST_FIRST";

fn version(blob: u64) -> Version {
    let etag = ETag::new(&format!("etag of {blob}"));
    Version {
        etag: Some(Fingerprint::from(&etag)),
        size: blob,
        last_modified: Some(Timestamp::UNIX_EPOCH),
    }
}

fn digest(blob: u64) -> Digest {
    Digest::sha256_of(&blob.to_be_bytes())
}

/// What a batch says of which blobs; batches overlap.
fn batch(number: u64) -> impl Iterator<Item = (u64, Outcome)> {
    let at = Timestamp::from_second(1_800_000_000 + i64::try_from(number).unwrap()).unwrap();
    let outcome = if number.is_multiple_of(7) {
        Outcome::Wrong { at }
    } else {
        Outcome::Proved { at, by: Proof::Bytes }
    };
    (0..20).map(move |step| ((number * 13 + step) % BLOBS, outcome))
}

fn open(directory: &Path) -> (Ledger, Opening) {
    let (file, opening) = LedgerFile::open(directory, None, Timestamp::UNIX_EPOCH).unwrap();
    (file.of(&ORIGIN).unwrap(), opening)
}

/// Not a test of its own: the process that is killed. It says each batch once it is recorded.
#[test]
#[ignore = "runs until it is killed"]
fn writer() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let first = env::var(FIRST).unwrap().parse().unwrap();
    let (mut ledger, _) = open(directory.as_ref());
    for number in first.. {
        let entry = |(blob, outcome)| (digest(blob), Entry { version: version(blob), outcome });
        ledger.record(&batch(number).map(entry).collect::<Vec<_>>()).unwrap();
        std::io::stdout().write_all(format!("\nrecorded {number}\n").as_bytes()).unwrap();
    }
}

/// Lets the writer go on for so long, from its first batch on if one `waits` for that. Gives the
/// batches that it said were recorded.
fn killed_after(directory: &Path, first: u64, time: Duration, waits: bool) -> Vec<u64> {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "writer", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(DIRECTORY, directory).env(FIRST, first.to_string());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let number =
        |line: String| line.strip_prefix("recorded ").map(|number| number.parse().unwrap());
    let mut recorded = Vec::new();
    if waits {
        recorded.push(lines.by_ref().find_map(number).unwrap());
    }
    sleep(time);
    child.kill().unwrap();
    child.wait().unwrap();
    recorded.extend(lines.filter_map(number));
    recorded
}

#[test]
fn nothing_that_was_recorded_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let mut rng = fastrand::Rng::with_seed(50);
    let (mut next, mut expected) = (0, BTreeMap::new());
    for kill in 0..KILLS {
        let time = Duration::from_micros(rng.u64(..60_000));
        let recorded = killed_after(directory.path(), next, time, kill % 5 != 0);
        for number in &recorded {
            assert_eq!(*number, next, "each in its turn");
            expected.extend(batch(next));
            next += 1;
        }
        let (ledger, opening) = open(directory.path());
        assert!(opening == Opening::Known || next == 0, "{opening:?} after kill {kill}");
        let found = recalled(&ledger);
        if found != expected {
            // Recorded, and killed before it could say so.
            expected.extend(batch(next));
            next += 1;
        }
        assert!(found == expected, "kill {kill}, after {next} batches");
    }
    assert!(next > KILLS as u64, "{next} batches were recorded");
}

fn recalled(ledger: &Ledger) -> BTreeMap<u64, Outcome> {
    let memory = ledger.memory().unwrap();
    let recall = |blob| memory.recall(&digest(blob), &version(blob)).unwrap();
    (0..BLOBS).filter_map(|blob| Some((blob, recall(blob)?))).collect()
}
