//! The same work by several processes at once, put together.

use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::audit::{Report, out};
use crate::lab::S3Bucket;
use crate::process::run_within;

const SHARDS: u32 = 4;

/// Verifies a shard in each of four processes at once, as an Indexed Job does.
pub(super) fn verify(bucket: &S3Bucket, root: &str) -> Vec<Report> {
    let shard = |index: u32| {
        let audit = bucket.verify(root).with(&["--include-orphaned", "--shard", "auto/4"]);
        audit.in_environment("JOB_COMPLETION_INDEX", &index.to_string()).report()
    };
    thread::scope(|scope| {
        let processes: Vec<_> =
            (0..SHARDS).map(|index| scope.spawn(move || shard(index))).collect();
        processes.into_iter().map(|process| process.join().expect("a shard")).collect()
    })
}

/// Fails unless the parts are together what one process says alone, each blob and finding once.
pub(super) fn assert_are_the_whole(parts: &[Report], whole: &Report) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ocifsck"));
    command.arg("merge").args(parts.iter().map(Report::out)).arg("--out").arg(out(&folder));
    let outcome =
        run_within(&mut command, Duration::from_mins(1)).expect("merging takes no minute");
    assert_eq!(outcome.status.code(), whole.status, "{}", outcome.stderr);
    for file in ["findings.csv", "blobs.csv"] {
        let text =
            |report: std::path::PathBuf| std::fs::read_to_string(report.join(file)).expect(file);
        assert_eq!(text(out(&folder)), text(whole.out()), "{file}");
    }
    let merged = std::fs::read(out(&folder).join("report.json")).expect("report.json");
    let merged = timeless(serde_json::from_slice(&merged).expect("report.json is JSON"));
    assert_eq!(merged, timeless(whole.json.clone()));
}

/// A report without what depends on when it was made, and with how many requests.
fn timeless(mut report: Value) -> Value {
    let fields = report.as_object_mut().expect("an object");
    for field in ["started_at", "as_of", "finished_at", "requests"] {
        assert!(fields.remove(field).is_some(), "{field}");
    }
    report
}
