//! The summary of what bytes tell: what was read, by which proof, and which tags break.

use std::collections::BTreeSet;

use anstyle::Style;

use super::checked::{self, labelled};
use super::coverage;
use super::fit::{self, WIDTH};
use super::palette::Palette;
use super::table::{self, Row};
use super::units::{count, counted, iec, share, sum};
use crate::audit::{Finding, Severity, Sum};
use crate::report::Report;
use crate::report::escape::Escaped;

/// How many broken tags are named.
const MOST_TAGS: usize = 4;

/// What was looked at, and what was asked for.
pub(super) fn lines(report: &Report, palette: &Palette) -> Vec<String> {
    let mut lines = checked::head(report, palette);
    lines.extend(labelled(palette, "Asked", &asked(report)));
    if let Some(shard) = report.shard {
        let text = format!("{shard} of all digests; all numbers are of this part alone");
        lines.extend(labelled(palette, "Shard", &text));
    }
    if let Some(unpacking) = &report.audit.unpacking {
        lines.extend(labelled(palette, "Unpacked", &checked::unpacked(unpacking)));
    }
    let left_out = report.selection.map_or_else(Sum::default, |selection| selection.left_out());
    if left_out.count > 0 {
        let is_rolling = report.coverage.as_ref().is_some_and(|account| account.rolling.is_some());
        let why = if is_rolling { "until their turn comes" } else { "by what was asked" };
        let text = format!("{}, {why}", sum(left_out, "blob"));
        lines.extend(labelled(palette, "Left out", &text));
    }
    lines.extend(coverage::lines(report, palette));
    lines
}

/// How each of the objects that have a digest was proved.
pub(super) fn proofs(report: &Report, palette: &Palette) -> Vec<String> {
    let proofs = &report.audit.verification;
    let totals = &report.audit.totals;
    let all = Sum {
        count: totals.blobs.count.saturating_add(totals.links.count),
        bytes: totals.blobs.bytes.saturating_add(totals.links.bytes),
    };
    let known = [proofs.bytes, proofs.checksum, proofs.etag, proofs.listing];
    let none = known.iter().fold(all, |rest, known| Sum {
        count: rest.count.saturating_sub(known.count),
        bytes: rest.bytes.saturating_sub(known.bytes),
    });
    let header = Row {
        style: palette.heading,
        cells: ["Proof", "Objects", "Size", "Share"].map(str::to_owned),
        tail: String::new(),
    };
    let row = |name: &str, part: Sum, style: Style, meaning: &str| Row {
        style: if part.count == 0 { palette.quiet } else { style },
        cells: [name.to_owned(), count(part.count), iec(part.bytes), share(part.bytes, all.bytes)],
        tail: meaning.to_owned(),
    };
    let plain = Style::new();
    table::lines(
        1,
        vec![
            header,
            row("bytes", proofs.bytes, palette.good, "read and hashed"),
            row("checksum", proofs.checksum, palette.good, "the server's own SHA-256 agrees"),
            row("etag", proofs.etag, palette.good, "the MD5 of what it should be"),
            row("listing", proofs.listing, plain, "its size alone is right"),
            row("none", none, plain, "nothing is known of its bytes"),
            row("all", all, plain, "blobs and links"),
        ],
    )
}

/// The tags that cannot be pulled because of what was found.
pub(super) fn broken(findings: &[Finding], palette: &Palette) -> Vec<String> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let referrers = errors.flat_map(|finding| &finding.referrers);
    let tags: BTreeSet<&String> = referrers.filter(|name| !name.contains('@')).collect();
    if tags.is_empty() {
        return Vec::new();
    }
    let named: Vec<_> = tags.iter().take(MOST_TAGS).map(|tag| fit::name(tag, WIDTH / 3)).collect();
    let others = match tags.len().saturating_sub(MOST_TAGS) as u64 {
        0 => String::new(),
        others => format!(" and {} more", count(others)),
    };
    let text = format!("{}: {}{others}", counted(tags.len() as u64, "tag"), named.join(", "));
    labelled(palette, "Broken", &text)
}

/// In the words of the command line.
fn asked(report: &Report) -> String {
    let option = |name: &str| {
        let value = report.options.get(name)?.as_str()?;
        Some(Escaped::text(value).to_string())
    };
    let is_set = |name: &str| report.options.get(name).is_some_and(|value| value == true);
    let mut words = vec![format!("--verify {}", option("verify").unwrap_or_default())];
    let valued =
        ["verify-seed", "verify-since", "every", "export-batch", "import-batch"].into_iter();
    words.extend(valued.filter_map(|name| Some(format!("--{name} {}", option(name)?))));
    if let Some(budget) = report.options.get("budget").and_then(serde_json::Value::as_u64) {
        words.push(format!("--budget {}", iec(budget)));
    }
    let flags = ["use-checksums", "include-orphaned"].into_iter().filter(|name| is_set(name));
    words.extend(flags.map(|name| format!("--{name}")));
    words.join(" ")
}
