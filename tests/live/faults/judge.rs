//! How an audit ended, held against the clean report of the same bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::audit::{Report, out};
use crate::process::Outcome;

/// The ways in which an audit may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The report is the clean one.
    Equal,
    /// It says that it is incomplete and why, calls nothing orphaned, and nothing missing or
    /// corrupt that is not.
    Incomplete,
    /// One line says why there is no report.
    Refused,
    /// Another report, which says nothing of what is stored that is not so.
    Altered,
}

/// What the program says of the bucket when nothing is in the way.
pub(crate) struct Clean {
    json: Value,
    blobs: String,
    status: Option<i32>,
}

impl Clean {
    pub(crate) fn of(report: &Report) -> Self {
        assert_eq!(report.json["complete"], true, "not clean");
        assert!(
            report.number("/totals/by_verdict/orphaned/count") > 0,
            "nothing to be wrong about"
        );
        assert!(!alarms(&report.json).is_empty(), "nothing to be wrong about");
        let blobs = fs::read_to_string(report.out().join("blobs.csv")).expect("blobs.csv");
        Self { json: timeless(&report.json), blobs, status: report.status }
    }
}

/// How it ended and why, or what it said that is not so.
pub(crate) fn ending(
    clean: &Clean,
    outcome: &Outcome,
    folder: &TempDir,
) -> Result<(Ending, String), String> {
    let status = outcome.status.code();
    let Ok(file) = fs::read_to_string(out(folder).join("report.json")) else {
        return refusal(outcome);
    };
    let report: Value = serde_json::from_str(&file).map_err(|error| error.to_string())?;
    if report["complete"] == false {
        return incomplete(clean, &report, status);
    }
    let blobs = fs::read_to_string(out(folder).join("blobs.csv")).expect("blobs.csv");
    let report = timeless(&report);
    if report == clean.json && blobs == clean.blobs && status == clean.status {
        return Ok((Ending::Equal, String::new()));
    }
    Err(format!("another report, status {status:?}:\n{}", difference(clean, &report, &blobs)))
}

/// The weaker law of a listing of which a bit was changed on the way: it may be well-formed and name
/// what is not there, or not name what is, and nothing in it shows that. But nothing that is stored
/// is called orphaned, missing or corrupt that is not.
pub(crate) fn altered(
    clean: &Clean,
    outcome: &Outcome,
    folder: &TempDir,
) -> Result<(Ending, String), String> {
    let file = out(folder).join("report.json");
    match ending(clean, outcome, folder) {
        Err(_) if file.exists() => {}
        ended => return ended,
    }
    let report = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let report: Value = serde_json::from_str(&report).map_err(|error| error.to_string())?;
    let known = alarms(&clean.json);
    if let Some(alarm) = alarms(&report).iter().find(|alarm| !known.contains(*alarm)) {
        return Err(format!("a false alarm: {alarm}"));
    }
    let blobs = fs::read_to_string(out(folder).join("blobs.csv")).expect("blobs.csv");
    let (before, now) = (verdicts(&clean.blobs), verdicts(&blobs));
    let is_wrong = |digest: &str| {
        now[digest] == "orphaned" && before.get(digest).is_some_and(|old| *old != "orphaned")
    };
    match now.keys().find(|digest| is_wrong(digest)) {
        Some(digest) => Err(format!(
            "not orphaned, but {}: {digest}\n{}",
            before[digest],
            difference(clean, &report, &blobs)
        )),
        None => Ok((Ending::Altered, String::new())),
    }
}

/// Digest and verdict of each row.
fn verdicts(blobs: &str) -> BTreeMap<&str, &str> {
    let rows = blobs.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    rows.filter_map(|row| Some((*row.first()?, *row.get(6)?))).collect()
}

fn refusal(outcome: &Outcome) -> Result<(Ending, String), String> {
    let said = outcome.stderr.trim_end();
    let is_one = outcome.status.code() == Some(3)
        && outcome.stdout.is_empty()
        && said.lines().count() == 1
        && !said.is_empty();
    if is_one {
        Ok((Ending::Refused, said.to_owned()))
    } else {
        Err(format!("{:?}: {said}", outcome.status))
    }
}

fn incomplete(
    clean: &Clean,
    report: &Value,
    status: Option<i32>,
) -> Result<(Ending, String), String> {
    if status != Some(3) {
        return Err(format!("an incomplete report, and status {status:?}"));
    }
    let Some(why) = report["incomplete_because"][0].as_str() else {
        return Err("an incomplete report, and nothing says why".to_owned());
    };
    if report["totals"]["by_verdict"]["orphaned"]["count"] != 0 {
        return Err("an incomplete report calls something orphaned".to_owned());
    }
    let known = alarms(&clean.json);
    match alarms(report).iter().find(|alarm| !known.contains(*alarm)) {
        Some(alarm) => Err(format!("a false alarm: {alarm}")),
        None => Ok((Ending::Incomplete, why.to_owned())),
    }
}

/// What is said to be missing or corrupt: the code and the place.
fn alarms(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings
        .filter(|finding| ["missing", "corrupt"].iter().any(|name| finding["category"] == *name))
        .map(|finding| {
            let fields = ["code", "repository", "tag", "digest", "key", "expected", "actual"];
            fields.map(|field| finding[field].as_str().unwrap_or_default().to_owned()).join(" ")
        })
        .collect()
}

/// Without what no two runs share: when, by which address, and how many requests it took.
fn timeless(report: &Value) -> Value {
    let mut report = report.clone();
    report["options"]["endpoint-url"].take();
    for field in ["started_at", "as_of", "finished_at", "requests"] {
        report.as_object_mut().expect("a report").remove(field);
    }
    report
}

/// The first few lines that differ.
fn difference(clean: &Clean, report: &Value, blobs: &str) -> String {
    let lines = |json: &Value, blobs: &str| -> BTreeSet<String> {
        let mut lines: BTreeSet<String> = blobs.lines().map(str::to_owned).collect();
        for (name, value) in json.as_object().expect("a report") {
            match value.as_array() {
                Some(values) => lines.extend(values.iter().map(|value| format!("{name}: {value}"))),
                None => drop(lines.insert(format!("{name}: {value}"))),
            }
        }
        lines
    };
    let (old, new) = (lines(&clean.json, &clean.blobs), lines(report, blobs));
    let gone = old.difference(&new).map(|line| format!("  - {line}"));
    let come = new.difference(&old).map(|line| format!("  + {line}"));
    gone.chain(come).take(12).collect::<Vec<_>>().join("\n")
}
