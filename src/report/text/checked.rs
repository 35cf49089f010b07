//! What was looked at, at what cost, and what that proves.

use super::coverage;
use super::fit::{self, WIDTH};
use super::palette::{Palette, paint};
use super::units::{count, counted, iec, span, sum};
use crate::audit::{Sum, Totals, Unpacking};
use crate::report::{Report, Source};

/// How wide the labels are.
const LABEL: usize = 13;

/// How many prefixes outside the registry are named.
const MOST_PREFIXES: usize = 2;

/// A label and its text, on two lines at most.
pub(super) fn labelled(palette: &Palette, label: &str, text: &str) -> Vec<String> {
    fit::wrap(text, WIDTH - LABEL, 2)
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let label = if index == 0 { label } else { "" };
            let label = paint(palette.heading, &format!("{label:LABEL$}"));
            format!("{label}{line}")
        })
        .collect()
}

pub(super) fn lines(report: &Report, palette: &Palette) -> Vec<String> {
    let mut lines = head(report, palette);
    let mut add = |label, text: &str| lines.extend(labelled(palette, label, text));
    add("Proved", &proved(report));
    if let Some(unpacking) = &report.audit.unpacking {
        add("Unpacked", &unpacked(unpacking));
    }
    if report.audit.totals.outside.count > 0 {
        add("Outside", &outside(report));
    }
    lines.extend(coverage::lines(report, palette));
    lines
}

/// What was looked at.
pub(super) fn head(report: &Report, palette: &Palette) -> Vec<String> {
    let mut lines = vec![paint(palette.heading, &title(&report.source))];
    let mut add = |label, text: &str| lines.extend(labelled(palette, label, text));
    add("As of", &as_of(report));
    add("Listed", &listed(&report.audit.totals));
    add("Registry", &registry(&report.audit.totals));
    lines
}

fn title(source: &Source) -> String {
    let mut facts = vec![fit::name(&source.layout, 16)];
    let product = source.product.as_deref();
    facts.extend(product.map(|product| fit::name(product, 12)));
    if !source.uri.ends_with(&source.root) {
        facts.push(format!("root {}", fit::name(&source.root, 24)));
    }
    let facts = format!(" ({})", facts.join(", "));
    fit::name(&source.uri, WIDTH - fit::width(&facts)) + &facts
}

fn as_of(report: &Report) -> String {
    let taken = report.finished_at.duration_since(report.started_at);
    let requests = &report.requests;
    let made = requests.list.saturating_add(requests.get).saturating_add(requests.head);
    format!(
        "{:.0}; {}, {}, {} read",
        report.as_of,
        span(taken.as_secs()),
        counted(made, "request"),
        iec(requests.bytes_read),
    )
}

fn listed(totals: &Totals) -> String {
    let others = [totals.uploads, totals.strays, totals.auxiliary, totals.outside];
    let others = others.iter().map(|sum| sum.count).sum();
    let mut parts = vec![counted(totals.blobs.count, "blob"), counted(totals.links.count, "link")];
    if others > 0 {
        parts.push(counted(others, "other"));
    }
    format!("{}: {}", sum(totals.objects, "object"), parts.join(", "))
}

fn registry(totals: &Totals) -> String {
    format!(
        "{}, {}, {} read",
        counted(totals.repositories, "repository"),
        counted(totals.tags, "tag"),
        counted(totals.manifests, "manifest"),
    )
}

/// What an entity tag proves are links, whose bytes do not count.
fn proved(report: &Report) -> String {
    let proofs = &report.audit.verification;
    let sized = |sum: Sum, how: &str| format!("{} {how} ({})", count(sum.count), iec(sum.bytes));
    let mut parts = vec![
        (proofs.bytes, sized(proofs.bytes, "read")),
        (proofs.checksum, sized(proofs.checksum, "by checksum")),
        (proofs.etag, format!("{} by ETag", count(proofs.etag.count))),
        (proofs.listing, sized(proofs.listing, "by size only")),
    ];
    parts.retain(|(sum, _)| sum.count > 0);
    let mut parts: Vec<_> = parts.into_iter().map(|(_, text)| text).collect();
    if parts.is_empty() {
        parts.push("nothing".to_owned());
    }
    parts.join(", ")
}

pub(super) fn unpacked(unpacking: &Unpacking) -> String {
    let Unpacking { layers, archive_bytes, failed, encrypted, artifacts } = *unpacking;
    let (stored, unpacked) = (iec(layers.bytes), iec(archive_bytes));
    let mut parts =
        vec![format!("{} ({stored}, {unpacked} unpacked)", counted(layers.count, "layer"))];
    for (sum, why) in [(failed, "failed"), (encrypted, "encrypted"), (artifacts, "of artifacts")] {
        parts.extend((sum.count > 0).then(|| format!("{} {why}", count(sum.count))));
    }
    parts.join(", ")
}

/// The largest prefixes first.
fn outside(report: &Report) -> String {
    let mut prefixes: Vec<_> = report.outside.iter().collect();
    prefixes.sort_by(|(a, left), (b, right)| right.bytes.cmp(&left.bytes).then_with(|| a.cmp(b)));
    let mut parts = prefixes
        .iter()
        .take(MOST_PREFIXES)
        .map(|(prefix, sum)| match prefix.as_str() {
            "" => format!("(no prefix) {}", iec(sum.bytes)),
            prefix => format!("{} {}", fit::name(prefix, 24), iec(sum.bytes)),
        })
        .collect::<Vec<_>>();
    let others = prefixes.len().saturating_sub(MOST_PREFIXES) as u64;
    if others > 0 {
        parts.push(format!("{} more", count(others)));
    }
    let whole = report.audit.totals.outside;
    let whole = format!("{}, {}", counted(whole.count, "object"), iec(whole.bytes));
    if parts.is_empty() { whole } else { format!("{whole}: {}", parts.join(", ")) }
}
