//! Registries that are written to while they are audited.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use ocifsck::audit::{Category, Code, Pullable, Roots, Verdict};
use ocifsck::oci::Digest;
use ocifsck::scan::Options;
use ocifsck::testing::{Document, Piece, RegistryBuilder};
use proptest::prelude::*;

use crate::laws::cases;
use crate::shapes::{Plan, plan};
use crate::stores::{Busy, Change};
use crate::support::{audit_one, lines, now, options, run, try_audit, with_verdict};

fn with_grace() -> Options {
    Options { min_age: SignedDuration::from_hours(24), ..options() }
}

/// A push in the order in which a client and a registry write: each image's blobs and links, its
/// manifest, its tag. As a builder writes them.
fn pushed(before: &RegistryBuilder, after: &RegistryBuilder) -> Vec<Change> {
    let old: BTreeMap<_, _> = before.objects().collect();
    let mut news: Vec<_> =
        after.objects().filter(|(key, bytes)| old.get(key) != Some(bytes)).collect();
    news.sort_by_key(|(key, _)| rank(key));
    news.into_iter().map(|(key, bytes)| Change::Put(key.to_owned(), bytes.to_vec())).collect()
}

/// Data before links, links before tags.
fn rank(key: &str) -> u8 {
    let order = ["/v2/blobs/", "/_layers/", "/_manifests/revisions/", "/index/", "/current/"];
    let place = order.iter().position(|part| key.contains(part));
    u8::try_from(place.unwrap_or(0)).unwrap()
}

/// What an operator and the registry's garbage collection delete, in their order.
fn deleted(registry: &RegistryBuilder, repository: &str, own: &[Digest]) -> Vec<Change> {
    let folder = format!("/repositories/{repository}/_");
    let links = registry.objects().map(|(key, _)| key).filter(|key| key.contains(&folder));
    let mut keys: Vec<_> = links.map(str::to_owned).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(rank(key)));
    keys.extend(own.iter().map(|digest| registry.data_key(digest)));
    keys.into_iter().map(Change::Remove).collect()
}

fn and(plan: &Plan, more: &Plan) -> (RegistryBuilder, RegistryBuilder) {
    let before = plan.build();
    let mut after = before.clone();
    more.push_to(&mut after);
    (before, after)
}

fn pace() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![4 => Just(0_u8), 1 => 1..9_u8], 1..12)
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_push_meanwhile_raises_no_alarm(
        plan in plan(),
        more in plan(),
        pace in pace(),
        page_size in 1..12_usize,
    ) {
        let (before, after) = and(&plan, &more);
        let store = Busy::new(
            before.store().with_page_size(page_size), pushed(&before, &after), &pace,
        );
        let finished = Busy::new(before.store(), pushed(&before, &after), &[u8::MAX]);
        let was = run(audit_one(before.store(), &with_grace()));
        let is = run(audit_one(finished, &with_grace()));
        let report = run(audit_one(store, &with_grace()));
        let known = [lines(&was), lines(&is)].concat();
        let alarms: Vec<_> =
            lines(&report).into_iter().filter(|line| !known.contains(line)).collect();
        prop_assert!(alarms.is_empty(), "{alarms:#?}");
        prop_assert!(report.audit.is_complete(), "{:?}", report.audit.incomplete_because);
        prop_assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
        prop_assert_eq!(with_verdict(&report, Verdict::Undecided), [""; 0]);
    }

    #[test]
    fn a_deletion_meanwhile_leaves_nothing_missing(
        plan in plan(),
        pace in pace(),
        page_size in 1..12_usize,
    ) {
        let mut registry = plan.build();
        registry.image("stays", "1.0", &["stays"]);
        let own = [plan.struck().digest(), Digest::sha256_of(b"of its own"), Digest::sha256_of(b"of its own, below")];
        prop_assert_eq!(registry.tagged("struck", "1.0"), Some(plan.struck().digest()));
        let store = Busy::new(
            registry.store().with_page_size(page_size), deleted(&registry, "struck", &own), &pace,
        );
        let was = run(audit_one(registry.store(), &with_grace()));
        let report = run(audit_one(store, &with_grace()));
        let known = lines(&was);
        let alarms: Vec<_> = report.audit.findings.iter()
            .filter(|finding| matches!(finding.category(), Category::Missing | Category::Corrupt))
            .map(crate::support::line)
            .filter(|line| !known.contains(line))
            .collect();
        prop_assert!(alarms.is_empty(), "{alarms:#?}");
        prop_assert!(report.audit.is_complete());
    }
}

