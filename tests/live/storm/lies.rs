//! That a wrong verdict would be caught: true reports, changed in one place, are judged again.

use std::collections::BTreeMap;

use serde_json::json;

use super::auditor::Audited;
use super::findings;
use super::judge::{Judge, Kind, Times};
use super::truth::Truth;

/// Fails unless each lie is found out.
pub(super) fn assert_caught(truth: &Truth, audits: &[Audited]) {
    let audit = audits.last().expect("there were audits");
    let verdicts = audit.verdicts();
    let mut judge = Judge::new(truth);
    let mut kinds = |verdicts: &BTreeMap<String, String>, times: Times| -> Vec<Kind> {
        judge.verdicts(verdicts, times).into_iter().map(|violation| violation.kind).collect()
    };
    let honest = kinds(&verdicts, audit.times);
    let mut assert_is = |kind: Kind, verdicts: &BTreeMap<String, String>, times: Times| {
        let lied = kinds(verdicts, times);
        let more = |kinds: &[Kind]| kinds.iter().filter(|one| **one == kind).count();
        assert!(more(&lied) > more(&honest), "a lie passes the judge: {kind:?}");
    };
    let all_called = |from: &str, to: &str| -> BTreeMap<String, String> {
        let call = |verdict: &String| if verdict == from { to } else { verdict }.to_owned();
        verdicts.iter().map(|(digest, verdict)| (digest.clone(), call(verdict))).collect()
    };
    assert_is(Kind::Alive, &all_called("untagged", "orphaned"), audit.times);
    let an_hour = Times { min_age: 3_600_000_000, ..audit.times };
    assert_is(Kind::Young, &verdicts, an_hour);
    assert_is(Kind::Unseen, &all_called("tagged", "recent"), audit.times);
    assert_is(Kind::Untagged, &all_called("tagged", "untagged"), audit.times);
    assert_is(Kind::Imagined, &all_called("orphaned", "tagged"), audit.times);
    assert_is(Kind::Verdict, &all_called("orphaned", "undecided"), audit.times);
    let mut fewer = verdicts.clone();
    fewer.retain(|_, verdict| verdict != "orphaned");
    assert_is(Kind::Uncounted, &fewer, audit.times);

    for code in ["missing-link", "missing-blob", "dangling-tag", "digest-mismatch"] {
        let digest = verdicts.iter().find(|(_, verdict)| *verdict == "orphaned");
        let digest = digest.map(|(digest, _)| digest).expect("there are orphans");
        let key = "x/_layers/sha256/y/link";
        let lie =
            json!({ "code": code, "repository": "storm/nowhere", "digest": digest, "key": key });
        let found = findings::false_ones(truth, &[lie], audit.times);
        assert_eq!(found.len(), 1, "a lie passes the judge: {code}");
    }
}
