//! The report on `examples/registry-bucket`: what was damaged there, and nothing else.
//!
//! The live suite makes the bucket anew and compares; this holds the report in every checkout.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::Verdict;
use ocifsck::report::Report;
use ocifsck::scan::{self, Options, Silent, Verify};
use ocifsck::store::DirectoryStore;

async fn audit() -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/registry-bucket");
    let store = Arc::new(DirectoryStore::open(&path).unwrap());
    let options =
        Options { min_age: SignedDuration::ZERO, verify: Verify::All, ..Options::default() };
    // Git keeps no times: every file is as old as the checkout, perhaps to the second.
    let later = || Timestamp::now() + SignedDuration::from_hours(1);
    let reports = scan::audit(
        store,
        "examples/registry-bucket",
        "",
        &options,
        Arc::new(later),
        Arc::new(Silent),
    );
    reports.await.unwrap().remove(0)
}

#[tokio::test]
async fn the_report_says_what_was_damaged() {
    let report = audit().await;
    let mut text = String::new();
    for verdict in Verdict::ALL {
        let sum = report.audit.verdict_sum(verdict);
        writeln!(text, "{:<9} {:>3} blobs {:>6} bytes", verdict.as_str(), sum.count, sum.bytes)
            .unwrap();
    }
    for finding in &report.audit.findings {
        let place = finding.referrers.first().or(finding.repository.as_ref());
        let place = place.or(finding.key.as_ref()).map_or("-", String::as_str);
        writeln!(text, "{:<7} {:<17} {place}", finding.severity.as_str(), finding.code).unwrap();
    }
    insta::assert_snapshot!(text);
    assert!(report.audit.is_complete());
}
