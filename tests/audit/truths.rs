//! What an audit says, held against what is found by other means.

use std::collections::BTreeSet;

use ocifsck::audit::{Category, Pullable, Severity, Verdict};
use ocifsck::testing::{Document, RegistryBuilder};
use proptest::prelude::*;

use crate::chaos::{chaos, claims};
use crate::laws::{audit, cases, everything_read};
use crate::oracle::{Bucket, Client};
use crate::shapes::plan;
use crate::support::{lines, options, with_verdict};

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn verdicts_are_those_of_a_naive_walk(plan in plan(), strays in 0..3_u8) {
        let mut registry = plan.build();
        for number in 0..strays {
            registry.blob(vec![number]);
        }
        let [tagged, untagged, orphaned] = Bucket::of(&registry).verdicts();
        let report = audit(registry.store(), &options());
        let found = |verdict| BTreeSet::from_iter(with_verdict(&report, verdict));
        prop_assert_eq!(found(Verdict::Tagged), tagged);
        prop_assert_eq!(found(Verdict::Untagged), untagged);
        prop_assert_eq!(found(Verdict::Orphaned), orphaned);
    }

    /// However blobs are claimed: a layer as a manifest, a manifest as a layer, by a tag alone.
    #[test]
    fn what_is_claimed_is_reached(claims in claims()) {
        let registry = claims.build();
        let [tagged, untagged, _] = Bucket::of(&registry).verdicts();
        let report = audit(registry.store(), &options());
        let found = |verdict| BTreeSet::from_iter(with_verdict(&report, verdict));
        prop_assert_eq!(found(Verdict::Tagged), tagged);
        prop_assert_eq!(found(Verdict::Untagged), untagged);
    }

    #[test]
    fn what_can_be_pulled_is_what_a_client_can_pull(chaos in chaos()) {
        let registry = chaos.build();
        let bucket = &Bucket::of(&registry);
        let report = audit(registry.store(), &everything_read());
        for row in &report.audit.tags {
            let expected = Client { bucket, repository: &row.repository }.tag(&row.tag);
            if expected != "unknown" {
                let name = format!("{}:{}", row.repository, row.tag);
                prop_assert_eq!(row.pullable.as_str(), expected, "{} {:#?}", name, lines(&report));
            }
        }
    }

    /// And the other way round: who is named as broken cannot be pulled whole.
    #[test]
    fn what_cannot_be_pulled_is_explained_by_a_finding(chaos in chaos()) {
        let report = audit(chaos.build().store(), &everything_read());
        for row in &report.audit.tags {
            let name = format!("{}:{}", row.repository, row.tag);
            let mut findings = report.audit.findings.iter();
            let explained = findings.any(|finding| {
                let is_it = finding.repository.as_ref() == Some(&row.repository)
                    && finding.tag.as_ref() == Some(&row.tag);
                finding.severity <= Severity::Warning
                    && matches!(finding.category(), Category::Corrupt | Category::Missing)
                    && (is_it || finding.referrers.contains(&name))
            });
            if row.pullable == Pullable::No {
                prop_assert!(explained, "{} {:#?}", name, lines(&report));
            }
        }
    }

    #[test]
    fn exclusive_bytes_are_what_deleting_frees(plan in plan()) {
        let registry = plan.build();
        let bucket = Bucket::of(&registry);
        let report = audit(registry.store(), &options());
        for row in &report.audit.repositories {
            let freed = bucket.freed_with_repository(&row.repository);
            prop_assert_eq!(row.exclusive_bytes, freed, "{}", &row.repository);
        }
        for row in &report.audit.tags {
            let freed = bucket.freed_with_tag(&row.repository, &row.tag);
            prop_assert_eq!(row.exclusive_bytes, freed, "{}:{}", &row.repository, &row.tag);
        }
    }
}

/// A manifest of schema 1 that two repositories link, and only one of them with a signature.
#[test]
fn a_signature_belongs_to_the_repository_that_links_it() {
    let mut registry = RegistryBuilder::new();
    let image = Document::schema1().layer("a layer");
    registry.push_untagged("unsigned", &image);
    let digest = registry.push_untagged("signed", &image);
    registry.sign("signed", &digest, "a signature");
    let bucket = Bucket::of(&registry);
    let rows = audit(registry.store(), &options()).audit.repositories;
    let freed = |repository: &str| bucket.freed_with_repository(repository);
    assert!(freed("signed") > 0);
    for row in rows {
        assert_eq!(row.exclusive_bytes, freed(&row.repository), "{}", row.repository);
    }
}
