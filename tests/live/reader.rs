//! Somebody who may list and read one bucket and nothing else, by each server's own means.

use std::process::Command;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::primitives::ByteStream;
use serde_json::{Value, json};

use crate::lab::{Kind, S3Bucket, runtime};
use crate::process::run;
use crate::session::session;
use crate::tools;

const LIMIT: Duration = Duration::from_mins(1);

/// The actions that the README asks for.
const ACTIONS: [&str; 2] = ["s3:ListBucket", "s3:GetObject"];

/// The keys of such a reader. That they are good for nothing more has been tried.
pub(crate) fn reader(bucket: &S3Bucket) -> Credentials {
    let reader = match bucket.server.kind {
        Kind::Minio => session(bucket, &ACTIONS, &[]),
        Kind::Rgw => user(bucket),
        Kind::Garage => key(bucket),
    };
    assert_powerless(bucket, &reader);
    reader
}

/// A user of Ceph's, to whom the bucket's owner gives these rights.
fn user(bucket: &S3Bucket) -> Credentials {
    let uid = format!("reader-of-{}", bucket.name);
    let mut command = Command::new(tools::path("radosgw-admin"));
    command.env("CEPH_CONF", bucket.server.folder().join("ceph.conf")).args([
        "-n",
        "client.gateway",
        "user",
        "create",
        "--uid",
        &uid,
        "--display-name",
        &uid,
    ]);
    let user: Value = serde_json::from_str(&said(&mut command)).expect("a user in JSON");
    let text = |field: &str| user["keys"][0][field].as_str().expect("a key").to_owned();
    let arns = ["", "/*"].map(|keys| format!("arn:aws:s3:::{}{keys}", bucket.name));
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "AWS": [format!("arn:aws:iam:::user/{uid}")] },
        "Action": ACTIONS,
        "Resource": arns,
    }] });
    let client = bucket.client();
    let request = client.put_bucket_policy().bucket(&bucket.name).policy(policy.to_string());
    runtime().block_on(request.send()).expect("the owner may say who reads");
    Credentials::new(text("access_key"), text("secret_key"), None, None, "tests")
}

/// A key of Garage's with the one permission that it has for reading.
fn key(bucket: &S3Bucket) -> Credentials {
    let garage = |arguments: &[&str]| {
        let mut command = Command::new(tools::path("garage"));
        command.arg("--config").arg(bucket.server.folder().join("garage.toml")).args(arguments);
        said(&mut command)
    };
    let made = garage(&["key", "create", &format!("reader-of-{}", bucket.name)]);
    let value = |name: &str| {
        let line = made.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {made}")).trim().to_owned()
    };
    let (id, secret) = (value("Key ID:"), value("Secret key:"));
    // What is made through S3 has its name among its owner's alone.
    let buckets = garage(&["bucket", "list"]);
    let line = buckets.lines().find(|line| line.ends_with(&format!(":{}", bucket.name)));
    let own = line.and_then(|line| line.split_whitespace().next()).expect("the bucket is listed");
    garage(&["bucket", "alias", own, &bucket.name]);
    garage(&["bucket", "allow", "--read", own, "--key", &id]);
    Credentials::new(id, secret, None, None, "tests")
}

fn said(command: &mut Command) -> String {
    let outcome = run(command, LIMIT);
    assert!(outcome.status.success(), "{command:?}: {}", outcome.stderr);
    outcome.stdout
}

/// Fails unless the server refuses to let these keys write.
fn assert_powerless(bucket: &S3Bucket, reader: &Credentials) {
    let config = aws_sdk_s3::config::Builder::from(&bucket.server.config())
        .credentials_provider(reader.clone())
        .force_path_style(true);
    let client = Client::from_conf(config.build());
    let bytes = ByteStream::from_static(b"written by a reader");
    let put = client.put_object().bucket(&bucket.name).key("written").body(bytes);
    let refused = runtime().block_on(put.send()).expect_err("a reader writes");
    let status = refused.raw_response().map(|answer| answer.status().as_u16());
    assert_eq!(status, Some(403), "{refused:?}");
}
