use serde_json::Value;

use super::*;
use crate::audit::{Code, Kind, Verdict};
use crate::report::{dummy, escape};

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A snapshot should not change with the version.
fn unversioned(text: &str) -> String {
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(&version));
    text.replace(&version, "\"version\": \"VERSION\"")
}

#[test]
fn a_damaged_bucket() {
    let mut report = dummy::damaged();
    let mut seen = std::collections::HashSet::new();
    let findings = &mut report.audit.findings;
    findings.retain(|finding| seen.insert((finding.code, finding.severity)));
    findings[0].referrers.truncate(2);
    insta::assert_snapshot!(unversioned(&written(&report)));
}

#[test]
fn an_empty_bucket() {
    insta::assert_snapshot!(unversioned(&written(&dummy::empty())));
}

#[test]
fn hostile_names_are_the_same_names_to_a_parser_and_harmless_on_a_terminal() {
    let report = dummy::hostile();
    let text = written(&report);
    let acts = |c: char| c != '\n' && escape::acts_or_hides(c);
    assert_eq!(text.find(acts), None);
    assert!(text.ends_with("\n}\n"));

    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["source"]["root"], dummy::HOSTILE);
    assert_eq!(value["complete"], false);
    assert_eq!(value["incomplete_because"][0], dummy::HOSTILE);
    assert_eq!(value["totals"]["outside_by_prefix"][0]["prefix"], dummy::HOSTILE);
    for (finding, written) in
        report.audit.findings.iter().zip(value["findings"].as_array().unwrap())
    {
        assert_eq!(written["key"], finding.key.as_deref().unwrap());
        assert_eq!(written["referrers"], serde_json::json!(finding.referrers));
        assert_eq!(written["message"], finding.message);
    }
}

#[test]
fn sums_are_those_of_the_findings() {
    let report = dummy::damaged();
    let value: Value = serde_json::from_str(&written(&report)).unwrap();
    let sums = value["findings_by_code"].as_object().unwrap();
    assert_eq!(sums.len(), Code::ALL.len());
    let counted: u64 = sums.values().map(|sum| sum["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, report.audit.findings.len() as u64);
    let orphans: u64 = report
        .audit
        .findings
        .iter()
        .filter(|finding| finding.code == Code::OrphanedBlob)
        .filter_map(|finding| finding.size)
        .sum();
    assert_eq!(sums["orphaned-blob"]["bytes"], orphans);
    for verdict in Verdict::ALL {
        assert!(value["totals"]["by_verdict"][verdict.as_str()]["count"].is_u64());
    }
    for kind in Kind::ALL {
        assert!(value["totals"]["by_kind"][kind.as_str()]["bytes"].is_u64());
    }
}

/// A part is merged by what its report says.
#[test]
fn what_is_read_back_is_what_was_written() {
    for report in [dummy::damaged(), dummy::hostile(), dummy::vast(), dummy::verified()] {
        let text = written(&report);
        let (read, version) = read(text.as_bytes()).unwrap();
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
        assert_eq!(written(&read), text);
        assert!(super::read(&text.as_bytes()[..text.len() / 2]).is_err(), "half of it");
    }
}

#[test]
fn a_part_of_what_bytes_tell() {
    let mut report = dummy::verified();
    report.audit.findings.truncate(1);
    report.audit.findings[0].referrers.truncate(2);
    insta::assert_snapshot!(unversioned(&written(&report)));
}

#[test]
fn a_writer_that_fails_is_heard() {
    let mut short = [0; 100];
    let error = write(&dummy::damaged(), &mut short.as_mut_slice()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
}
