//! The program reads: nothing in it, and nothing that it is made of here, writes to a bucket or to
//! the directory that it audits. `docs/iam.md` says how else that is shown.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use source::{Source, hold, names, sources};

/// All that a bucket is ever asked.
const OPERATIONS: [&str; 3] = ["get_object", "head_object", "list_objects_v2"];

#[test]
fn a_bucket_is_listed_looked_at_and_read() {
    let known = operations();
    assert!(known.len() > 100 && OPERATIONS.iter().all(|name| known.contains(*name)));
    for name in OPERATIONS {
        let calls = |source: &Source| !source.is_test() && names(&source.code, name);
        assert!(sources().iter().any(calls), "{name} is looked for in vain");
    }
    hold("an operation of S3's that is none of the three", |source| {
        let others = known.iter().filter(|name| !OPERATIONS.contains(&name.as_str()));
        others.into_iter().any(|name| names(&source.code, name))
    });
    hold("a request that somebody else could send", |source| source.code.contains("presign"));
}

/// Every operation that the SDK's client has.
fn operations() -> BTreeSet<String> {
    let manifest = package("aws-sdk-s3")["manifest_path"].as_str().map(PathBuf::from).unwrap();
    let folder = manifest.parent().unwrap().join("src/operation");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let folders = entries.filter(|path| path.is_dir());
    folders.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn the_guard_is_in_every_client() {
    hold("a client of S3's without the guard", |source| {
        let makes_one = |call: &&str| source.code.contains(*call);
        source.path.starts_with("store")
            && source.path != Path::new("store/s3/connect.rs")
            && ["Client::new", "Client::from_conf"].iter().any(makes_one)
    });
    let sources = sources();
    let connect = sources.iter().find(|source| source.path.ends_with("s3/connect.rs")).unwrap();
    assert_eq!(connect.code.matches("Client::from_conf").count(), 1);
    assert!(connect.code.contains(".interceptor(ReadOnly)"));
}

#[test]
fn files_are_written_for_reports_and_the_ledger_alone() {
    let writing = [
        "fs::write",
        "File::create",
        "File::options",
        "OpenOptions",
        "create_dir",
        "create_dir_all",
        "DirBuilder",
        "fs::copy",
        "fs::rename",
        "hard_link",
        "symlink",
        "remove_file",
        "remove_dir",
        "remove_dir_all",
        "set_permissions",
        "set_len",
        "set_times",
        "tempfile",
        "persist",
    ];
    hold("a file is written", |source| {
        !source.path.starts_with("report/files")
            && source.path != Path::new("report/files.rs")
            && source.path != Path::new("ledger/file.rs")
            && writing.iter().any(|call| names(&source.code, call))
    });
}

#[test]
fn nothing_else_here_speaks_to_buckets() {
    let packages = metadata()["packages"].as_array().unwrap().clone();
    let names: BTreeSet<&str> =
        packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let sdks: Vec<_> = names.iter().filter(|name| name.starts_with("aws-sdk-")).copied().collect();
    // The other three are asked who asks: the AWS chain of credentials.
    assert_eq!(sdks, ["aws-sdk-s3", "aws-sdk-sso", "aws-sdk-ssooidc", "aws-sdk-sts"]);
    for other in
        ["aws-s3-transfer-manager", "object_store", "opendal", "rust-s3", "rusoto_s3", "minio"]
    {
        assert!(!names.contains(other), "{other}");
    }
    let own = package("ocifsck");
    let sdk = own["dependencies"].as_array().unwrap().iter();
    let normal = sdk.filter(|dependency| dependency["kind"].is_null());
    let aws: BTreeSet<_> = normal
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|name| name.starts_with("aws-"))
        .collect();
    let wanted = [
        "aws-config",
        "aws-credential-types",
        "aws-sdk-s3",
        "aws-smithy-http-client",
        "aws-smithy-runtime-api",
        "aws-smithy-types",
        "aws-types",
    ];
    assert_eq!(aws, BTreeSet::from(wanted));
}

fn package(name: &str) -> Value {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().find(|package| package["name"] == name).unwrap().clone()
}

/// What Cargo knows of this package and of all that it is made of.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
