//! What is in doubt, and how far a doubt reaches.

use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::{Category, Code, Kind, Severity, Sum, Verdict};
use ocifsck::layout::{Entry, Lockfile};
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::Options;
use ocifsck::store::{ErrorKind, Fault, FaultStore, MemoryStore, Operation};
use ocifsck::testing::{Damage, Document, Piece, RegistryBuilder};

use crate::support::{audit_one, lines, now, options, run, with_verdict};

const DOUBTED: &str = "an orphan that a repository in doubt links";
const SURE: &str = "an orphan that another repository links";
const LOOSE: &str = "an orphan that nobody links";

/// Two repositories, an orphan that each links, and one that neither does.
fn registry() -> RegistryBuilder {
    let mut registry = RegistryBuilder::new();
    registry.image("doubted", "1.0", &["base", "doubted"]);
    registry.image("sure", "1.0", &["base", "sure"]);
    let (doubted, sure) = (registry.blob(DOUBTED), registry.blob(SURE));
    registry.mount("doubted", &doubted);
    registry.mount("sure", &sure);
    registry.blob(LOOSE);
    registry
}

fn audit(registry: &RegistryBuilder) -> Report {
    run(audit_one(registry.store(), &options()))
}

fn verdict(report: &Report, content: &str) -> Verdict {
    let digest = Digest::sha256_of(content.as_bytes());
    report.audit.blobs().find(|row| row.digest == digest).unwrap().verdict
}

fn has(report: &Report, code: Code) -> bool {
    report.audit.findings.iter().any(|finding| finding.code == code)
}

fn keep(digests: &[Digest]) -> Options {
    Options { keep: Some(digests.to_vec()), ..options() }
}

fn unreadable(store: MemoryStore, key: String) -> FaultStore<MemoryStore> {
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
fn what_the_callers_list_names_is_kept_with_all_that_it_refers_to() {
    let mut registry = registry();
    let image = Document::image().layer("of an image in a database");
    let index = Document::index().child("linux/amd64", image);
    registry.push_untagged("elsewhere", &index);
    let keys: Vec<_> = registry.objects().map(|(key, _)| key.to_owned()).collect();
    for key in keys.iter().filter(|key| key.contains("/elsewhere/")) {
        registry.remove(key);
    }
    let kept = [index.digest(), Digest::sha256_of(LOOSE.as_bytes())];
    let report = run(audit_one(registry.store(), &keep(&kept)));
    assert_eq!(verdict(&report, LOOSE), Verdict::Kept);
    assert_eq!(verdict(&report, "of an image in a database"), Verdict::Kept);
    assert_eq!(verdict(&report, SURE), Verdict::Orphaned);
    assert_eq!(with_verdict(&report, Verdict::Kept).len(), 5);
    assert!(!lines(&report).iter().any(|line| !line.starts_with("orphaned-blob")));
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
