//! What it is, why it is as it is, where it lies, what is wrong with it.

use anstyle::Style;

use super::super::facts::{DigestFacts, KeyFacts, ObjectFacts, Status, Stored, TagFacts};
use super::super::words::{moment, name, span};
use super::{Explanation, LABEL, labelled, paragraph};
use crate::audit::{Kind, Proof, Pullable, Severity, Verdict};
use crate::report::Palette;
use crate::report::escape::Escaped;
use crate::report::text::fit::{self, WIDTH};
use crate::report::text::palette::paint;
use crate::report::text::place;
use crate::report::text::units::{count, counted, iec};

/// How many keys are told.
const MOST_KEYS: usize = 12;

/// The facts, each under its label.
pub(super) fn head(explanation: &Explanation, palette: &Palette) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(key) = &explanation.key {
        if key.key != explanation.reference {
            let label = paint(palette.heading, &format!("{:LABEL$}", "Key"));
            lines.push(format!("{label}{}", Escaped::text(&key.key)));
        }
        let mut add = |label: &str, text: &str| {
            lines.extend(labelled(palette.heading, label, text));
        };
        key_lines(key, explanation, &mut add);
    }
    if let Some(tag) = &explanation.tag {
        lines.extend(labelled(palette.heading, "Tag", &tag_text(tag)));
        let style = pullable_style(tag.pullable, palette);
        lines.extend(labelled(style, "Pullable", &pullable(tag)));
    }
    if let Some(digest) = &explanation.digest {
        lines.extend(digest_lines(digest, explanation, palette));
    }
    for note in &explanation.notes {
        lines.extend(labelled(palette.warning, "Note", note));
    }
    lines
}

fn digest_lines(digest: &DigestFacts, explanation: &Explanation, palette: &Palette) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |style, label: &str, text: &str| lines.extend(labelled(style, label, text));
    let name = digest.digest.to_string();
    if explanation.reference != name {
        add(palette.heading, "Digest", &name);
    }
    add(palette.heading, "Is", &what(digest));
    if let Some(subject) = &digest.subject {
        add(palette.heading, "About", &subject.to_string());
    }
    let verdict = format!("{}: {}", digest.status.as_str(), digest.why);
    add(status_style(digest.status, palette), "Verdict", &verdict);
    if let Some(stored) = &digest.stored {
        add(palette.heading, "Stored", &stored_text(stored, explanation));
    }
    lines
}

fn key_lines(key: &KeyFacts, explanation: &Explanation, add: &mut dyn FnMut(&str, &str)) {
    add("Means", &format!("{}: {}", key.kind, key.meaning));
    match (&key.says, &key.proof) {
        (Some(says), proof) => {
            add("Says", &says.to_string());
            add("", proof.as_deref().unwrap_or_default());
        }
        (None, Some(proof)) => add("Says", proof),
        (None, None) => {}
    }
    let object = match (&key.object, &key.failure) {
        (Some(object), _) => object_text(object, explanation),
        (None, Some(failure)) => format!("it could not be looked at: {failure}"),
        (None, None) => "there is no such object now".to_owned(),
    };
    add("Object", &object);
}

fn object_text(object: &ObjectFacts, explanation: &Explanation) -> String {
    let mut parts = vec![iec(object.size_bytes)];
    let written = object.last_modified.map(|then| moment(then, explanation.as_of));
    parts.extend(written.map(|written| format!("written {written}")));
    parts.extend(object.storage_class.as_deref().map(name));
    parts.extend(object.etag.as_deref().map(|etag| format!("ETag {}", name(etag))));
    parts.join(", ")
}

fn tag_text(tag: &TagFacts) -> String {
    let written = tag.last_modified.map(|then| format!(", written {then:.0}")).unwrap_or_default();
    let before = match tag.history.len() as u64 {
        0 => String::new(),
        number => format!("; it named {} before that", counted(number, "other digest")),
    };
    format!("{}{written}{before}", tag.meaning)
}

