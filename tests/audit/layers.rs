//! Layers that are unpacked on the way: read once, and told of once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use ocifsck::audit::{Code, Unpacking};
use ocifsck::oci::Digest;
use ocifsck::scan::{Deep, Options, Verify};
use ocifsck::shard::Shard;
use ocifsck::store::{ErrorKind, Fault, FaultStore, Operation, chance};
use ocifsck::testing::{Damage, Document, Piece, RegistryBuilder};

use crate::support::{audit_one, lines, options, run};

fn deep() -> Options {
    Options { deep: Deep::Usual, ..options() }
}

/// An image whose config says these diff IDs of its layers.
fn image(layers: &[&str], diff_ids: &[&str]) -> Document {
    let ids: Vec<_> =
        diff_ids.iter().map(|content| Digest::sha256_of(content.as_bytes())).collect();
    let layers = layers.iter().copied();
    layers.fold(Document::image(), Document::layer).config(Piece::image_config(&ids))
}

/// Two images that share a layer, of which each says something else.
fn registry() -> RegistryBuilder {
    let mut registry = RegistryBuilder::new();
    registry.push("app", "right", &image(&["base", "app"], &["base", "app"]));
    registry.push("app", "wrong", &image(&["base", "db"], &["other base", "db"]));
    registry
}

fn is_of(key: String) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    move |asked| asked == key
}

#[test]
fn each_layer_is_read_once_for_both_of_its_digests() {
    let all = Options { verify: Verify::All, ..options() };
    let plain = run(audit_one(registry().store(), &all));
    let report = run(audit_one(registry().store(), &Options { deep: Deep::Usual, ..all }));
    assert_eq!(report.requests, plain.requests);
    assert_eq!(report.audit.verification, plain.audit.verification);
    let [finding] = report.audit.findings.as_slice() else { panic!("{:?}", lines(&report)) };
    assert_eq!(finding.code, Code::DiffIdMismatch);
    assert_eq!(finding.digest, Some(Digest::sha256_of(b"base")));
    assert_eq!(finding.expected, Some(Digest::sha256_of(b"other base").to_string()));
    assert_eq!(finding.referrers, ["app:wrong"]);
    let unpacking = report.audit.unpacking.unwrap();
    assert_eq!((unpacking.layers.count, unpacking.failed.count), (3, 0));
    assert_eq!(unpacking.archive_bytes, "base app db".len() as u64 - 2);
    assert_eq!(plain.audit.unpacking, None);
}

/// Whether it was read for its config, its layers or both.
#[test]
fn what_came_wrong_once_is_unpacked_again() {
    let whole = lines(&run(audit_one(registry().store(), &deep())));
    assert_eq!(whole.len(), 1);
    let config =
        Piece::image_config(&["other base", "db"].map(|text| Digest::sha256_of(text.as_bytes())));
    for digest in [Digest::sha256_of(b"base"), Digest::sha256_of(b"app"), config.digest()] {
        let (key, is_first) = (registry().data_key(&digest), AtomicBool::new(true));
        let first = move |asked: &str| asked == key && is_first.swap(false, Ordering::Relaxed);
        let store = FaultStore::new(registry().store()).with(Operation::Get, first, Fault::Flip(0));
        let report = run(audit_one(store, &deep()));
        assert_eq!(lines(&report), whole, "{digest}");
        assert!(report.audit.is_complete());
    }
}

#[test]
fn of_wrong_bytes_nobody_asks_what_is_in_them() {
    let mut registry = registry();
    let planted = registry.damage(Damage::LayerFlipped, "app", "right");
    let key = registry.data_key(&Digest::sha256_of(b"base"));
    registry.edit(&key, |bytes| bytes[0] ^= 1);
    let report = run(audit_one(registry.store(), &deep()));
    let told: Vec<_> = report.audit.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(told, [Code::DigestMismatch; 2], "{:?}", lines(&report));
    assert!(report.audit.findings.iter().any(|finding| planted[0].is(finding)));
}

#[test]
fn the_shards_of_an_audit_say_together_what_it_says() {
    let whole = run(audit_one(registry().store(), &deep()));
    for count in 1..5 {
        let (mut together, mut unpacking) = (BTreeSet::new(), Unpacking::default());
        for index in 1..=count {
            let shard = Some(Shard::new(index, count).unwrap());
            let part = run(audit_one(registry().store(), &Options { shard, ..deep() }));
            unpacking += part.audit.unpacking.unwrap();
            for line in lines(&part) {
                assert!(together.insert(line), "two shards say the same");
            }
        }
        assert_eq!(together, lines(&whole).into_iter().collect());
        assert_eq!(Some(unpacking), whole.audit.unpacking);
    }
}

#[test]
fn what_could_not_be_read_is_in_no_finding() {
    let whole: BTreeSet<_> =
        lines(&run(audit_one(registry().store(), &deep()))).into_iter().collect();
    for seed in 0..40 {
        let fails = Fault::Fail(ErrorKind::Unavailable);
        let store =
            FaultStore::new(registry().store()).with(Operation::Get, chance(seed, 0.2), fails);
        let report = run(audit_one(store, &deep()));
        let told = lines(&report).into_iter().filter(|line| line.starts_with("diff-id-mismatch"));
        assert!(told.into_iter().all(|line| whole.contains(&line)), "{seed}");
        let is_silent = !lines(&report).iter().any(|line| whole.contains(line));
        assert!(!is_silent || !report.audit.is_complete(), "{seed}");
    }
}

#[test]
fn a_layer_that_is_archived_is_only_unreadable() {
    let key = registry().data_key(&Digest::sha256_of(b"base"));
    let archived = Fault::Fail(ErrorKind::Unreadable);
    let store = FaultStore::new(registry().store()).with(Operation::Get, is_of(key), archived);
    let report = run(audit_one(store, &deep()));
    let told: Vec<_> = report.audit.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(told, [Code::UnreadableObject]);
}
