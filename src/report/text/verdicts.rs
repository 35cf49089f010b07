//! Whether anything needs the blobs, and what could be had back.

use anstyle::Style;

use super::checked::labelled;
use super::palette::Palette;
use super::table::{self, Row};
use super::units::{count, iec, share, sum};
use crate::audit::{Audit, Sum, Totals, Verdict};

pub(super) fn lines(audit: &Audit, palette: &Palette) -> Vec<String> {
    let totals = &audit.totals;
    if totals.blobs.count == 0 {
        return vec!["No blobs are stored here.".to_owned()];
    }
    let header = Row {
        style: palette.heading,
        cells: ["Verdict", "Blobs", "Size", "Share"].map(str::to_owned),
        tail: String::new(),
    };
    let verdicts = Verdict::ALL.into_iter().zip(totals.by_verdict);
    let verdicts = verdicts.map(|(verdict, sum)| Row {
        style: style(palette, verdict, sum),
        cells: cells(verdict.as_str(), sum, totals),
        tail: meaning(verdict).to_owned(),
    });
    let all =
        Row { style: Style::new(), cells: cells("all", totals.blobs, totals), tail: String::new() };
    let rows = [header].into_iter().chain(verdicts).chain([all]).collect();
    let mut lines = table::lines(1, rows);
    if audit.incomplete_because.is_empty() {
        lines.extend(reclaimable(totals, palette));
    } else {
        lines.extend(labelled(palette, "Reclaimable", "unknown while the audit is incomplete"));
    }
    lines
}

fn cells(name: &str, sum: Sum, totals: &Totals) -> [String; 4] {
    [name.to_owned(), count(sum.count), iec(sum.bytes), share(sum.bytes, totals.blobs.bytes)]
}

const fn style(palette: &Palette, verdict: Verdict, sum: Sum) -> Style {
    match verdict {
        _ if sum.count == 0 => palette.quiet,
        Verdict::Tagged => palette.good,
        Verdict::Undecided | Verdict::Orphaned => palette.warning,
        _ => Style::new(),
    }
}

const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Tagged => "a tag needs it",
        Verdict::Untagged => "a revision needs it, no tag does",
        Verdict::Kept => "only --keep-digests needs it",
        Verdict::Recent => "nothing needs it yet: too young",
        Verdict::Undecided => "cannot be told: something is in doubt",
        Verdict::Orphaned => "nothing needs it",
    }
}

/// Under both policies, whichever was asked for.
fn reclaimable(totals: &Totals, palette: &Palette) -> Vec<String> {
    let tell = |part: Sum, policy: &str| {
        let whole = totals.blobs.bytes;
        let share = match part.bytes {
            0 => String::new(),
            bytes => format!(", {}", share(bytes, whole)),
        };
        format!("{}{share}, {policy}", sum(part, "blob"))
    };
    let revisions = tell(totals.reclaimable_by_revisions, "keeping every revision");
    let tags = tell(totals.reclaimable_by_tags, "keeping only what tags need");
    let mut lines = labelled(palette, "Reclaimable", &revisions);
    lines.extend(labelled(palette, "", &tags));
    lines
}
