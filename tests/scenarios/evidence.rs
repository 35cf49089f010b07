//! What findings carry is what the documents tell.

use std::collections::{BTreeMap, BTreeSet};

const FINDINGS: &str = include_str!("../../docs/findings.md");

/// The fields that a finding may carry besides those that each has.
const FIELDS: [&str; 8] =
    ["digest", "size_bytes", "key", "repository", "tag", "expected", "actual", "referrers"];

type Evidence<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

#[test]
fn every_field_that_a_finding_carries_is_told() {
    let pictures = crate::pictures();
    assert_eq!(shown(&pictures), told());
}

/// By code, the fields of all findings in these pictures.
fn shown(pictures: &[String]) -> Evidence<'_> {
    let mut evidence = Evidence::new();
    let mut code = None;
    for line in pictures.iter().flat_map(|picture| picture.lines()) {
        if let Some(field) = line.strip_prefix("    ").and_then(|line| line.split(':').next()) {
            let is_field = FIELDS.contains(&field);
            evidence.entry(code.unwrap()).or_default().extend(is_field.then_some(field));
        } else if let Some((_, rest)) =
            ["error ", "warning ", "info "].iter().find_map(|severity| line.split_once(severity))
        {
            let end = rest.find([' ', ',']).unwrap_or(rest.len());
            code = Some(&rest[..end]);
            let fields = evidence.entry(&rest[..end]).or_default();
            fields.extend(rest[end..].starts_with(' ').then_some("digest"));
            fields.extend(rest.ends_with(" bytes").then_some("size_bytes"));
        }
    }
    evidence
}

/// By code, the fields that its heading tells of.
fn told() -> Evidence<'static> {
    let sections = FINDINGS.split("\n## ").skip(1);
    let evidence = |section: &'static str| {
        let code = section.lines().next().unwrap();
        let told = section.lines().find_map(|line| line.strip_prefix("**Evidence.** ")).unwrap();
        let words = told.split('`').skip(1).step_by(2);
        (code, words.filter(|word| FIELDS.contains(word)).collect())
    };
    sections.map(evidence).collect()
}
