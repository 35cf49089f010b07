//! What is in doubt, and how far a doubt reaches.

use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::{Category, Code, Kind, Sum, Verdict};
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::Options;
use ocifsck::store::{ErrorKind, Fault, FaultStore, MemoryStore, Operation};
use ocifsck::testing::{Damage, Document, Piece, RegistryBuilder};

use crate::support::{audit_one, now, options, run, with_verdict};

pub(crate) const DOUBTED: &str = "an orphan that a repository in doubt links";
pub(crate) const SURE: &str = "an orphan that another repository links";
pub(crate) const LOOSE: &str = "an orphan that nobody links";

/// Two repositories, an orphan that each links, and one that neither does.
pub(crate) fn registry() -> RegistryBuilder {
    let mut registry = RegistryBuilder::new();
    registry.image("doubted", "1.0", &["base", "doubted"]);
    registry.image("sure", "1.0", &["base", "sure"]);
    let (doubted, sure) = (registry.blob(DOUBTED), registry.blob(SURE));
    registry.mount("doubted", &doubted);
    registry.mount("sure", &sure);
    registry.blob(LOOSE);
    registry
}

pub(crate) fn audit(registry: &RegistryBuilder) -> Report {
    run(audit_one(registry.store(), &options()))
}

pub(crate) fn verdict(report: &Report, content: &str) -> Verdict {
    let digest = Digest::sha256_of(content.as_bytes());
    report.audit.blobs().find(|row| row.digest == digest).unwrap().verdict
}

pub(crate) fn has(report: &Report, code: Code) -> bool {
    report.audit.findings.iter().any(|finding| finding.code == code)
}

pub(crate) fn unreadable(store: MemoryStore, key: String) -> FaultStore<MemoryStore> {
    let fail = Fault::Fail(ErrorKind::Unreadable);
    FaultStore::new(store).with(Operation::Get, move |asked| asked == key, fail)
}

#[test]
fn without_doubt_they_are_orphans() {
    let report = audit(&registry());
    for content in [DOUBTED, SURE, LOOSE] {
        assert_eq!(verdict(&report, content), Verdict::Orphaned, "{content}");
    }
}

#[test]
fn what_makes_no_sense_puts_in_doubt_what_its_repository_links() {
    for damage in [
        Damage::ManifestFlipped,
        Damage::ManifestCut,
        Damage::ManifestEmptied,
        Damage::ManifestReplaced,
        Damage::ManifestLost,
        Damage::GarbageManifest,
        Damage::HugeManifest,
        Damage::TwoShapedManifest,
        Damage::WrongInlineData,
        Damage::UnknownManifest,
        Damage::TagLinkEmptied,
        Damage::TagLinkReplaced,
        Damage::DanglingTag,
    ] {
        let mut registry = registry();
        registry.damage(damage, "doubted", "1.0");
        let report = audit(&registry);
        assert_eq!(verdict(&report, DOUBTED), Verdict::Undecided, "{damage:?}");
        assert_eq!(verdict(&report, SURE), Verdict::Orphaned, "{damage:?}");
        assert_eq!(verdict(&report, LOOSE), Verdict::Orphaned, "{damage:?}");
        assert!(report.audit.is_complete(), "{damage:?}");
    }
}

#[test]
fn what_says_nothing_of_references_puts_nothing_in_doubt() {
    let doubtful = [DOUBTED, SURE, LOOSE];
    for damage in [
        Damage::LayerFlipped,
        Damage::LayerLost,
        Damage::ConfigLost,
        Damage::RevisionLinkLost,
        Damage::LayerLinkLost,
        Damage::LayerLinkEmptied,
        Damage::RevisionLinkEmptied,
        Damage::TagLinkUntidy,
        Damage::HistoryLinkEmptied,
        Damage::HollowIndex,
        Damage::SparseIndex,
        Damage::GhostTag,
        Damage::OrphanedReferrer,
    ] {
        let mut registry = registry();
        registry.damage(damage, "doubted", "1.0");
        let report = audit(&registry);
        for content in doubtful {
            assert_eq!(verdict(&report, content), Verdict::Orphaned, "{damage:?} {content}");
        }
    }
}

#[test]
fn an_unreadable_manifest_has_the_same_scope() {
    let registry = registry();
    let manifest = registry.tagged("doubted", "1.0").unwrap();
    let store = unreadable(registry.store(), registry.data_key(&manifest));
    let report = run(audit_one(store, &options()));
    assert_eq!(verdict(&report, DOUBTED), Verdict::Undecided);
    assert_eq!(verdict(&report, "doubted"), Verdict::Undecided, "its own layer");
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
    assert!(has(&report, Code::UnreadableObject));
    assert!(report.audit.is_complete());
}

/// The child is linked nowhere: its parent's repository could be asked for it.
#[test]
fn a_doubt_about_a_child_is_one_about_its_index() {
    let mut registry = registry();
    let child = Document::image().layer("of a child");
    let digest = child.digest();
    registry.push("doubted", "all", &Document::index().child("linux/amd64", child));
    registry.edit(&registry.data_key(&digest), |bytes| bytes.truncate(9));
    registry.remove(&registry.revision_key("doubted", &digest));
    let report = audit(&registry);
    assert_eq!(verdict(&report, DOUBTED), Verdict::Undecided);
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
}

