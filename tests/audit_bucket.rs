//! The example that audits a bucket, run against an S3 server in this process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../examples/audit_bucket.rs"]
#[expect(dead_code, reason = "a test has its own main")]
mod audit_bucket;
#[expect(dead_code, reason = "not all of it is of use here")]
mod support;

use std::sync::Arc;

use ocifsck::testing::{Damage, RegistryBuilder};
use support::s3_server::S3Server;

#[tokio::test]
async fn audits_a_bucket() {
    let mut registry = RegistryBuilder::new();
    registry.image("team/app", "1.0", &["base", "app"]);
    registry.damage(Damage::LayerLost, "team/app", "1.0");
    let server = S3Server::start(Arc::new(registry.store())).await;
    let directory = tempfile::tempdir().unwrap();
    let mut out = Vec::new();
    let settings = server.settings("registry");
    audit_bucket::run(settings, directory.path(), &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("missing-blob"), "{text}");
    assert!(directory.path().join("report.json").exists());
}
