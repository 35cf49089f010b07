//! Runs the program as an operator does and reads what it wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use aws_sdk_s3::config::Credentials;
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Outcome, run_within};

const LIMIT: Duration = Duration::from_mins(2);

/// `ocifsck audit SOURCE`, not yet run.
pub(crate) struct Audit {
    command: Command,
    /// What `audit` alone is told.
    min_age: Option<Duration>,
    folder: TempDir,
}

impl Audit {
    /// An audit of a folder, or of a bucket by nobody in particular.
    pub(crate) fn of(source: &str) -> Self {
        Self { min_age: Some(Duration::ZERO), ..Self::run_as("audit", source) }
    }

    /// `ocifsck verify SOURCE` instead.
    pub(crate) fn of_bytes(source: &str) -> Self {
        Self::run_as("verify", source)
    }

    fn run_as(command_name: &str, source: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ocifsck"));
        command
            .args([command_name, source, "--format", "json", "--out"])
            .arg(folder.path().join("out"))
            // No profile and no `.env` of the developer's may take part.
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env("AWS_EC2_METADATA_DISABLED", "true");
        Self { command, min_age: None, folder }
    }

    /// Nothing younger may be called garbage; without it, all may.
    pub(crate) fn older_than(self, min_age: Duration) -> Self {
        Self { min_age: Some(min_age), ..self }
    }

    /// By whoever holds `credentials`.
    pub(crate) fn by(mut self, credentials: &Credentials) -> Self {
        self.command
            .env("AWS_ACCESS_KEY_ID", credentials.access_key_id())
            .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key());
        if let Some(token) = credentials.session_token() {
            self.command.env("AWS_SESSION_TOKEN", token);
        }
        self
    }

    /// Of a bucket behind `endpoint`.
    pub(crate) fn at(self, endpoint: &str) -> Self {
        self.with(&["--endpoint-url", endpoint])
    }

    /// With more arguments.
    pub(crate) fn with(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// With a variable of its environment.
    pub(crate) fn in_environment(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end, which must be one that comes with a report.
    pub(crate) fn report(self) -> Report {
        let (outcome, folder) = self.run();
        let status = outcome.status.code();
        let file = fs::read_to_string(folder.path().join("out/report.json"))
            .unwrap_or_else(|error| panic!("no report.json: {error}\n{}", outcome.stderr));
        let json: Value = serde_json::from_str(&file).expect("report.json is JSON");
        let printed: Value = serde_json::from_str(&outcome.stdout).expect("stdout is JSON");
        assert_eq!(json, printed, "stdout and report.json differ");
        Report { json, status, folder }
    }

    /// Runs it to its end, whatever that is; the folder holds `out`, if the program made it.
    pub(crate) fn run(self) -> (Outcome, TempDir) {
        self.run_within(LIMIT).unwrap_or_else(|killed| panic!("{killed}"))
    }

    /// The same, or what was said until it was killed for taking too long.
    pub(crate) fn run_within(mut self, limit: Duration) -> Result<(Outcome, TempDir), String> {
        if let Some(min_age) = self.min_age {
            self.command.arg("--min-age").arg(format!("{}s", min_age.as_secs()));
        }
        Ok((run_within(&mut self.command, limit)?, self.folder))
    }
}

/// What one audit said.
pub(crate) struct Report {
    pub(crate) json: Value,
    pub(crate) status: Option<i32>,
    folder: TempDir,
}

impl Report {
    /// The number at `path`, such as `/totals/blobs/count`.
    pub(crate) fn number(&self, path: &str) -> u64 {
        let value =
            self.json.pointer(path).unwrap_or_else(|| panic!("{path} is not in the report"));
        value.as_u64().unwrap_or_else(|| panic!("{path} is {value}"))
    }

    pub(crate) fn findings(&self) -> &[Value] {
        self.json["findings"].as_array().expect("a list of findings")
    }

    /// The digests that have `verdict` in `blobs.csv`.
    pub(crate) fn digests(&self, verdict: &str) -> BTreeSet<String> {
        let rows = self.rows("blobs.csv").into_iter();
        rows.filter(|row| row["verdict"] == verdict).map(|row| row["digest"].clone()).collect()
    }

    /// The rows of a table by column.
    pub(crate) fn rows(&self, file: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.out().join(file)).expect(file);
        reader.deserialize().collect::<Result<_, _>>().expect(file)
    }

    pub(crate) fn out(&self) -> PathBuf {
        out(&self.folder)
    }
}

/// Where an audit was told to write.
pub(crate) fn out(folder: &TempDir) -> PathBuf {
    folder.path().join("out")
}

/// The path as a source of the command line.
pub(crate) fn source(folder: &Path) -> &str {
    folder.to_str().expect("a plain path")
}
