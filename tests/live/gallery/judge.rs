//! Whether a report says what the exhibits call for, and nothing else.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Exhibit, Expected};

/// Fails unless every finding answers one expectation and every expectation one finding.
pub(crate) fn assert_reported(findings: &[Value], exhibits: &[Exhibit]) {
    let mut unexpected: Vec<&Value> = findings.iter().collect();
    let mut complaint = String::new();
    for exhibit in exhibits {
        for expected in &exhibit.expected {
            match unexpected.iter().position(|finding| expected.is_met_by(finding)) {
                Some(place) => drop(unexpected.remove(place)),
                None => writeln!(complaint, "not reported: {}: {expected:?}", exhibit.place)
                    .expect("a string takes text"),
            }
        }
    }
    for finding in unexpected {
        writeln!(complaint, "not planted: {finding}").expect("a string takes text");
    }
    assert!(complaint.is_empty(), "{complaint}");
}

impl Expected {
    fn is_met_by(&self, finding: &Value) -> bool {
        let same = |field: &str, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| finding[field] == wanted)
        };
        let key = finding["key"].as_str().unwrap_or_default();
        finding["code"] == self.code
            && same("repository", &self.repository)
            && same("tag", &self.tag)
            && same("digest", &self.digest)
            && self
                .key
                .as_ref()
                .is_none_or(|end| key.ends_with(&format!("docker/registry/v2/{end}")))
    }
}
