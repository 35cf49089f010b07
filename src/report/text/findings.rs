//! What is wrong, by code, with the worst examples, in as many lines as there is room for.

use anstyle::Style;

use super::fit::{self, WIDTH};
use super::groups::Group;
use super::palette::{Palette, paint};
use super::place;
use super::table::{self, Row};
use super::units::{count, counted, iec};
use crate::audit::{Finding, Severity, Sum};
use crate::report::escape::Escaped;

/// How many lines an example takes: what is wrong, and where.
const EXAMPLE: usize = 2;

/// The groups as a table, and then examples in full.
pub(super) fn lines(groups: &[Group<'_>], palette: &Palette, room: usize) -> Vec<String> {
    // A header, a line for the codes without one, a blank line, one example.
    let rows = room.saturating_sub(3 + EXAMPLE).max(1);
    let (told, others) = groups.split_at(rows.min(groups.len()));
    let mut lines = by_code(told, palette);
    if !others.is_empty() {
        lines.push(paint(palette.quiet, &in_one_line(others)));
    }
    let most = room.saturating_sub(lines.len() + 1) / EXAMPLE;
    for (index, (group, finding)) in deal(groups, most).into_iter().enumerate() {
        if index == 0 {
            lines.push(String::new());
        }
        lines.extend(example(group, finding, palette));
    }
    lines
}

fn by_code(groups: &[Group<'_>], palette: &Palette) -> Vec<String> {
    let header = Row {
        style: palette.heading,
        cells: ["Findings", "", "Count", "Size"].map(str::to_owned),
        tail: paint(palette.heading, "Worst"),
    };
    let rows = groups.iter().map(|group| Row {
        style: style(palette, group.severity),
        cells: [
            group.severity.as_str().to_owned(),
            group.code.to_string(),
            count(group.sum.count),
            size(group.sum),
        ],
        tail: group.worst.first().map_or_else(String::new, |f| place::whose(f)),
    });
    table::lines(2, [header].into_iter().chain(rows).collect())
}

fn size(sum: Sum) -> String {
    match sum.bytes {
        0 => "-".to_owned(),
        bytes => iec(bytes),
    }
}

/// By severity: no error may hide behind the names of codes.
fn in_one_line(groups: &[Group<'_>]) -> String {
    let severities =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")];
    let parts = severities
        .into_iter()
        .map(|(severity, noun)| {
            let of = groups.iter().filter(|group| group.severity == severity);
            (of.map(|group| group.sum.count).sum(), noun)
        })
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect::<Vec<_>>();
    let kinds = counted(groups.len() as u64, "more kind");
    format!("{kinds}: {}", parts.join(", "))
}

const fn style(palette: &Palette, severity: Severity) -> Style {
    match severity {
        Severity::Error => palette.error,
        Severity::Warning => palette.warning,
        Severity::Info => Style::new(),
    }
}

/// How many examples of a group help: everything about damage, little about books.
const fn examples(severity: Severity) -> usize {
    match severity {
        Severity::Error => 3,
        Severity::Warning => 2,
        Severity::Info => 1,
    }
}

/// The worst of each group in turn, then the next of each, while there is room; told by group.
fn deal<'g, 'a>(groups: &'g [Group<'a>], most: usize) -> Vec<(&'g Group<'a>, &'a Finding)> {
    let rounds = 0..examples(Severity::Error);
    let mut dealt: Vec<_> = rounds
        .flat_map(|round| groups.iter().enumerate().map(move |group| (round, group)))
        .filter(|(round, (_, group))| *round < examples(group.severity))
        .filter_map(|(round, (index, group))| Some((index, group, *group.worst.get(round)?)))
        .take(most)
        .collect();
    dealt.sort_by_key(|(index, ..)| *index);
    let told = dealt.into_iter();
    told.map(|(_, group, finding)| (group, finding)).collect()
}

fn example(group: &Group<'_>, finding: &Finding, palette: &Palette) -> [String; EXAMPLE] {
    let code = group.code.as_str();
    let room = WIDTH - code.len() - 2;
    let head = |text: &str| format!("{}: {text}", paint(style(palette, group.severity), code));
    let Some(place) = place::of(finding) else {
        // The room for a place goes to what is said of the registry as a whole.
        let message = Escaped::text(&finding.message).to_string();
        let first = fit::wrap(&message, room, EXAMPLE).swap_remove(0);
        let rest = message.strip_prefix(&first).unwrap_or_default().trim_start();
        return [head(&first), format!("  {}", fit::cut(rest, WIDTH - 2))];
    };
    let facts = facts(finding);
    let facts = if facts.is_empty() {
        fit::sentence(&finding.message, room)
    } else {
        fit::cut(&facts.join(", "), room)
    };
    [head(&facts), format!("  {}", fit::name(&place, WIDTH - 2))]
}

/// What the evidence says, in words, escaped.
fn facts(finding: &Finding) -> Vec<String> {
    let mut facts = Vec::new();
    let named = finding.digest.as_ref().map(ToString::to_string);
    if let Some(expected) = &finding.expected
        && named.as_ref() != Some(expected)
    {
        facts.push(format!("expected {}", fit::sentence(expected, 16)));
    }
    if let Some(actual) = &finding.actual {
        facts.push(format!("found {}", fit::sentence(actual, 16)));
    }
    if let (Some(bytes), true) = (finding.size, facts.is_empty()) {
        facts.push(iec(bytes));
    }
    if !finding.referrers.is_empty() {
        facts.push(format!("needed by {}", place::whose(finding)));
    }
    facts
}