/// A change before each of the first so many answers, and then all of the others at once.
fn at_once_after(answers: usize) -> Vec<u8> {
    let mut pace = vec![0; answers];
    pace.push(u8::MAX);
    pace.extend([0; 1000]);
    pace
}

/// An orphan that a push names again before any repository was listed.
#[test]
fn an_old_orphan_that_comes_to_life_is_none() {
    let mut before = RegistryBuilder::new();
    before.image("app", "1.0", &["base"]);
    before.blob("an old layer");
    let mut after = before.clone();
    after.image("app", "2.0", &["an old layer"]);
    let busy =
        || Busy::new(before.store().with_page_size(2), pushed(&before, &after), &at_once_after(1));
    for store in [busy(), busy().that_walks_ahead()] {
        let report = run(audit_one(store, &with_grace()));
        assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
        assert_eq!(lines(&report), [""; 0]);
    }
}

/// The blobs were listed, and of what needs them nothing: that is no listing.
#[test]
fn a_server_that_lists_nothing_where_it_listed_more_is_not_believed() {
    let mut registry = RegistryBuilder::new();
    registry.image("app", "1.0", &["base"]);
    let store = Busy::new(registry.store().with_page_size(2), [], &[0]).that_forgets();
    let error = run(try_audit(Arc::new(store), &options())).unwrap_err().to_string();
    assert!(error.contains("lists nothing after"), "{error}");
}

/// After each answer in turn: whatever has been listed or read by then, no pull is called broken
/// that works, and all that came late is taken in.
#[test]
fn an_index_that_is_pushed_at_any_moment_is_whole_or_not_seen() {
    let mut before = RegistryBuilder::new();
    before.image("app", "1.0", &["base"]);
    before.image("z", "1.0", &["base"]);
    let mut after = before.clone();
    let child = |layer: &str| Document::image().layer("base").layer(layer);
    let inner = Document::index().child("linux/arm64", child("arm64"));
    let index = Document::index().child("linux/amd64", child("amd64")).child("linux/arm64", inner);
    after.push("app", "all", &index);
    for answers in 0..60 {
        let store = before.store().with_page_size(1);
        let store = Busy::new(store, pushed(&before, &after), &at_once_after(answers));
        let report = run(audit_one(store, &with_grace()));
        assert_eq!(lines(&report), [""; 0], "after {answers} answers");
        assert!(report.audit.is_complete());
        let all = report.audit.tags.iter().find(|row| row.tag == "all");
        if let Some(row) = all {
            assert_eq!(row.pullable, Pullable::Yes, "after {answers} answers");
            assert!(row.size > 0);
        }
    }
}

/// The data lies under another digest than the manifest names, and only the link tells.
#[test]
fn an_image_named_by_sha512_is_pushed_at_any_moment() {
    let mut before = RegistryBuilder::new();
    before.image("app", "1.0", &["base"]);
    let mut after = before.clone();
    let image = Document::image().layer(Piece::layer("by another name").sha512());
    after.push("app", "2.0", &image);
    for answers in 0..40 {
        let store = before.store().with_page_size(1);
        let store = Busy::new(store, pushed(&before, &after), &at_once_after(answers));
        let report = run(audit_one(store, &with_grace()));
        assert_eq!(lines(&report), [""; 0], "after {answers} answers");
        let broken = report.audit.tags.iter().find(|row| row.pullable != Pullable::Yes);
        assert!(broken.is_none(), "after {answers} answers: {broken:?}");
    }
}

