//! S3 Batch Operations from end to end: the manifest that is exported, a job that this test does as
//! AWS would, and its completion report as proof.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "not all of it is of use here")]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;

use md5::{Digest as _, Md5};
use ocifsck::oci::Digest;
use ocifsck::store::ObjectStore as _;
use ocifsck::testing::RegistryBuilder;
use serde_json::Value;
use support::s3_server::{ACCESS_KEY, BUCKET, S3Server};
use tempfile::TempDir;

/// A registry behind a server, and a place for files.
struct Place {
    server: S3Server,
    directory: TempDir,
}

impl Place {
    /// Of two images, one of which has a layer of its own, and an orphan.
    async fn new() -> Self {
        let mut registry = RegistryBuilder::new().root("my reg/");
        registry.image("team/app", "1.0", &["base", "app"]);
        registry.image("team/app", "1.1", &["base", "app, mended"]);
        registry.blob("orphan");
        let server = S3Server::start(Arc::new(registry.store())).await;
        Self { server, directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn verify(&self, args: &[&str]) -> Output {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_ocifsck"));
        let source = format!("s3://{BUCKET}");
        command
            .args(["verify", &source, "--endpoint-url", self.server.endpoint()])
            .args(["--region", "us-east-1", "--path-style", "always"])
            .args(args)
            .envs([("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", "secret")])
            .env_remove("RUST_LOG")
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command.output().await.unwrap()
    }

    /// The keys of an exported manifest, as AWS would read them.
    async fn export(&self, args: &[&str]) -> Vec<String> {
        let output = self.verify(&[args, &["--export-batch", "manifest.csv"]].concat()).await;
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let manifest = fs::read_to_string(self.path("manifest.csv")).unwrap();
        let key = |line: &str| {
            let written = line.strip_prefix("registry,").unwrap();
            assert!(!written.contains([' ', ',', '"']), "{written}");
            percent_encoding::percent_decode_str(written).decode_utf8().unwrap().into_owned()
        };
        manifest.lines().map(key).collect()
    }

    /// What the job reports of each key.
    async fn compute(&self, keys: &[String]) -> BTreeMap<String, String> {
        let mut rows = BTreeMap::new();
        for key in keys {
            let bytes = self.server.store().content(key).unwrap();
            let etag = self.server.store().head(key).await.unwrap().etag.unwrap();
            rows.insert(key.clone(), row(key, etag.as_str(), &Digest::sha256_of(&bytes)));
        }
        rows
    }

    /// Imports a report of these rows; the report, the exit status, and what stderr says.
    async fn import(&self, rows: impl IntoIterator<Item = String>) -> (Value, i32, String) {
        fs::write(self.path("results.csv"), rows.into_iter().collect::<String>()).unwrap();
        self.take(&["--import-batch", "results.csv"]).await
    }

    async fn take(&self, args: &[&str]) -> (Value, i32, String) {
        let output = self.verify(&[args, &["--format", "json"]].concat()).await;
        let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (report, output.status.code().unwrap(), text(&output.stderr))
    }

    /// Of the keys, those that were read.
    fn read(&self, keys: &[String]) -> Vec<String> {
        let requests = self.server.requests();
        let is_read = |key: &&String| {
            requests.iter().any(|request| request.key == **key && request.method == "GET")
        };
        keys.iter().filter(is_read).cloned().collect()
    }
}

fn row(key: &str, etag: &str, digest: &Digest) -> String {
    let (hex, key) = (digest.encoded().to_ascii_uppercase(), key.replace(' ', "%20"));
    format!(
        "{BUCKET},{key},,succeeded,200,,\"{{\"\"checksum_hex\"\":\"\"{hex}\"\",\"\"etag\"\":\"\"{etag}\"\",\"\"checksumAlgorithm\"\":\"\"SHA256\"\",\"\"checksumType\"\":\"\"FULL_OBJECT\"\"}}\"\n"
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn key_of<'a>(keys: &'a [String], content: &str) -> &'a String {
    let digest = Digest::sha256_of(content.as_bytes()).encoded();
    keys.iter().find(|key| key.contains(&digest)).unwrap()
}

/// The folder of a job, as AWS lays it out.
fn job(folder: &Path, rows: &str) {
    fs::create_dir_all(folder.join("results")).unwrap();
    fs::write(folder.join("results/0a.csv"), rows).unwrap();
    let md5 = format!("{:x}", u128::from_be_bytes(Md5::digest(rows).into()));
    let manifest = serde_json::json!({
        "Format": "Report_CSV_20180820",
        "ReportCreationDate": "2026-01-01T00:00:00.000Z",
        "Results": [{"TaskExecutionStatus": "succeeded", "Bucket": "reports",
            "MD5Checksum": format!("{md5:0>32}"), "Key": "checksums/job-1/results/0a.csv"}],
        "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_has_hashed_is_not_read() {
    let place = Place::new().await;
    let keys = place.export(&[]).await;
    assert!(!keys.is_empty() && keys.iter().all(|key| key.starts_with("my reg/docker/")));
    assert!(place.read(&keys).is_empty(), "instead of reading");
    let with_orphan = place.export(&["--include-orphaned"]).await;
    assert_eq!(with_orphan.len(), keys.len() + 1);
    let parts = [place.export(&["--shard", "1/2"]).await, place.export(&["--shard", "2/2"]).await];
    let mut together = parts.concat();
    together.sort();
    let mut whole = keys.clone();
    whole.sort();
    assert_eq!(together, whole);

    let (report, status, stderr) = place.import(place.compute(&keys).await.into_values()).await;
    assert_eq!((status, &*stderr), (0, ""));
    assert_eq!(report["verification"]["checksum"]["count"], keys.len());
    assert!(place.read(&keys).is_empty());
    assert_eq!(report["options"]["verify"], "manifests");

    // The rest is read by who asks for it.
    let args = ["--import-batch", "results.csv", "--verify", "all", "--include-orphaned"];
    let (report, status, _) = place.take(&args).await;
    assert_eq!(status, 0);
    assert_eq!(report["verification"]["checksum"]["count"], keys.len());
    assert_eq!(place.read(&with_orphan).len(), 1);
    place.server.assert_only_read();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_accused_on_the_word_of_aws_alone() {
    let place = Place::new().await;
    let keys = place.export(&[]).await;
    let sound = place.compute(&keys).await;
    let (slandered, rotten) = (key_of(&keys, "base"), key_of(&keys, "app, mended"));

    let mut rows = sound.clone();
    let etag = place.server.store().head(slandered).await.unwrap().etag.unwrap();
    rows.insert(slandered.clone(), row(slandered, etag.as_str(), &Digest::sha256_of(b"other")));
    let (report, status, stderr) = place.import(rows.into_values()).await;
    assert_eq!(status, 0, "its bytes are right");
    assert!(stderr.contains("1 blob of which AWS computed another digest"), "{stderr}");
    assert_eq!(place.read(&keys), [slandered.as_str()]);
    assert_eq!(report["verification"]["checksum"]["count"], keys.len() - 1);

    place.server.store().put(rotten, "app, rotten");
    let (report, status, _) = place.import(place.compute(&keys).await.into_values()).await;
    assert_eq!(status, 1);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["code"], "digest-mismatch");
    assert_eq!(findings[0]["referrers"], serde_json::json!(["team/app:1.1"]));
    assert_eq!(findings[0]["actual"], Digest::sha256_of(b"app, rotten").to_string());

    // What was computed before it rotted says nothing of what lies there now.
    let (report, status, stderr) = place.import(sound.into_values()).await;
    assert_eq!(status, 0);
    assert!(stderr.contains("1 row of objects that were written or deleted since"), "{stderr}");
    assert_eq!(report["verification"]["checksum"]["count"], keys.len() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_proved_is_told() {
    let place = Place::new().await;
    let keys = place.export(&[]).await;
    let mut rows = place.compute(&keys).await;
    let failed = key_of(&keys, "base");
    let encoded = failed.replace(' ', "%20");
    rows.insert(failed.clone(), format!("{BUCKET},{encoded},,failed,400,InvalidRequest,no\n"));
    rows.insert("x".into(), "elsewhere,k,,succeeded,200,,{}\n".into());
    let other = failed.replace("my reg", "other");
    rows.insert("y".into(), row(&other, "0a", &Digest::sha256_of(b"base")));
    let (report, status, stderr) = place.import(rows.into_values()).await;
    assert_eq!(status, 0);
    assert_eq!(report["verification"]["checksum"]["count"], keys.len() - 1);
    for told in [
        "1 row of tasks that failed, which prove nothing; the first: results.csv line",
        "400 InvalidRequest no",
        "1 row of objects in other buckets",
        "1 row of registries at other roots",
    ] {
        assert!(stderr.contains(told), "{told}: {stderr}");
    }
    assert_eq!(stderr.lines().count(), 3, "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_of_a_job_is_taken_whole_or_refused() {
    let place = Place::new().await;
    let keys = place.export(&[]).await;
    let rows: String = place.compute(&keys).await.into_values().collect();
    let folder = place.path("job-1");
    job(&folder, &rows);
    for named in [
        &["job-1"][..],
        &["job-1/manifest.json"],
        &["job-1/results/0a.csv"],
        &["job-1", "job-1/results/0a.csv"],
    ] {
        let (report, status, stderr) = place.take(&[&["--import-batch"], named].concat()).await;
        assert_eq!((status, &*stderr), (0, ""), "{named:?}");
        assert_eq!(report["verification"]["checksum"]["count"], keys.len(), "{named:?}");
    }
    let asked = place.server.requests().len();
    let short = rows.split_inclusive('\n').next().unwrap();
    fs::write(folder.join("results/0a.csv"), short).unwrap();
    fs::write(place.path("other.csv"), "elsewhere,k,,succeeded,200,,{}\n").unwrap();
    fs::write(place.path("other.json"), "{}").unwrap();
    fs::write(place.path("empty.csv"), "").unwrap();
    fs::write(
        place.path("gone.json"),
        fs::read_to_string(folder.join("manifest.json")).unwrap().replace("0a.csv", "0b.csv"),
    )
    .unwrap();
    for (args, status, says) in [
        (&["--import-batch", "job-1"][..], 3, "fetch it again"),
        (&["--import-batch", "gone.json"], 3, "is not beside it"),
        (&["--import-batch", "none.csv"], 3, "none.csv"),
        (&["--import-batch", "other.json"], 3, "no manifest.json of a completion report"),
        (&["--import-batch", "other.csv"], 3, "its bucket is elsewhere"),
        (&["--import-batch", "empty.csv"], 3, "it has no rows"),
        (&["--export-batch", "none/x.csv"], 3, "name a file that you may create"),
        (&["--export-batch", "x.csv", "--verify", "manifests"], 2, "does not say which blobs"),
    ] {
        let (_, actual, stderr) = place.take(args).await;
        assert_eq!(actual, status, "{args:?}: {stderr}");
        assert!(stderr.contains(says), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
    }
    assert_eq!(place.server.requests().len(), asked, "refused before anything is listed");
}
