//! `registry garbage-collect --dry-run`, and every line that it prints understood.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Outcome, run};

const LIMIT: Duration = Duration::from_mins(5);

/// A registry's program, to be run for its garbage collection alone.
#[derive(Debug, Clone)]
pub(crate) struct Collector {
    pub(crate) program: PathBuf,
    pub(crate) version: Version,
}

/// The two lines of Distribution, which collect differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Two,
    Three,
}

/// What a collection would delete.
#[derive(Debug, PartialEq)]
pub(crate) struct Collection {
    pub(crate) eligible: BTreeSet<String>,
    /// Manifests whose links would go; with `-m` only.
    pub(crate) manifests: BTreeSet<String>,
    /// Layer links that would go, as `repository digest`; Distribution 3 only.
    pub(crate) layer_links: BTreeSet<String>,
    /// The repositories that it looked at.
    pub(crate) repositories: BTreeSet<String>,
    pub(crate) took: Duration,
}

impl Collector {
    /// Collects what lies in a folder, or says why it gave up.
    pub(crate) fn of_folder(&self, folder: &Path, more: &[&str]) -> Result<Collection, String> {
        self.of_storage(json!({ "filesystem": { "rootdirectory": folder } }), more)
    }

    /// Collects from any storage, as Distribution's configuration describes it.
    pub(crate) fn of_storage(&self, storage: Value, more: &[&str]) -> Result<Collection, String> {
        let config = json!({ "version": "0.1", "log": { "level": "error" }, "storage": storage });
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("config.yml");
        // JSON is YAML.
        fs::write(&file, config.to_string()).expect("a configuration file");
        let mut command = Command::new(&self.program);
        command.args(["garbage-collect", "--dry-run"]).args(more).arg(&file);
        // Traces are for a collector on this machine that nobody runs.
        command.env("OTEL_TRACES_EXPORTER", "none");
        let began = Instant::now();
        let Outcome { status, stdout, stderr } = run(&mut command, LIMIT);
        let took = began.elapsed();
        if !status.success() {
            return Err(stderr);
        }
        assert_eq!(stderr, "", "a collection that ends well is silent on stderr");
        Ok(read(&stdout, took))
    }
}

/// Reads all that was printed; a line of any other form is a failure.
fn read(printed: &str, took: Duration) -> Collection {
    let mut marked = BTreeSet::new();
    let mut summary = None;
    let mut found = Collection {
        eligible: BTreeSet::new(),
        manifests: BTreeSet::new(),
        layer_links: BTreeSet::new(),
        repositories: BTreeSet::new(),
        took,
    };
    for line in printed.lines().filter(|line| !line.is_empty()) {
        if let Some(digest) = line.strip_prefix("blob eligible for deletion: ") {
            assert!(found.eligible.insert(digest.to_owned()), "twice: {line}");
        } else if let Some(manifest) = line.strip_prefix("manifest eligible for deletion: ") {
            found.manifests.insert(digest_in(manifest));
        } else if let Some((repository, digest)) =
            line.split_once(": layer link eligible for deletion: ")
        {
            found.layer_links.insert(format!("{repository} {digest}"));
        } else if let Some((repository, digest)) =
            line.split_once(": marking manifest ").or_else(|| line.split_once(": marking blob "))
        {
            assert!(found.repositories.contains(repository), "unexpected: {line}");
            marked.insert(digest.trim_end().to_owned());
        } else if line.starts_with("manifest tags path of repository ") {
            assert!(line.ends_with(" does not exist"), "unexpected: {line}");
        } else if let Some(counts) = numbers(line) {
            assert!(summary.replace(counts).is_none(), "a second summary: {line}");
        } else {
            let mut letters = line.chars();
            let is_name = letters.all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            assert!(is_name, "unexpected: {line}");
            assert!(found.repositories.insert(line.to_owned()), "twice: {line}");
        }
    }
    let said = summary.expect("a summary");
    assert_eq!(said, [marked.len(), found.eligible.len(), found.manifests.len()], "{printed}");
    found
}

/// `3 blobs marked, 2 blobs and 1 manifests eligible for deletion`
fn numbers(line: &str) -> Option<[usize; 3]> {
    let (marked, rest) = line.split_once(" blobs marked, ")?;
    let (blobs, rest) = rest.split_once(" blobs and ")?;
    let manifests = rest.strip_suffix(" manifests eligible for deletion")?;
    Some([marked, blobs, manifests].map(|number| number.parse().expect(line)))
}

/// Distribution 2 prints a digest, 3 a whole record: `{name sha256:… [tag tag]}`.
fn digest_in(record: &str) -> String {
    let words = record.trim_matches(['{', '}']).split(' ');
    let digest = words.into_iter().find(|word| word.starts_with("sha256:"));
    digest.unwrap_or_else(|| panic!("no digest in {record}")).to_owned()
}
