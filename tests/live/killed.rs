//! `kill -9` at any moment of a run with `--out`: every file of a report is whole, the times tell
//! whose it is, nothing piles up, and the next run is right.

mod moment;
mod reports;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::Credentials;
use sha2::{Digest as _, Sha256};

use self::moment::Moments;
use self::reports::Reports;
use crate::images::hex;
use crate::keys;
use crate::lab::{S3Bucket, owner};
use crate::matrix::{Run, Scenario};
use crate::objects::{InBucket, InFolder, Objects};
use crate::record::Figures;

const KILLS: u64 = 200;
const RUN_LIMIT: Duration = Duration::from_mins(2);

/// What is audited, and as whom.
struct Target<'a> {
    source: String,
    endpoint: Option<&'a str>,
    credentials: Option<Credentials>,
}

const SHOWS: &str = "after `kill -9` at any moment of a run with `--out`, no file is half-written and the \
                     next run is right";

pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "killed",
        shows: SHOWS,
        needs: &[],
        run: Run::Folder(a_killed_audit_of_a_folder_leaves_whole_files),
        is_loud: true,
    },
    Scenario {
        name: "killed",
        shows: SHOWS,
        needs: &[],
        run: Run::Minio(a_killed_audit_of_a_bucket_leaves_whole_files),
        is_loud: true,
    },
];

fn a_killed_audit_of_a_folder_leaves_whole_files() -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().to_str().expect("a plain path").to_owned();
    let target = Target { source, endpoint: None, credentials: None };
    killed(&target, &InFolder::new(folder.path()))
}

fn a_killed_audit_of_a_bucket_leaves_whole_files(bucket: &S3Bucket) -> Figures {
    let target = Target {
        source: bucket.source("root"),
        endpoint: Some(&bucket.server.endpoint),
        credentials: Some(owner()),
    };
    killed(&target, &InBucket::new(bucket, "root"))
}

/// A registry whose report is long in the writing: a manifest that gives one layer thousands of
/// sizes, and loose blobs.
fn plant(objects: &dyn Objects) -> String {
    let put = |bytes: Vec<u8>| {
        let digest = hex("sha256:", &Sha256::digest(&bytes));
        objects.put(&keys::data(&digest), bytes);
        digest
    };
    for number in 0..200 {
        put(format!("loose {number}").into_bytes());
    }
    let layer = put(b"layer".to_vec());
    let entry = |size: u32| format!(r#"{{"digest":"{layer}","size":{size}}}"#);
    let entries: Vec<String> = (100..6_000).map(entry).collect();
    let manifest = put(format!(r#"{{"layers":[{}]}}"#, entries.join(",")).into_bytes());
    objects.put(&keys::layer_link("app", &layer), layer.clone().into_bytes());
    objects.put(&keys::revision_link("app", &manifest), manifest.clone().into_bytes());
    objects.put(&keys::tag_link("app", "1.0"), manifest.clone().into_bytes());
    manifest
}

/// Kills two hundred audits into one directory, over an older report; tells where the kills fell.
fn killed(target: &Target<'_>, objects: &dyn Objects) -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    // Two reports that differ in every table: what was too young is old enough now, and another
    // tag has come.
    let manifest = plant(objects);
    let old = finished(target, &out, "1000000h");
    objects.put(&keys::tag_link("app", "2.0"), manifest.into_bytes());
    let began = Instant::now();
    let new = finished(target, &out, "0s");
    let mut moments = Moments::new(began.elapsed());
    let reports = Reports { old, new };

    let mut fell = [0_u64; 4];
    for kill in 0..KILLS {
        reports.restore_old(&out);
        let mut child = start(target, &out, "0s");
        moments.wait(kill, &mut child, &out);
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
        let state = reports.look(&out);
        fell[state as usize] += 1;
        if kill % 20 == 0 {
            reports.assert_new(&finished(target, &out, "0s"));
        }
    }
    reports.assert_new(&finished(target, &out, "0s"));
    let [before, writing, between, after] = fell;
    assert!(writing >= KILLS / 4, "too few kills fell into the writing: {writing}");
    Figures::default()
        .with("kills", KILLS)
        .with("before the writing", before)
        .with("while files were written", writing)
        .with("between the renamings", between)
        .with("after them", after)
}

/// A run to its end, and what it wrote.
fn finished(target: &Target<'_>, out: &Path, min_age: &str) -> reports::Files {
    let mut child = start(target, out, min_age);
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            break status;
        }
        if began.elapsed() > RUN_LIMIT {
            child.kill().expect("a child can be killed");
            child.wait().expect("a killed child ends");
            panic!("an audit took over {RUN_LIMIT:?}");
        }
        sleep(Duration::from_millis(5));
    };
    assert_eq!(status.code(), Some(1), "a layer of another size than a manifest says");
    let names = fs::read_dir(out).expect("a directory").count();
    assert_eq!(names, reports::NAMES.len(), "a whole run leaves its files and nothing else");
    reports::Files::read(out)
}

fn start(target: &Target<'_>, out: &Path, min_age: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ocifsck"));
    command
        .args(["audit", &target.source, "--quiet", "--min-age", min_age, "--out"])
        .arg(out)
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(out.parent().expect("a directory of the test's"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(endpoint) = target.endpoint {
        command.args(["--endpoint-url", endpoint, "--region", "us-east-1"]);
    }
    if let Some(credentials) = &target.credentials {
        command.env("AWS_ACCESS_KEY_ID", credentials.access_key_id());
        command.env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key());
    }
    command.spawn().expect("the program starts")
}