/// The tag moves between its listing and the reading of its link, and back is no way.
#[test]
fn a_tag_that_moves_at_any_moment_names_the_one_or_the_other() {
    let mut before = RegistryBuilder::new();
    let old = before.image("app", "latest", &["base", "old"]);
    let mut after = before.clone();
    let new = after.image("app", "latest", &["base", "new"]);
    for answers in 0..40 {
        let store = before.store().with_page_size(1);
        let store = Busy::new(store, pushed(&before, &after), &at_once_after(answers));
        let report = run(audit_one(store, &with_grace()));
        let told: Vec<_> = lines(&report);
        let known = ["untagged-manifest", "stale-tag-history"];
        assert!(
            told.iter().all(|line| known.iter().any(|code| line.starts_with(code))),
            "{told:?}"
        );
        let new_is_old = report.audit.findings.iter().any(|finding| {
            finding.code.category() == Category::Garbage && finding.digest.as_ref() == Some(&new)
        });
        assert!(!new_is_old, "after {answers} answers: {told:?}");
        let row = &report.audit.tags[0];
        assert!([&old, &new].contains(&row.digest.as_ref().unwrap()));
        assert_eq!(row.pullable, Pullable::Yes, "after {answers} answers");
    }
}

/// A manifest that a collection deletes after it was listed, and somebody pushes again before it
/// is looked at a second time.
#[test]
fn a_manifest_that_comes_back_is_read_after_all() {
    let mut registry = RegistryBuilder::new();
    let digest = registry.image("app", "1.0", &["base"]);
    let key = registry.data_key(&digest);
    let bytes = registry.get(&key).unwrap().to_vec();
    registry.image("app", "2.0", &["other"]);
    for answers in 0..40 {
        let pace: Vec<u8> =
            (0..1000).map(|answer| u8::from(answer == answers || answer == answers + 1)).collect();
        let changes = [Change::Remove(key.clone()), Change::Put(key.clone(), bytes.clone())];
        let store = Busy::new(registry.store(), changes, &pace);
        let report = run(audit_one(store, &options()));
        assert_eq!(lines(&report), [""; 0], "after {answers} answers");
        assert!(report.audit.tags.iter().all(|row| row.pullable == Pullable::Yes), "{answers}");
        assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
        assert_eq!(with_verdict(&report, Verdict::Undecided), [""; 0]);
        assert!(!report.audit.findings.iter().any(|finding| finding.code == Code::MissingManifest));
    }
}

/// What links an image in one repository, and then in another instead: its blobs stay as they are.
fn promoted(from: &str, to: &str) -> (RegistryBuilder, Vec<Change>) {
    let mut before = RegistryBuilder::new();
    before.image(from, "1.0", &["promoted"]);
    before.image("zz", "1.0", &["another"]);
    let mut after = before.clone();
    let image = after.image(to, "1.0", &["promoted"]);
    // The layers were mounted there long ago, as they are where the last release came from.
    let layers = after.objects().map(|(key, _)| key.to_owned());
    let layers: Vec<_> = layers.filter(|key| key.contains(&format!("/{to}/_layers/"))).collect();
    for key in layers {
        before.put(key.clone(), after.get(&key).unwrap().to_vec());
    }
    let mut changes = pushed(&before, &after);
    changes.push(Change::Remove(before.tag_key(from, "1.0")));
    changes.push(Change::Remove(before.history_key(from, "1.0", &image)));
    changes.push(Change::Remove(before.revision_key(from, &image)));
    (before, changes)
}

/// The moments at which an image that is never unreachable is called orphaned.
fn lost(options: &Options, from: &str, to: &str) -> Vec<usize> {
    let is_lost = |answers: &usize| {
        let (before, changes) = promoted(from, to);
        let store = Busy::new(before.store().with_page_size(1), changes, &at_once_after(*answers));
        let report = run(audit_one(store, options));
        assert!(report.audit.is_complete(), "after {answers} answers");
        !with_verdict(&report, Verdict::Orphaned).is_empty()
    };
    (0..60).filter(is_lost).collect()
}

