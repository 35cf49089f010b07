//! Named damage in a bucket that a real registry filled: all of it is found, and nothing else.

use crate::audit::Audit;
use crate::gallery::{self, Exhibit, assert_reported};
use crate::minio::Minio;
use crate::objects::Bucket;
use crate::registry::Registry;
use crate::tools;

const SOURCE: &str = "s3://registry/zarf-registry";

#[test]
#[ignore = "needs MinIO, docker-registry and skopeo: run scripts/test"]
fn planted_damage_is_reported_and_nothing_else() {
    if !tools::available(&["minio", "docker-registry", "skopeo"]) {
        return;
    }
    let minio = Minio::start();
    let registry = Registry::in_bucket(&minio, "/zarf-registry");
    let bucket = Bucket::new(&minio, "zarf-registry");
    let exhibits = gallery::fill(&registry, &bucket);
    let before = bucket.listing();
    let audit = |verify| {
        let audit = Audit::of(SOURCE).at(&minio.endpoint).by(&Minio::owner());
        audit.with(&["--verify", verify])
    };

    let report = audit("all").report();
    assert_reported(report.findings(), &exhibits);
    assert_eq!(report.status, Some(1));
    assert_eq!(report.json["complete"], true);

    let report = audit("manifests").report();
    assert_reported(report.findings(), &without_reading_layers(exhibits));
    assert_eq!(report.status, Some(1));

    let report = audit("manifests").with(&["--fail-on", "never"]).report();
    assert_eq!(report.status, Some(0));
    assert_eq!(before, bucket.listing(), "an audit changed the bucket");
}

/// A layer whose size is right, or already known to be wrong, shows no more until it is read.
fn without_reading_layers(mut exhibits: Vec<Exhibit>) -> Vec<Exhibit> {
    for exhibit in &mut exhibits {
        if exhibit.place.ends_with("-layer") {
            exhibit.expected.retain(|expected| expected.code != "digest-mismatch");
        }
    }
    exhibits
}
