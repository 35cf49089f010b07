//! Every damage by name, found where it was done, and nothing else.

use std::collections::BTreeSet;

use crate::support::{audit_one, line, lines, options, run};
use ocifsck::audit::{Category, Code, Pullable};
use ocifsck::layout::Entry;
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::{Deep, Options, Verify};
use ocifsck::testing::{Damage, Document, Piece, RegistryBuilder};

fn audit(registry: &RegistryBuilder) -> Report {
    let options = Options { verify: Verify::All, deep: Deep::Usual, ..options() };
    run(audit_one(registry.store(), &options))
}

fn healthy() -> RegistryBuilder {
    let mut registry = RegistryBuilder::new();
    registry.image("team/app", "1.0", &["base", "app"]);
    registry.image("team/other", "1.0", &["base", "other"]);
    let child = |layer: &str| Document::image().layer("base").layer(layer);
    let index = Document::index().child("linux/amd64", child("amd64"));
    registry.push("team/app", "all", &index.child("linux/arm64/v8", child("arm64")));
    registry
}

#[test]
fn a_healthy_registry_has_no_findings() {
    let report = audit(&healthy());
    assert_eq!(lines(&report), Vec::<String>::new());
    assert!(report.audit.is_complete());
}

#[test]
fn each_damage_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for &damage in Damage::ALL {
        let mut registry = healthy();
        let planted = registry.damage(damage, "team/app", "1.0");
        assert!(!planted.is_empty(), "{damage:?}");
        let report = audit(&registry);
        let findings = &report.audit.findings;
        for planted in &planted {
            let found = findings.iter().filter(|finding| planted.is(finding)).count();
            if found != 1 {
                wrong.push(format!("{damage:?}: {planted:?} was found {found} times"));
            }
        }
        let others = findings.iter().filter(|finding| {
            finding.code != Code::UndecidedBlob && !planted.iter().any(|one| one.is(finding))
        });
        wrong.extend(others.map(|finding| format!("{damage:?}: {}", line(finding))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So that the test above is one of every code.
#[test]
fn every_code_has_a_damage() {
    let codes: BTreeSet<Code> = Damage::ALL
        .iter()
        .flat_map(|&damage| healthy().damage(damage, "team/app", "1.0"))
        .map(|planted| planted.code)
        .collect();
    // These take a whole registry, an unreadable store, or a damage elsewhere: see `doubt.rs`.
    let elsewhere = [Code::UnreadableObject, Code::UndecidedBlob, Code::ForeignRegistry];
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !codes.contains(code) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whatever the damaged bytes say now, nobody is blamed for it.
#[test]
fn a_flipped_bit_anywhere_in_a_manifest_is_one_finding() {
    let mut registry = healthy();
    let subject = registry.tagged("team/app", "1.0").unwrap();
    let artifact = Document::artifact("application/vnd.example.sbom").subject(&subject);
    registry.push("team/app", "sbom", &artifact);
    for tag in ["1.0", "all", "sbom"] {
        let key = registry.data_key(&registry.tagged("team/app", tag).unwrap());
        let bytes = registry.get(&key).unwrap().len();
        for bit in (0..bytes * 8).step_by(61) {
            let mut registry = registry.clone();
            registry.edit(&key, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
            let report = audit(&registry);
            let findings = report.audit.findings.iter();
            let told: Vec<_> = findings.filter(|one| one.code != Code::UndecidedBlob).collect();
            assert_eq!(told[0].code, Code::DigestMismatch, "bit {bit}");
            assert_eq!(told.len(), 1, "bit {bit}: {:?}", lines(&report));
        }
    }
}

/// What is signed is still linked, and may be restored.
#[test]
fn the_signatures_of_a_lost_manifest_are_not_garbage() {
    let mut registry = healthy();
    let subject = registry.tagged("team/app", "1.0").unwrap();
    registry.cosign("team/app", &subject, "a signature");
    let artifact = Document::artifact("application/vnd.example.sbom").subject(&subject);
    registry.push("team/app", "sbom", &artifact);
    let planted = registry.damage(Damage::ManifestLost, "team/app", "1.0");
    let report = audit(&registry);
    let told = report.audit.findings.iter().filter(|one| one.code != Code::UndecidedBlob);
    assert!(told.eq(report.audit.findings.iter().filter(|one| planted[0].is(one))));
}

/// A tag that names what is gone and an image that lacks it are two facts.
#[test]
fn what_a_tag_names_is_also_missed_by_those_that_contain_it() {
    let mut registry = healthy();
    let child = Document::image().layer("base").layer("amd64");
    registry.tag("team/app", "all-amd64", &child.digest());
    registry.remove(&registry.data_key(&child.digest()));
    registry.remove(&registry.revision_key("team/app", &child.digest()));
    let layer = Digest::sha256_of(b"app");
    registry.tag("team/app", "a-layer", &layer);
    registry.remove(&registry.data_key(&layer));
    let report = audit(&registry);
    let told = report.audit.findings.iter().filter(|one| one.code != Code::UndecidedBlob);
    let told: BTreeSet<_> = told.map(|one| (one.code, one.key.clone().unwrap())).collect();
    let expected = [
        (Code::DanglingTag, registry.tag_key("team/app", "all-amd64")),
        (Code::DanglingTag, registry.tag_key("team/app", "a-layer")),
        (Code::MissingChild, registry.data_key(&child.digest())),
        (Code::MissingBlob, registry.data_key(&layer)),
    ];
    assert_eq!(told, BTreeSet::from(expected));
}

/// They are served, so what they lack is told, whether a tag or an index leads to them.
#[test]
fn what_a_manifest_that_is_linked_as_a_layer_lacks_is_told() {
    let mut registry = RegistryBuilder::new();
    let image = Document::image().layer("its own");
    registry.push("old/app", "all", &Document::index().child("linux/amd64", image.clone()));
    for digest in [registry.tagged("old/app", "all").unwrap(), image.digest()] {
        registry.mount("old/app", &digest);
        registry.remove(&registry.revision_key("old/app", &digest));
    }
    registry.push("elsewhere", "1.0", &image);
    let layer = registry
        .key(&Entry::Layer { repository: "old/app", digest: Digest::sha256_of(b"its own") });
    registry.remove(&layer);
    let report = audit(&registry);
    let told = report.audit.findings.iter().map(|one| (one.code, one.key.clone().unwrap()));
    assert_eq!(told.collect::<Vec<_>>(), [(Code::MissingLink, layer)]);
    assert_eq!(report.audit.findings[0].referrers, ["old/app:all"]);
    assert_eq!(report.audit.tags[1].pullable, Pullable::No);
}

/// An index whose bytes are not its own names a manifest that the repository links as a layer.
#[test]
fn nothing_is_missing_on_the_word_of_wrong_bytes() {
    let mut registry = healthy();
    let other = Document::image().layer("of another repository");
    registry.push("team/other", "2.0", &other);
    registry.mount("team/app", &other.digest());
    let index = registry.data_key(&registry.tagged("team/app", "all").unwrap());
    registry.put(&index, Document::index().child("linux/amd64", other).bytes());
    let report = audit(&registry);
    let told = report.audit.findings.iter().filter(|one| one.code.category() != Category::Garbage);
    let told: Vec<_> = told.map(|one| one.code).collect();
    assert_eq!(told, [Code::DigestMismatch]);
}

/// Two repositories link a layer under its SHA-512, and one of the links says what is not so.
#[test]
fn of_two_links_that_disagree_the_one_that_leads_astray_is_told() {
    let layer = Piece::layer("by another name").sha512();
    let image = Document::image().layer(layer.clone());
    let mut registry = RegistryBuilder::new();
    registry.push("wrong", "1.0", &image);
    registry.push("right", "1.0", &image);
    let stored = registry.blob("another blob");
    let absent = Digest::sha256_of(b"not stored");
    for says in [stored, absent] {
        let key = registry.layer_key("wrong", &layer.digest());
        registry.put(&key, says.to_string());
        let report = audit(&registry);
        let told = report.audit.findings.iter();
        let told = told.filter(|one| one.code.category() != Category::Garbage);
        let told = told.map(|one| (one.code, one.key.clone(), one.referrers.clone()));
        let referrers = vec!["wrong:1.0".to_owned()];
        assert_eq!(told.collect::<Vec<_>>(), [(Code::InvalidLink, Some(key), referrers)]);
        let pullable: Vec<_> = report.audit.tags.iter().map(|row| row.pullable).collect();
        assert_eq!(pullable, [Pullable::Yes, Pullable::No]);
    }
}

/// Registry 2.1.0 linked manifests as layers, and every registry since looks there too.
#[test]
fn a_manifest_that_is_linked_as_a_layer_lacks_no_link() {
    let mut registry = healthy();
    for tag in ["1.0", "all"] {
        let digest = registry.tagged("team/app", tag).unwrap();
        registry.mount("team/app", &digest);
        registry.remove(&registry.revision_key("team/app", &digest));
    }
    let child = Document::image().layer("base").layer("amd64").digest();
    registry.mount("team/app", &child);
    registry.remove(&registry.revision_key("team/app", &child));
    let report = audit(&registry);
    assert_eq!(lines(&report), Vec::<String>::new());
    assert!(report.audit.tags.iter().all(|row| row.pullable == Pullable::Yes));
}
