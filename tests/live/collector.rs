//! `registry garbage-collect --dry-run`, with every line that it prints understood.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::lab::{ACCESS_KEY, REGION, S3Bucket, SECRET_KEY, script};
use crate::process::{Outcome, run};
use crate::registry::Version;

const LIMIT: Duration = Duration::from_mins(5);

/// Where a registry keeps its blobs.
#[derive(Clone, Copy)]
pub(crate) enum Storage<'a> {
    Folder(&'a Path),
    /// Below a root in a bucket of the server at an endpoint.
    Bucket {
        bucket: &'a S3Bucket<'a>,
        endpoint: &'a str,
        root: &'a str,
    },
}

impl Storage<'_> {
    /// Tells it to a script of the lab.
    pub(crate) fn tell(self, command: &mut Command) {
        match self {
            Self::Folder(folder) => command.env("LAB_STORAGE", folder),
            Self::Bucket { bucket, endpoint, root } => command
                .env("LAB_STORAGE", "s3")
                .env("LAB_S3_ENDPOINT", endpoint)
                .env("LAB_ACCESS_KEY", ACCESS_KEY)
                .env("LAB_SECRET_KEY", SECRET_KEY)
                .env("LAB_REGION", REGION)
                .env("LAB_BUCKET", &bucket.name)
                .env("LAB_ROOTDIRECTORY", root),
        };
    }
}

/// What a collection would delete.
#[derive(Debug)]
pub(crate) struct Collection {
    /// Digests of blobs.
    pub(crate) blobs: BTreeSet<String>,
    /// Layer links, as `repository digest`; Distribution 3 only.
    pub(crate) layer_links: BTreeSet<String>,
    pub(crate) took: Duration,
}

/// Collects without a registry that runs.
///
/// # Errors
///
/// What the command said when it gave up.
pub(crate) fn collect(
    version: Version,
    storage: Storage<'_>,
    options: &[&str],
) -> Result<Collection, String> {
    let folder = configured(storage);
    collect_as_configured(version, folder.path(), options)
}

/// A folder with the `config.yml` of a registry that never runs.
fn configured(storage: Storage<'_>) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = File::create(folder.path().join("config.yml")).expect("a configuration file");
    let mut command = script("servers/distribution-config");
    storage.tell(command.arg("0"));
    let status = command.stdout(Stdio::from(file)).status().expect("the lab's script starts");
    assert!(status.success(), "distribution-config: {status}");
    folder
}

/// Collects by the `config.yml` in a folder.
pub(crate) fn collect_as_configured(
    version: Version,
    folder: &Path,
    options: &[&str],
) -> Result<Collection, String> {
    let mut command = script("collect");
    command.arg(version.name()).arg(folder).args(options);
    let began = Instant::now();
    let Outcome { status, stdout, stderr } = run(&mut command, LIMIT);
    let took = began.elapsed();
    if status.success() { Ok(read(&stdout, took)) } else { Err(stderr) }
}

/// Reads all that was printed. A line of a form that is not known here is a failure: whoever
/// looks for "eligible" alone finds nothing, and is content, once it is worded otherwise.
fn read(printed: &str, took: Duration) -> Collection {
    let mut collection = Collection { blobs: BTreeSet::new(), layer_links: BTreeSet::new(), took };
    let (mut repositories, mut marked) = (BTreeSet::new(), BTreeSet::new());
    let (mut manifests, mut summary) = (0, None);
    for line in printed.lines().filter(|line| !line.is_empty()) {
        let marks = [": marking manifest ", ": marking blob "];
        if let Some(digest) = line.strip_prefix("blob eligible for deletion: ") {
            assert!(collection.blobs.insert(digest.to_owned()), "twice: {line}");
        } else if line.starts_with("manifest eligible for deletion: ") {
            manifests += 1;
        } else if let Some((repository, digest)) =
            line.split_once(": layer link eligible for deletion: ")
        {
            collection.layer_links.insert(format!("{repository} {digest}"));
        } else if let Some((repository, digest)) =
            marks.iter().find_map(|mark| line.split_once(mark))
        {
            assert!(repositories.contains(repository), "unexpected: {line}");
            marked.insert(digest.trim_end());
        } else if line.starts_with("manifest tags path of repository ") {
            assert!(line.ends_with(" does not exist"), "unexpected: {line}");
        } else if let Some(counts) = counts(line) {
            assert!(summary.replace(counts).is_none(), "a second summary: {line}");
        } else {
            let mut letters = line.chars();
            let is_name = letters.all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            assert!(is_name && repositories.insert(line), "unexpected: {line}");
        }
    }
    let counted = [marked.len(), collection.blobs.len(), manifests];
    assert_eq!(summary, Some(counted), "the summary and what was printed beside it differ");
    collection
}

/// `3 blobs marked, 2 blobs and 1 manifests eligible for deletion`
fn counts(line: &str) -> Option<[usize; 3]> {
    let (marked, rest) = line.split_once(" blobs marked, ")?;
    let (blobs, rest) = rest.split_once(" blobs and ")?;
    let manifests = rest.strip_suffix(" manifests eligible for deletion")?;
    Some([marked, blobs, manifests].map(|number| number.parse().expect(line)))
}