/// One listing passes the one place before the image is there, and the other after it has gone.
#[test]
fn an_image_that_is_promoted_meanwhile_is_seen_by_two_listings() {
    let twice = Options { list_twice: true, ..with_grace() };
    assert_ne!(lost(&with_grace(), "staging", "prod"), [0; 0], "one listing sees it after all");
    assert_eq!(lost(&twice, "staging", "prod"), [0; 0]);
    assert_eq!(lost(&twice, "a", "b"), [0; 0]);
}

/// The tag has moved to an image that had none, where the first listing had passed already.
#[test]
fn a_revision_that_is_tagged_meanwhile_is_not_reclaimable() {
    let mut before = RegistryBuilder::new();
    let image = before.image("a", "1.0", &["an image"]);
    let [tag, history] = [before.tag_key("a", "1.0"), before.history_key("a", "1.0", &image)];
    let changes = [&history, &tag].map(|key| {
        let bytes = before.remove(key).unwrap();
        Change::Put(key.clone(), bytes)
    });
    before.image("zz", "1.0", &["another"]);
    let reclaimable = |options: &Options, answers| {
        let store = before.store().with_page_size(1);
        let store = Busy::new(store, changes.clone(), &at_once_after(answers));
        let report = run(audit_one(store, options));
        let is_told = lines(&report).iter().any(|line| line.starts_with("untagged-manifest"));
        assert_eq!(report.audit.totals.reclaimable_by_tags.count > 0, is_told);
        is_told
    };
    let twice = Options { list_twice: true, ..with_grace() };
    // Once both listings have passed, nothing can show it.
    let last = (0..40).filter(|&answers| !reclaimable(&twice, answers)).count();
    assert!(last > (0..40).filter(|&answers| !reclaimable(&with_grace(), answers)).count());
    assert!((0..last).all(|answers| !reclaimable(&twice, answers)));
}

/// A push on its way: the manifest is stored and not linked yet, and its layer is an old orphan
/// that the repository linked long ago, so that no other trace of the push is there.
#[test]
fn a_manifest_on_its_way_protects_the_old_layers_that_it_names() {
    let mut registry = RegistryBuilder::new();
    registry.image("app", "1.0", &["base"]);
    let old = registry.blob("an old layer");
    registry.mount("app", &old);
    let other = registry.blob("another old layer");
    let image = Document::image().layer(Piece::layer("an old layer"));
    let mut after = registry.clone();
    let digest = after.push("app", "2.0", &image);
    let store = registry.store();
    let key = after.data_key(&digest);
    let bytes = after.get(&key).unwrap().to_vec();
    store.put_with(key, bytes, |object| object.last_modified = Some(crate::support::now()));
    let report = run(audit_one(store, &with_grace()));
    assert_eq!(with_verdict(&report, Verdict::Orphaned), [other.to_string()]);
    assert!(with_verdict(&report, Verdict::Recent).contains(&old.to_string()));
}

/// Its new tag came where the listing had been, and its old one went before the listing came.
#[test]
fn what_was_tagged_all_the_time_is_not_called_untagged() {
    let mut before = RegistryBuilder::new();
    before.image("app", "stable", &["kept"]);
    let kept = before.tagged("app", "stable").unwrap();
    let mut after = before.clone();
    after.tag("app", "1.0", &kept);
    after.set_time(Some(now()));
    after.image("app", "stable", &["new"]);
    after.remove(&after.tag_key("app", "1.0"));
    let roots = |min_age| Options { roots: Roots::Tags, min_age, ..options() };
    let untagged = |min_age| {
        let report = run(audit_one(after.store(), &roots(min_age)));
        let found = report.audit.findings.iter().any(|one| one.code == Code::UntaggedManifest);
        assert_eq!(report.audit.totals.reclaimable_by_tags.count > 0, found);
        found
    };
    assert!(!untagged(SignedDuration::from_hours(24)));
    assert!(untagged(SignedDuration::ZERO));
}
