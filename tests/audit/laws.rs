//! Laws: what holds of any registry, whatever its shape and whatever has befallen it.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use jiff::SignedDuration;
use ocifsck::audit::{Category, Code, Severity, Verdict};
use ocifsck::object::Sum;
use ocifsck::oci::Digest;
use ocifsck::report::{Report, Requests};
use ocifsck::scan::{Options, Verify};
use ocifsck::store::{ErrorKind, Fault, FaultStore, ObjectStore, Operation, chance};
use ocifsck::testing::{Damage, RegistryBuilder};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::chaos::chaos;
use crate::oracle::Bucket;
use crate::shapes::plan;
use crate::stores::{Retagged, Tags, Unhurried};
use crate::support::{
    audit_one, line, lines, options, run, try_audit, with_verdict, written, written_without_proofs,
};

/// With a grace period, so that uploads may be young.
pub(crate) fn with_grace() -> Options {
    Options { min_age: SignedDuration::from_hours(24), ..options() }
}

pub(crate) fn everything_read() -> Options {
    Options { verify: Verify::All, ..with_grace() }
}

pub(crate) fn audit(store: impl ObjectStore, options: &Options) -> Report {
    run(audit_one(store, options))
}

/// A list of digests to keep, or none.
fn kept() -> impl Strategy<Value = Option<Vec<Index>>> {
    prop::option::of(prop::collection::vec(any::<Index>(), 0..4))
}

fn some_of(registry: &RegistryBuilder, kept: Option<&Vec<Index>>) -> Option<Vec<Digest>> {
    let stored: Vec<Digest> =
        Bucket::of(registry).blobs().into_keys().map(|text| text.parse().unwrap()).collect();
    let pick = |at: &Index| stored.get(at.index(stored.len().max(1))).cloned();
    kept.map(|kept| kept.iter().filter_map(pick).collect())
}

