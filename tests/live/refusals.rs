//! What cannot be audited is refused in one line, with exit status 3 and nothing half-written.

use std::fs;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::Credentials;
use serde_json::json;

use crate::audit::{Audit, out};
use crate::http::Client;
use crate::images::{Blob, GZIP_LAYER, Image, layer};
use crate::keys;
use crate::lab::{Kind, S3Bucket, owner};
use crate::matrix::{Run, Scenario};
use crate::objects::{InBucket, Objects as _};
use crate::process::free_port;
use crate::record::Figures;
use crate::registry::{Registry, Version};
use crate::session::session;

const ROOT: &str = "zarf-registry";
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "refused",
        shows: "what cannot be audited is refused in one line, with nothing half-written",
        needs: &[],
        run: Run::Servers(what_cannot_be_audited_is_refused_in_one_line),
        is_loud: false,
    },
    Scenario {
        name: "forbidden",
        shows: "a manifest that may not be read makes nothing orphaned or missing",
        needs: &["docker-registry"],
        run: Run::Minio(a_manifest_that_may_not_be_read_makes_nothing_orphaned_or_missing),
        is_loud: false,
    },
];

pub(crate) fn what_cannot_be_audited_is_refused_in_one_line(bucket: &S3Bucket) -> Figures {
    // Something to find, so that only the reason under test can be in the way.
    let digest = Blob::new(GZIP_LAYER, "a layer").digest();
    InBucket::new(bucket, ROOT).put(&keys::data(&digest), b"a layer".to_vec());
    let (owner, source) = (owner(), bucket.source(ROOT));
    let of = |source: &str, credentials: &Credentials| Audit::of(source).by(credentials);
    let here = |source: &str, credentials: &Credentials| {
        of(source, credentials).at(&bucket.server.endpoint)
    };

    let nowhere = format!("http://127.0.0.1:{}", free_port());
    assert_refused("no server there", of(&source, &owner).at(&nowhere));
    assert_refused("no such bucket", here("s3://no-such-bucket/zarf-registry", &owner));
    assert_refused("no registry there", here(&bucket.source("elsewhere"), &owner));
    let wrong = Credentials::new(owner.access_key_id(), "not the secret", None, None, "tests");
    assert_refused("a wrong secret", here(&source, &wrong));
    let unknown = Credentials::new("NOSUCHKEY", owner.secret_access_key(), None, None, "tests");
    assert_refused("an unknown key", here(&source, &unknown));
    let anonymous = Audit::of(&source).at(&bucket.server.endpoint).with(&["--no-sign-request"]);
    assert_refused("a private bucket", anonymous);
    if bucket.server.kind == Kind::Minio {
        let reader = session(bucket, &["s3:GetObject"], &[]);
        assert_refused("no permission to list", here(&source, &reader));
    }
    Figures::default()
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

pub(crate) fn a_manifest_that_may_not_be_read_makes_nothing_orphaned_or_missing(
    bucket: &S3Bucket,
) -> Figures {
    let registry = Registry::in_bucket(Version::V2, bucket, ROOT);
    let client = Client::new(&registry);
    let image = Image::new("app", "amd64", &[layer("app/binary", "app")]);
    client.push("apps/web", "1.0", &image);
    client.upload("apps/web", &Blob::new(GZIP_LAYER, "no manifest ever named this"));
    let key = format!("{ROOT}/docker/registry/v2/{}", keys::data(&image.manifest.digest()));
    let reader = session(bucket, &["s3:ListBucket", "s3:GetObject"], &[&key]);

    let report = bucket.audit(ROOT).by(&reader).report();

    assert_eq!(report.status, Some(3));
    assert_eq!(report.json["complete"], false);
    assert_ne!(report.json["incomplete_because"], json!([]));
    assert_eq!(report.number("/totals/by_verdict/orphaned/count"), 0);
    assert!(report.findings().iter().all(|finding| finding["category"] != "missing"));
    Figures::default()
}
