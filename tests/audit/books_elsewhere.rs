//! Registries that keep part of their books elsewhere, and lists of what those books name.

use ocifsck::audit::{Code, Severity, Verdict};
use ocifsck::layout::{Entry, Lockfile};
use ocifsck::oci::Digest;
use ocifsck::scan::Options;
use ocifsck::testing::{Damage, Document, RegistryBuilder};

use crate::doubt::{LOOSE, SURE, audit, has, registry, unreadable, verdict};
use crate::support::{audit_one, lines, options, push_to_database, run, with_verdict};

fn keep(digests: &[Digest]) -> Options {
    Options { keep: Some(digests.to_vec()), ..options() }
}

#[test]
fn what_the_callers_list_names_is_kept_with_all_that_it_refers_to() {
    let mut registry = registry();
    let image = Document::image().layer("of an image in a database");
    let index = Document::index().child("linux/amd64", image);
    push_to_database(&mut registry, &index);
    let kept = [index.digest(), Digest::sha256_of(LOOSE.as_bytes())];
    let report = run(audit_one(registry.store(), &keep(&kept)));
    assert_eq!(verdict(&report, LOOSE), Verdict::Kept);
    assert_eq!(verdict(&report, "of an image in a database"), Verdict::Kept);
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
    assert_eq!(with_verdict(&report, Verdict::Kept).len(), 5);
    assert!(!lines(&report).iter().any(|line| !line.starts_with("orphaned-blob")));
}

/// A client may push the same bytes as a layer (an OCI layout as an artifact) and as a manifest.
#[test]
fn a_manifest_on_the_list_is_one_even_where_it_is_linked_as_a_layer() {
    let mut registry = registry();
    let image = Document::image().layer("of an image in a database");
    let digest = registry.push_untagged("elsewhere", &image);
    let keys: Vec<_> = registry.objects().map(|(key, _)| key.to_owned()).collect();
    for key in keys.iter().filter(|key| key.contains("/elsewhere/")) {
        registry.remove(key);
    }
    registry.mount("sure", &digest);
    let report = run(audit_one(registry.store(), &keep(&[digest])));
    assert_eq!(verdict(&report, "of an image in a database"), Verdict::Kept);
}

/// Lists of a database name configs and layers too. Those that a manifest refers to are not read.
#[test]
fn what_is_known_to_be_no_manifest_is_not_read() {
    let registry = registry();
    let all: Vec<Digest> =
        run(audit_one(registry.store(), &options())).audit.blobs().map(|row| row.digest).collect();
    let report = run(audit_one(registry.store(), &keep(&all)));
    let orphans = 3;
    assert_eq!(report.requests.get, 2 + orphans);
    assert_eq!(with_verdict(&report, Verdict::Kept).len(), 3);
}

/// The list may name an index, and only the database knows in which repositories it is.
#[test]
fn a_doubt_below_what_the_callers_list_names_reaches_everything() {
    let mut registry = registry();
    let image = Document::image().layer("of an image in a database");
    let child = image.digest();
    let index = Document::index().child("linux/amd64", image);
    registry.push_untagged("elsewhere", &index);
    let keys: Vec<_> = registry.objects().map(|(key, _)| key.to_owned()).collect();
    for key in keys.iter().filter(|key| key.contains("/elsewhere/")) {
        registry.remove(key);
    }
    let store = unreadable(registry.store(), registry.data_key(&child));
    let report = run(audit_one(store, &keep(&[index.digest()])));
    assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
    registry.edit(&registry.data_key(&child), |bytes| bytes.truncate(7));
    let report = run(audit_one(registry.store(), &keep(&[index.digest()])));
    assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
}

#[test]
fn gitlab_with_its_database_withholds_orphans_until_it_gives_a_list() {
    let mut registry = registry();
    let lockfile = Entry::Lockfile(Lockfile::DatabaseInUse);
    registry.put(registry.key(&lockfile), "");
    registry.damage(Damage::LayerLost, "doubted", "1.0");
    let report = audit(&registry);
    assert_eq!(verdict(&report, LOOSE), Verdict::Undecided);
    assert!(!has(&report, Code::MissingBlob), "its links may be old");
    assert!(has(&report, Code::ForeignRegistry));
    assert_eq!(report.source.product.as_deref(), Some("gitlab"));
    let report = run(audit_one(registry.store(), &keep(&[Digest::sha256_of(SURE.as_bytes())])));
    assert_eq!(verdict(&report, SURE), Verdict::Kept);
    assert_eq!(verdict(&report, LOOSE), Verdict::Orphaned);
}

#[test]
fn harbors_own_artifacts_are_left_undecided() {
    let mut registry = registry();
    let export = registry.blob("a scan's export");
    registry.mount("sys_harb0r/scandata_export/trivy", &export);
    let report = audit(&registry);
    assert_eq!(verdict(&report, "a scan's export"), Verdict::Undecided);
    assert_eq!(verdict(&report, LOOSE), Verdict::Orphaned);
    assert_eq!(report.source.product.as_deref(), Some("harbor"));
    assert!(!has(&report, Code::EmptyRepository));
}

/// Harbor from 2.15 on keeps tags in its database.
#[test]
fn without_any_tag_nothing_is_reclaimable_for_want_of_one() {
    let mut registry = RegistryBuilder::new();
    registry.push_untagged("library/app", &Document::image().layer("app"));
    registry.blob(LOOSE);
    let report = audit(&registry);
    assert!(!has(&report, Code::UntaggedManifest));
    let note = report.audit.findings.iter().find(|finding| finding.code == Code::ForeignRegistry);
    assert_eq!(note.unwrap().severity, Severity::Warning);
    let totals = &report.audit.totals;
    assert_eq!(totals.reclaimable_by_revisions.bytes, LOOSE.len() as u64);
    assert_eq!(totals.reclaimable_by_tags, totals.reclaimable_by_revisions);
}
