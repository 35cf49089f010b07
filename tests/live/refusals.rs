//! What cannot be audited is refused in one line, with exit status 3 and nothing half-written.

use std::fs;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::Credentials;
use serde_json::json;

use crate::audit::{Audit, out};
use crate::http::Client;
use crate::images::{Blob, GZIP_LAYER, Image, layer};
use crate::keys;
use crate::minio::Minio;
use crate::objects::{Bucket, Objects as _};
use crate::process::free_port;
use crate::registry::Registry;
use crate::tools;

const SOURCE: &str = "s3://registry/zarf-registry";
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
#[ignore = "needs MinIO: run scripts/test"]
fn what_cannot_be_audited_is_refused_in_one_line() {
    if !tools::available(&["minio"]) {
        return;
    }
    let minio = Minio::start();
    // Something to find, so that only the reason under test can be in the way.
    let digest = Blob::new(GZIP_LAYER, "a layer").digest();
    Bucket::new(&minio, "zarf-registry").put(&keys::data(&digest), b"a layer".to_vec());
    let owner = Minio::owner();
    let of = |source: &str, credentials: &Credentials| Audit::of(source).by(credentials);
    let here =
        |source: &str, credentials: &Credentials| of(source, credentials).at(&minio.endpoint);

    let nowhere = format!("http://127.0.0.1:{}", free_port());
    assert_refused("no server there", of(SOURCE, &owner).at(&nowhere));
    assert_refused("no such bucket", here("s3://no-such-bucket/zarf-registry", &owner));
    assert_refused("no registry there", here("s3://registry/elsewhere", &owner));
    let wrong = Credentials::new(owner.access_key_id(), "not the secret", None, None, "tests");
    assert_refused("a wrong secret", here(SOURCE, &wrong));
    let unknown = Credentials::new("NOSUCHKEY", owner.secret_access_key(), None, None, "tests");
    assert_refused("an unknown key", here(SOURCE, &unknown));
    let reader = minio.session(&["s3:GetObject"], &[]);
    assert_refused("no permission to list", here(SOURCE, &reader));
    let anonymous = Audit::of(SOURCE).at(&minio.endpoint).with(&["--no-sign-request"]);
    assert_refused("a private bucket", anonymous);
}

fn assert_refused(case: &str, audit: Audit) {
    let began = Instant::now();
    let (outcome, folder) = audit.run();
    let said = &outcome.stderr;
    assert_eq!(outcome.status.code(), Some(3), "{case}: {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{case}: not one line: {said}");
    assert_eq!(outcome.stdout, "", "{case}");
    let written = fs::read_dir(out(&folder)).map_or(0, Iterator::count);
    assert_eq!(written, 0, "{case}: something was written");
    assert!(began.elapsed() < PATIENCE, "{case}: took {:?}", began.elapsed());
}

#[test]
#[ignore = "needs MinIO and docker-registry: run scripts/test"]
fn a_manifest_that_may_not_be_read_makes_nothing_orphaned_or_missing() {
    if !tools::available(&["minio", "docker-registry"]) {
        return;
    }
    let minio = Minio::start();
    let registry = Registry::in_bucket(&minio, "/zarf-registry");
    let client = Client::new(&registry);
    let image = Image::new("app", "amd64", &[layer("app/binary", "app")]);
    client.push("apps/web", "1.0", &image);
    client.upload("apps/web", &Blob::new(GZIP_LAYER, "no manifest ever named this"));
    let key = format!("zarf-registry/docker/registry/v2/{}", keys::data(&image.manifest.digest()));
    let reader = minio.session(&["s3:ListBucket", "s3:GetObject"], &[&key]);

    let report = Audit::of(SOURCE).at(&minio.endpoint).by(&reader).report();

    assert_eq!(report.status, Some(3));
    assert_eq!(report.json["complete"], false);
    assert_ne!(report.json["incomplete_because"], json!([]));
    assert_eq!(report.number("/totals/by_verdict/orphaned/count"), 0);
    assert!(report.findings().iter().all(|finding| finding["category"] != "missing"));
}