/// So many cases, or as many as `PROPTEST_CASES` says.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        ..Default::default()
    }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn verdicts_and_totals_add_up(chaos in chaos()) {
        let registry = chaos.build();
        let report = audit(registry.store(), &options());
        let totals = &report.audit.totals;
        let stored = Bucket::of(&registry).blobs();
        let rows: Vec<_> = report.audit.blobs().collect();
        let digests: Vec<_> = rows.iter().map(|row| row.digest.to_string()).collect();
        prop_assert_eq!(digests, stored.keys().cloned().collect::<Vec<_>>());
        let sum = |sums: &[Sum]| sums.iter().fold(Sum::default(), |mut all, &sum| {
            all += sum;
            all
        });
        let blobs = Sum { count: stored.len() as u64, bytes: stored.values().sum() };
        prop_assert_eq!(totals.blobs, blobs);
        prop_assert_eq!(sum(&totals.by_verdict), blobs);
        prop_assert_eq!(sum(&totals.by_kind), blobs);
        let parts = [totals.links, totals.uploads, totals.strays, totals.auxiliary, totals.outside];
        let mut all = sum(&parts);
        all += blobs;
        prop_assert_eq!(totals.objects, all);
        let objects = registry.objects();
        let listed = objects.fold(Sum::default(), |mut listed, (_, bytes)| {
            listed.add(bytes.len() as u64);
            listed
        });
        prop_assert_eq!(totals.objects, listed);
    }

    #[test]
    fn order_and_concurrency_change_nothing(
        chaos in chaos(),
        seed: u64,
        page_size in prop_oneof![1..20_usize, Just(1000)],
        concurrency in prop::sample::select(&[1, 2, 32][..]),
        verify in prop::sample::select(&[Verify::None, Verify::Manifests, Verify::All][..]),
        kept in kept(),
    ) {
        let registry = chaos.build();
        let keep = some_of(&registry, kept.as_ref());
        let options = Options { verify, keep, ..with_grace() };
        let mut expected = audit(registry.store(), &options);
        let inner = registry.store().with_page_size(page_size);
        let concurrency = NonZeroUsize::new(concurrency).unwrap();
        let options = Options { concurrency, ..options };
        let mut report = audit(Unhurried { inner, seed }, &options);
        let keys = registry.objects().count();
        // One more where the listing begins anew with the repositories.
        let pages = keys.div_ceil(page_size) as u64;
        prop_assert!((pages..=pages + 1).contains(&report.requests.list));
        report.requests.list = 0;
        expected.requests.list = 0;
        prop_assert_eq!(written(&report), written(&expected));
    }

    #[test]
    fn a_failure_makes_nothing_garbage_or_missing(
        chaos in chaos(),
        seed: u64,
        share in 0.0..0.3,
        on_lists: bool,
        kind in prop::sample::select(&[
            ErrorKind::Unavailable, ErrorKind::Denied, ErrorKind::Protocol, ErrorKind::Unauthenticated,
        ][..]),
        kept in kept(),
    ) {
        let registry = chaos.build();
        let options = Options { keep: some_of(&registry, kept.as_ref()), ..everything_read() };
        let whole = audit(registry.store(), &options);
        let fail = Fault::Fail(kind);
        let mut store = FaultStore::new(registry.store().with_page_size(7))
            .with(Operation::Get, chance(seed, share / 2.0), fail)
            .with(Operation::Get, chance(!seed, share / 2.0), Fault::Cut(3))
            .with(Operation::Head, chance(seed, share), fail);
        if on_lists {
            store = store.with(Operation::List, chance(seed, share / 4.0), fail);
        }
        let Ok(mut reports) = run(try_audit(Arc::new(store), &options)) else {
            prop_assert!(on_lists);
            return Ok(());
        };
        let mut report = reports.remove(0);
        let was = found(&whole);
        for (code, place) in found(&report) {
            let is_new = !was.contains(&(code, place.clone()));
            let is_alarm = matches!(code.category(), Category::Missing | Category::Garbage);
            prop_assert!(!(is_new && is_alarm), "{code} {place} {:#?} {:#?}", lines(&whole), lines(&report));
        }
        let subset = |verdict| {
            let orphaned: BTreeSet<_> = with_verdict(&report, verdict).into_iter().collect();
            orphaned.is_subset(&with_verdict(&whole, verdict).into_iter().collect())
        };
        prop_assert!(subset(Verdict::Orphaned));
        let (now, before) = (&report.audit.totals, &whole.audit.totals);
        prop_assert!(now.reclaimable_by_revisions.bytes <= before.reclaimable_by_revisions.bytes);
        prop_assert!(now.reclaimable_by_tags.bytes <= before.reclaimable_by_tags.bytes);
        if report.audit.is_complete() {
            report.requests = whole.requests;
            prop_assert_eq!(written(&report), written(&whole));
        } else {
            prop_assert_eq!(now.reclaimable_by_tags.count, 0);
        }
    }

    /// One repository's links are gone, and perhaps a list keeps some of what it had.
    #[test]
    fn an_object_that_cannot_be_read_orphans_nothing(
        plan in plan(),
        seed: u64,
        share in 0.0..0.5,
        kept in kept(),
    ) {
        let mut registry = plan.build();
        let links = registry.objects().map(|(key, _)| key.to_owned());
        for key in links.filter(|key| key.contains("/repositories/a/_")).collect::<Vec<_>>() {
            registry.remove(&key);
        }
        let options = Options { keep: some_of(&registry, kept.as_ref()), ..with_grace() };
        let whole = audit(registry.store(), &options);
        let fail = Fault::Fail(ErrorKind::Unreadable);
        let store = FaultStore::new(registry.store())
            .with(Operation::Get, chance(seed, share), fail);
        let report = audit(store, &options);
        prop_assert!(report.audit.is_complete());
        let orphaned = |report| BTreeSet::from_iter(with_verdict(report, Verdict::Orphaned));
        prop_assert!(orphaned(&report).is_subset(&orphaned(&whole)));
        let was = found(&whole);
        for (code, place) in found(&report) {
            let is_told = matches!(code, Code::UnreadableObject | Code::UndecidedBlob);
            prop_assert!(is_told || was.contains(&(code, place.clone())), "{code} {place}");
        }
    }

    #[test]
    fn a_healthy_registry_raises_no_alarm(plan in plan()) {
        let registry = plan.build();
        let report = audit(registry.store(), &everything_read());
        let alarms: Vec<_> = report.audit.findings.iter().filter(|finding| match finding.code {
            Code::UntaggedManifest | Code::StaleTagHistory => finding.severity != Severity::Info,
            Code::MissingChild => {
                !plan.has_sparse_index() || finding.severity != Severity::Warning
            }
            Code::UnverifiableDigest => !plan.has_unknown_algorithm(),
            _ => true,
        }).map(line).collect();
        prop_assert!(alarms.is_empty(), "{alarms:#?}");
        prop_assert!(report.audit.is_complete());
        prop_assert_eq!(report.requests.head, if plan.has_sparse_index() { 2 } else { 0 });
    }

    #[test]
    fn a_damage_is_found_and_nothing_else(
        plan in plan(),
        damage in prop::sample::select(Damage::ALL),
    ) {
        let mut registry = plan.build();
        let before = audit(registry.store(), &everything_read());
        let planted = registry.damage(damage, "struck", "1.0");
        let after = audit(registry.store(), &everything_read());
        let known: Vec<_> = lines(&before);
        let news: Vec<_> = after.audit.findings.iter()
            .filter(|finding| !known.contains(&line(finding)))
            .filter(|finding| finding.code != Code::UndecidedBlob)
            .collect();
        for one in &planted {
            prop_assert_eq!(news.iter().filter(|finding| one.is(finding)).count(), 1, "{:?}", one);
        }
        let others: Vec<_> = news.iter()
            .filter(|finding| !planted.iter().any(|one| one.is(finding)))
            .map(|finding| line(finding))
            .collect();
        prop_assert!(others.is_empty(), "{others:#?}");
        prop_assert!(!planted.is_empty() || damage == Damage::ConfigLost);
        prop_assert!(after.audit.is_complete());
    }

    #[test]
    fn entity_tags_save_requests_and_change_nothing_else(
        chaos in chaos(),
        tags in prop::sample::select(&[Tags::None, Tags::Noise, Tags::Parts][..]),
    ) {
        let registry = chaos.build();
        let mut plain = audit(registry.store(), &with_grace());
        let mut retagged = audit(Retagged { inner: registry.store(), tags }, &with_grace());
        prop_assert!(retagged.requests.get >= plain.requests.get);
        for report in [&mut plain, &mut retagged] {
            report.requests = Requests::default();
        }
        prop_assert_eq!(written_without_proofs(retagged), written_without_proofs(plain));
    }

    #[test]
    fn each_manifest_is_read_once_and_each_link_at_most_once_but_for_aliases(
        plan in plan(),
        retag: bool,
    ) {
        let registry = plan.build();
        let bucket = Bucket::of(&registry);
        let manifests: BTreeSet<_> =
            bucket.revisions().into_iter().map(|(_, _, digest)| digest).collect();
        let report = if retag {
            audit(Retagged { inner: registry.store(), tags: Tags::Noise }, &with_grace())
        } else {
            audit(registry.store(), &with_grace())
        };
        // An alias is a link whose entity tag proves that it says something else than its path.
        // Nothing but a third reading bears out what it says, or a fourth without such a tag.
        let aliases = registry.objects().filter(|(key, bytes)| {
            let says = String::from_utf8_lossy(bytes);
            let hex = says.split_once(':').map_or("", |(_, hex)| hex);
            key.contains("/_layers/sha512/") && !key.contains(hex)
        });
        let aliases = aliases.count();
        let links = if retag {
            let keys = registry.objects().map(|(key, _)| key);
            keys.filter(|key| key.ends_with("/link")).count() + 3 * aliases
        } else {
            3 * aliases
        };
        prop_assert_eq!(report.requests.get, (manifests.len() + links) as u64);
        prop_assert_eq!(report.requests.list, registry.objects().count().div_ceil(1000) as u64);
    }
}

/// What was found where.
fn found(report: &Report) -> BTreeSet<(Code, String)> {
    let place = |finding: &ocifsck::audit::Finding| {
        finding.key.clone().or_else(|| finding.repository.clone()).unwrap_or_default()
    };
    report.audit.findings.iter().map(|finding| (finding.code, place(finding))).collect()
}