fn pullable(tag: &TagFacts) -> String {
    let frees = match tag.exclusive_bytes {
        0 => "nothing".to_owned(),
        bytes => iec(bytes),
    };
    let (answer, size) = (tag.pullable.as_str(), iec(tag.size_bytes));
    format!("{answer}; {size} stored, of which its deletion would free {frees}")
}

const fn pullable_style(pullable: Pullable, palette: &Palette) -> Style {
    match pullable {
        Pullable::Yes => palette.good,
        Pullable::Partial | Pullable::Unknown => palette.warning,
        Pullable::No => palette.error,
    }
}

fn what(digest: &DigestFacts) -> String {
    let kind = match digest.kind {
        Kind::Other => "nothing that could be read says what",
        kind => kind.as_str(),
    };
    let media_type = digest.media_type.as_deref().map(name);
    let artifact_type = digest.artifact_type.as_deref();
    let artifact_type = artifact_type.map(|of| format!("an artifact of type {}", name(of)));
    let parts = [Some(kind.to_owned()), media_type, artifact_type];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

const fn status_style(status: Status, palette: &Palette) -> Style {
    match status {
        Status::Stored(Verdict::Tagged) => palette.good,
        Status::Missing => palette.error,
        Status::Stored(Verdict::Undecided | Verdict::Orphaned) | Status::Unknown => palette.warning,
        _ => palette.heading,
    }
}

fn stored_text(stored: &Stored, explanation: &Explanation) -> String {
    let mut parts = vec![match stored.size_bytes {
        bytes @ ..1024 => iec(bytes),
        bytes => format!("{} ({} bytes)", iec(bytes), count(bytes)),
    }];
    parts.push(match (stored.last_modified, stored.age_seconds) {
        (Some(then), Some(age)) if age >= 0 => {
            format!("written {then:.0} ({} ago)", span(jiff::SignedDuration::from_secs(age)))
        }
        (Some(then), _) => format!("written {}", moment(then, explanation.as_of)),
        (None, _) => "written at no known time".to_owned(),
    });
    parts.extend(stored.storage_class.as_deref().map(name));
    parts.push(
        match stored.verified {
            Proof::None => "its bytes not proved",
            Proof::Listing => "proved by its size only",
            Proof::Etag => "proved by its ETag",
            Proof::Checksum => "proved by the server's checksum",
            Proof::Bytes => "its bytes read and proved",
        }
        .to_owned(),
    );
    parts.join(", ")
}

/// Keys are told whole, whatever their length: half a key is of no use.
pub(super) fn keys(digest: &DigestFacts, palette: &Palette) -> Vec<String> {
    if digest.keys.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![paint(palette.heading, "Where")];
    for place in digest.keys.iter().take(MOST_KEYS) {
        lines.push(format!("  {:15} {}", place.kind, Escaped::text(&place.key)));
    }
    let others = digest.keys.len().saturating_sub(MOST_KEYS) as u64 + digest.more_keys;
    if others > 0 {
        lines.push(paint(palette.quiet, &format!("  … and {}", counted(others, "more link"))));
    }
    lines
}

pub(super) fn findings(explanation: &Explanation, palette: &Palette) -> Vec<String> {
    if explanation.findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![paint(palette.heading, "Findings")];
    for finding in &explanation.findings {
        let style = match finding.severity {
            Severity::Error => palette.error,
            Severity::Warning => palette.warning,
            Severity::Info => palette.heading,
        };
        let what = format!("{} {}", finding.severity.as_str(), finding.code);
        let room = WIDTH - 3 - what.len();
        let place = place::of(finding).map(|place| fit::name(&place, room)).unwrap_or_default();
        lines.push(format!("  {} {place}", paint(style, &what)));
        let message = Escaped::text(&finding.message).to_string();
        lines.extend(paragraph(&message, WIDTH - 4).into_iter().map(|line| format!("    {line}")));
    }
    if explanation.more_findings > 0 {
        let others = counted(explanation.more_findings, "more finding");
        lines.push(paint(palette.quiet, &format!("  … and {others}")));
    }
    lines
}
