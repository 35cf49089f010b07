//! `verify --verify rolling` through `kill -9` and SIGTERM: what it had read is not read again.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ocifsck::testing::RegistryBuilder;
use serde_json::Value;
use tempfile::TempDir;

const BLOBS: u64 = 200;
const SIZE: usize = 5000;
/// All of them take five seconds.
const BANDWIDTH: &str = "200000";

struct Place {
    directory: TempDir,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut registry = RegistryBuilder::new();
        for blob in 0..BLOBS {
            let mut bytes = vec![0; SIZE];
            bytes[..8].copy_from_slice(&blob.to_be_bytes());
            registry.blob(bytes);
        }
        registry.fill(|key, bytes, _| {
            let path = directory.path().join("registry").join(key);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        });
        Self { directory }
    }

    fn cache(&self) -> std::path::PathBuf {
        self.directory.path().join("cache")
    }

    fn verify(&self, how: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ocifsck"));
        command.arg("verify").arg(self.directory.path().join("registry"));
        command.args(["--include-orphaned", "--format", "json", "--cache"]).arg(self.cache());
        command.args(how).stdin(Stdio::null());
        command
    }

    /// A run that begins with what has waited longest, whenever the last one was.
    fn begin(&self) -> Child {
        let how = ["--verify", "rolling", "--every", "1s", "--max-bandwidth", BANDWIDTH];
        let mut command = self.verify(&how);
        command.args(["--concurrency", "4"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// How many blobs have been proved by all runs together, as a run that reads nothing tells.
    fn proved(&self) -> u64 {
        let output = self.verify(&["--verify", "none"]).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let coverage = &report["coverage"];
        assert_eq!(
            (&coverage["total"]["count"], &coverage["ledger"]),
            (&BLOBS.into(), &Value::Null)
        );
        coverage["ever"]["count"].as_u64().unwrap()
    }
}

/// Waits until something comes into being, within reason.
fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_mins(1), "waited in vain");
        sleep(Duration::from_millis(20));
    }
}

fn length(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |file| file.len())
}

/// Kills run after run once it has been at it for a while, and still everything is read.
#[test]
fn nothing_is_lost_by_kills() {
    let place = Place::new();
    let mut rng = fastrand::Rng::with_seed(9);
    let (mut proved, mut kills) = (0, 0);
    while proved < BLOBS {
        let mut child = place.begin();
        // A batch is on the disk two seconds after its first proof.
        until(|| length(&place.cache().join("ocifsck-ledger.redb")) > 0);
        let begun = Instant::now();
        let time = Duration::from_millis(rng.u64(500..4_000));
        until(|| begun.elapsed() > time || child.try_wait().unwrap().is_some());
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        let before = std::mem::replace(&mut proved, place.proved());
        assert!(proved >= before, "{before} were proved, and then {proved}");
        assert!(kills < 30, "{kills} kills, and {proved} of {BLOBS} are proved");
    }
    assert!(kills > 1, "one run was enough");
}

/// Whoever is asked to end remembers what was read a moment ago.
#[test]
fn who_is_asked_to_end_remembers_all() {
    let place = Place::new();
    let mut child = place.begin();
    until(|| length(&place.cache().join("ocifsck-ledger.redb")) > 0);
    sleep(Duration::from_millis(1200));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let proved = place.proved();
    assert!((1..BLOBS).contains(&proved), "{proved}");
}
