//! Every report of one registry with a bit of everything.

use std::path::Path;

use ocifsck::report::{Palette, Report, Text, csv, json};
use ocifsck::testing::{Damage, Document};

use crate::scenario::Scenario;

/// A registry below a prefix, sound in part, and struck in many ways.
fn mixed() -> Report {
    let scenario = Scenario::new("", |registry| {
        *registry = std::mem::take(registry).root("zarf-registry/");
        for (name, damage) in [
            ("broken/bytes", Damage::LayerFlipped),
            ("broken/config", Damage::ConfigLost),
            ("broken/layer", Damage::LayerLost),
            ("broken/link", Damage::LayerLinkLost),
            ("broken/manifest", Damage::ManifestLost),
            ("broken/tag", Damage::TagLinkEmptied),
            ("odd/index", Damage::SparseIndex),
            ("odd/manifest", Damage::UnknownManifest),
            ("old/orphan", Damage::Orphan),
            ("old/upload", Damage::StaleUpload),
        ] {
            registry.image(name, "1.0", &["base", name]);
            registry.damage(damage, name, "1.0");
        }
        let amd64 = Document::image().layer("base").layer("amd64");
        let arm64 = Document::image().layer("base").layer("arm64");
        let index = Document::index().child("linux/amd64", amd64).child("linux/arm64", arm64);
        let digest = registry.push("team/app", "1.0", &index);
        registry.cosign("team/app", &digest, "a signature");
        registry.image("team/app", "nightly", &["base", "yesterday"]);
        registry.image("team/app", "nightly", &["base", "today"]);
        registry.image("=team/\u{1b}[2J", "-1.0", &["base"]);
        registry.put("backups/2026.tar", "a backup");
    });
    scenario.verify_all().audit().unwrap().remove(0)
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

fn shows(name: &str, report: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("snapshots/reports"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, report));
}

#[test]
fn text() {
    let text =
        Text { palette: Palette::PLAIN, is_of_bytes: false, files: Some(Path::new("report")) };
    shows("text", &written(|out| text.write(&mixed(), out).unwrap()));
}

#[test]
fn report_json() {
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let report = written(|out| json::write(&mixed(), out).unwrap());
    assert!(report.contains(&version));
    shows("report.json", &report.replace(&version, "\"version\": \"VERSION\""));
}

#[test]
fn findings_csv() {
    shows("findings.csv", &written(|out| csv::findings(&mixed().audit.findings, out).unwrap()));
}

#[test]
fn blobs_csv() {
    shows("blobs.csv", &written(|out| csv::blobs(mixed().audit.blobs(), out).unwrap()));
}

#[test]
fn repositories_csv() {
    let rows = mixed().audit.repositories;
    shows("repositories.csv", &written(|out| csv::repositories(&rows, out).unwrap()));
}

#[test]
fn tags_csv() {
    shows("tags.csv", &written(|out| csv::tags(&mixed().audit.tags, out).unwrap()));
}
