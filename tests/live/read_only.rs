//! Whoever may list and read needs no more, whatever the options, and nothing else is ever asked.

use std::fs;

use crate::audit::Audit;
use crate::gallery;
use crate::lab::S3Bucket;
use crate::matrix::{Run, Scenario};
use crate::objects::InBucket;
use crate::proxy::{Proxy, Request};
use crate::reader::reader;
use crate::record::Figures;
use crate::registry::{Registry, Version};

const ROOT: &str = "zarf-registry";

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "read-only",
    shows: "with every option, by a user who may only list and read, an audit asks with GET and \
            HEAD alone and changes nothing",
    needs: &["docker-registry", "skopeo"],
    run: Run::Servers(nothing_is_asked_but_to_list_and_to_read),
    is_loud: false,
}];

pub(crate) fn nothing_is_asked_but_to_list_and_to_read(bucket: &S3Bucket) -> Figures {
    let registry = Registry::in_bucket(Version::V2, bucket, ROOT);
    let objects = InBucket::new(bucket, ROOT);
    gallery::fill(&registry, &objects);
    drop(registry);
    let before = objects.listing();
    let reader = reader(bucket);
    let proxy = Proxy::before(&bucket.server.endpoint, Vec::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keep = folder.path().join("keep");
    fs::write(&keep, format!("sha256:{}\n", "0".repeat(64))).expect("a list of digests");
    let keep = keep.to_str().expect("a plain path");

    let options: [&[&str]; 4] = [
        &[],
        &["--verify", "all", "--roots", "tags", "--list-twice", "--concurrency", "1"],
        &["--verify", "none", "--keep-digests", keep, "--max-requests-per-second", "1000"],
        &[
            "--root",
            "all",
            "--path-style",
            "always",
            "--region",
            "us-east-1",
            "--fail-on",
            "garbage",
        ],
    ];
    for options in options {
        let audit = Audit::of(&bucket.source(ROOT)).at(&proxy.endpoint()).by(&reader);
        let (outcome, _folder) = audit.with(options).run();
        assert_eq!(outcome.status.code(), Some(1), "{options:?}: {}", outcome.stderr);
    }

    let requests = proxy.requests();
    assert_reading(&requests);
    assert_eq!(before, objects.listing(), "an audit changed the bucket");
    Figures::default()
        .with("audits", options.len())
        .with("requests, each a GET or a HEAD", requests.len())
}

/// Fails unless every request is one that changes nothing.
pub(crate) fn assert_reading(requests: &[Request]) {
    let reads = |request: &&Request| ["GET", "HEAD"].contains(&request.method.as_str());
    let other = requests.iter().find(|request| !reads(request));
    assert!(other.is_none(), "{other:?}");
}