/// Distribution stores data under its SHA-256, whatever a manifest calls it: without the link
/// from the one name to the other the data could be anything that the repository links.
#[test]
fn a_name_that_nobody_can_follow_puts_in_doubt_what_its_repository_links() {
    let mut registry = registry();
    let layer = Piece::layer("by another name").sha512();
    registry.push("doubted", "2.0", &Document::image().layer(layer.clone()));
    registry.remove(&registry.layer_key("doubted", &layer.digest()));
    let report = audit(&registry);
    assert_eq!(verdict(&report, "by another name"), Verdict::Undecided);
    assert_eq!(verdict(&report, DOUBTED), Verdict::Undecided);
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
    assert!(has(&report, Code::MissingBlob));
}

/// And where the link says another blob: that one is of another length than the manifest says.
#[test]
fn a_name_that_leads_to_another_blob_puts_the_right_one_in_doubt() {
    let mut registry = registry();
    let layer = Piece::layer("by another name").sha512();
    registry.push("doubted", "2.0", &Document::image().layer(layer.clone()));
    let other = registry.blob("another blob");
    registry.put(registry.layer_key("doubted", &layer.digest()), other.to_string());
    let report = audit(&registry);
    assert_eq!(verdict(&report, "by another name"), Verdict::Undecided);
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
}

#[test]
fn data_that_is_gone_is_missed_where_it_lay() {
    let mut registry = registry();
    let layer = Piece::layer("by another name").sha512();
    registry.push("doubted", "2.0", &Document::image().layer(layer.clone()));
    let key = registry.data_key(&Digest::sha256_of(b"by another name"));
    registry.remove(&key);
    let report = audit(&registry);
    let missing: Vec<_> = report
        .audit
        .findings
        .iter()
        .filter(|one| one.code.category() == Category::Missing)
        .collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].key.as_ref(), Some(&key));
    assert_eq!(missing[0].digest, Some(layer.digest()));
    assert!(!has(&report, Code::DanglingLink));
}

/// As in a copy of part of a registry. One repository, be it empty, shows that there are books.
#[test]
fn without_any_repository_nothing_is_orphaned() {
    let mut registry = RegistryBuilder::new();
    let digest = registry.blob(SURE);
    let report = audit(&registry);
    assert_eq!(verdict(&report, SURE), Verdict::Undecided);
    assert!(has(&report, Code::ForeignRegistry));
    let keep = Options { keep: Some(Vec::new()), ..options() };
    let report = run(audit_one(registry.store(), &keep));
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
    registry.mount("sure", &digest);
    assert_eq!(verdict(&audit(&registry), SURE), Verdict::Orphaned);
}

#[test]
fn a_failed_read_puts_everything_in_doubt() {
    let registry = registry();
    let manifest = registry.tagged("doubted", "1.0").unwrap();
    let keys = [registry.data_key(&manifest), registry.tag_key("sure", "1.0")];
    for failed in keys {
        let fail = Fault::Fail(ErrorKind::Denied);
        // Without entity tags each tag is read.
        let store = MemoryStore::new();
        registry.fill(|key, bytes, written| {
            store.put_with(key, bytes.to_vec(), |object| {
                object.last_modified = written;
                object.etag = None;
            });
        });
        let store = FaultStore::new(store).with(Operation::Get, move |key| key == failed, fail);
        let report = run(audit_one(store, &options()));
        assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
        for content in [DOUBTED, SURE, LOOSE] {
            assert_eq!(verdict(&report, content), Verdict::Undecided, "{content}");
        }
        assert!(!report.audit.is_complete());
        assert_eq!(report.audit.totals.reclaimable_by_tags.count, 0);
    }
}

#[test]
fn only_what_is_known_to_be_old_is_orphaned() {
    let hour = SignedDuration::from_hours(1);
    let day = Options { min_age: SignedDuration::from_hours(24), ..options() };
    for (written, expected) in [
        (Some(now() - hour * 24), Verdict::Orphaned),
        (Some(now() - hour * 23), Verdict::Recent),
        (Some(now() + hour), Verdict::Recent),
        (None, Verdict::Recent),
    ] {
        let mut registry = registry();
        registry.set_time(written);
        registry.blob("of some age");
        let report = run(audit_one(registry.store(), &day));
        assert_eq!(verdict(&report, "of some age"), expected, "{written:?}");
    }
}

/// A push of several platforms links its children first and its tag last; its layers may be old.
#[test]
fn what_a_young_revision_reaches_is_not_reclaimable_for_want_of_a_tag() {
    let day = Options { min_age: SignedDuration::from_hours(24), ..options() };
    let mut registry = RegistryBuilder::new();
    registry.image("app", "1.0", &["base"]);
    let old = registry.push_untagged("app", &Document::image().layer("untagged for long"));
    registry.set_time(Some(now()));
    let mounted = Document::image().layer("untagged for long").layer("new");
    registry.push_untagged("app", &mounted);
    registry.set_time(Some(Timestamp::UNIX_EPOCH));
    let report = run(audit_one(registry.store(), &day));
    assert_eq!(verdict(&report, "untagged for long"), Verdict::Untagged);
    let of = |kind| {
        let mut rows = report.audit.blobs().filter(|row| row.verdict == Verdict::Untagged);
        rows.find(|row| row.kind == kind && row.last_modified == Some(Timestamp::UNIX_EPOCH))
            .unwrap()
    };
    assert_eq!(of(Kind::Manifest).digest, old);
    let bytes = of(Kind::Manifest).size + of(Kind::Config).size;
    let reclaimable = report.audit.totals.reclaimable_by_tags;
    assert_eq!(reclaimable, Sum { count: 2, bytes }, "not the layer that both have");
}
