//! What to do next, as commands that can be pasted.

use super::fit::{self, WIDTH};
use super::groups::Group;
use super::palette::paint;
use super::units::{counted, sum};
use super::{Text, place, shell};
use crate::audit::{Severity, Sum, Verdict};
use crate::report::Report;

/// How many lines a command may take.
const MOST_LINES: usize = 5;

pub(super) fn lines(text: &Text<'_>, report: &Report, groups: &[Group<'_>]) -> Vec<String> {
    let mut lines = vec![paint(text.palette.heading, "Next")];
    lines.extend(explain(report, groups));
    lines.extend(tables(text, report));
    let advice = if text.is_of_bytes { reading(report) } else { advice(report) };
    lines.extend(advice.map(|advice| fit::cut(&advice, WIDTH - 2)));
    for line in &mut lines[1..] {
        line.insert_str(0, "  ");
    }
    lines
}

/// How to see the worst finding that can be named on a command line.
fn explain(report: &Report, groups: &[Group<'_>]) -> Vec<String> {
    groups
        .iter()
        .filter(|group| group.severity <= Severity::Warning)
        .flat_map(|group| &group.worst)
        .find_map(|finding| shell::explain(report, &place::of(finding)?))
        .filter(|command| command.len() <= MOST_LINES)
        .unwrap_or_default()
}

/// Where the whole of it stands.
fn tables(text: &Text<'_>, report: &Report) -> Option<String> {
    let findings = report.audit.findings.len() as u64;
    if findings == 0 {
        return None;
    }
    let all = counted(findings, "finding");
    Some(match text.files {
        Some(directory) => {
            let file = directory.join("findings.csv");
            let what = format!("{all} in full: ");
            let room = WIDTH - 2 - what.len();
            what + &fit::name(&file.to_string_lossy(), room)
        }
        None if text.is_of_bytes => {
            format!("{all} in full, and the proof of every blob: --out DIR")
        }
        None => format!("{all} in full, and every blob, repository and tag: --out DIR"),
    })
}

/// The one thing that would tell most beyond what is known.
fn advice(report: &Report) -> Option<String> {
    let totals = &report.audit.totals;
    let [undecided, recent, orphaned] = [Verdict::Undecided, Verdict::Recent, Verdict::Orphaned]
        .map(|verdict| {
            let sums = Verdict::ALL.into_iter().zip(totals.by_verdict);
            sums.filter(|(other, _)| *other == verdict).fold(Sum::default(), |_, (_, sum)| sum)
        });
    if !report.audit.incomplete_because.is_empty() {
        Some("Mend what is named at the top, then run it again.".to_owned())
    } else if totals.blobs.count == 0 {
        Some("Is this the right bucket and prefix?".to_owned())
    } else if undecided.count > 0 {
        let blobs = sum(undecided, "blob");
        Some(format!("To decide {blobs}: mend the findings, run it again."))
    } else if recent.bytes > orphaned.bytes {
        let age = option(report, "min-age").map_or_else(String::new, |age| format!(" in {age}"));
        let blobs = sum(recent, "blob");
        Some(format!("{blobs} may be uploads under way: run it again{age}."))
    } else if option(report, "verify").is_some_and(|verify| verify != "all") {
        Some("To have every byte read and hashed: --verify all".to_owned())
    } else if report.audit.findings.is_empty() {
        Some("Nothing to do.".to_owned())
    } else {
        None
    }
}

/// The same, of bytes.
fn reading(report: &Report) -> Option<String> {
    let left_out = report.selection.map_or_else(Sum::default, |selection| selection.left_out());
    if !report.audit.incomplete_because.is_empty() {
        Some("Mend what is named at the top, then run it again.".to_owned())
    } else if left_out.count > 0 || report.selection.is_none() {
        Some("To have every byte read and hashed: --verify all".to_owned())
    } else if let Some(shard) = report.shard {
        Some(format!("When all {} parts are written: ocifsck merge PART...", shard.of()))
    } else if report.audit.findings.is_empty() {
        Some("Nothing to do.".to_owned())
    } else {
        None
    }
}

fn option(report: &Report, name: &str) -> Option<String> {
    let value = report.options.get(name)?.as_str()?;
    Some(fit::sentence(value, 20))
}
