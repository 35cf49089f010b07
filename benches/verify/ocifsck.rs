//! The program that is measured.

use std::process::Command;

use serde_json::Value;

use crate::process::{Cost, measure};

/// As cargo built it for this measurement.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ocifsck");

pub(crate) const BUCKET: &str = "registry";
/// The key and its secret, on every server here.
pub(crate) const KEYS: (&str, &str) = ("ocifsck-bench", "ocifsck-bench-secret");
pub(crate) const REGION: &str = "us-east-1";

/// What a run cost and said.
pub(crate) struct Run {
    pub(crate) cost: Cost,
    /// Of every kind.
    pub(crate) requests: u64,
}

/// `ocifsck verify` of all that is in the bucket; `around` is put before it, as `taskset` is.
/// Every blob has to be read and to be sound.
pub(crate) fn verify(endpoint: &str, around: &[&str], more: &[&str], blobs: u64) -> Run {
    let mut words = around.iter().copied().chain([PROGRAM]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).args(["verify", "--include-orphaned", "--quiet", "--format", "json"]);
    command.args(["--endpoint-url", endpoint, &format!("s3://{BUCKET}")]).args(more);
    command.env("AWS_ACCESS_KEY_ID", KEYS.0).env("AWS_SECRET_ACCESS_KEY", KEYS.1);
    let cost = measure(&mut command);
    let report: Value = serde_json::from_str(&cost.stdout).unwrap();
    assert_eq!(report["verification"]["bytes"]["count"], blobs, "{report:#}");
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    let requests = ["list", "get", "head"].map(|verb| report["requests"][verb].as_u64().unwrap());
    Run { cost, requests: requests.iter().sum() }
}
