//! Named damage in a bucket that a real registry filled: all of it is found, and nothing else.

use crate::gallery::{self, Exhibit, assert_reported};
use crate::lab::S3Bucket;
use crate::matrix::{Run, Scenario};
use crate::objects::InBucket;
use crate::record::Figures;
use crate::registry::{Registry, Version};

const ROOT: &str = "zarf-registry";

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "damaged",
    shows: "planted damage is reported, each under its code, and nothing else is",
    needs: &["skopeo"],
    run: Run::Registries(planted_damage_is_reported_and_nothing_else),
    is_loud: false,
}];

pub(crate) fn planted_damage_is_reported_and_nothing_else(
    bucket: &S3Bucket,
    version: Version,
) -> Figures {
    let registry = Registry::in_bucket(version, bucket, ROOT);
    let objects = InBucket::new(bucket, ROOT);
    let exhibits = gallery::fill(&registry, &objects);
    let figures = Figures::default().with("kinds of damage", exhibits.len());
    let before = objects.listing();
    let audit = |verify| bucket.audit(ROOT).with(&["--verify", verify]);

    let report = audit("all").report();
    assert_reported(report.findings(), &exhibits);
    assert_eq!(report.status, Some(1));
    assert_eq!(report.json["complete"], true);

    let report = audit("manifests").report();
    assert_reported(report.findings(), &without_reading_layers(exhibits));
    assert_eq!(report.status, Some(1));

    let report = audit("manifests").with(&["--fail-on", "never"]).report();
    assert_eq!(report.status, Some(0));
    assert_eq!(before, objects.listing(), "an audit changed the bucket");
    figures
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
