//! What is known of bytes without reading them, and what reading them is asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ocifsck::audit::{Code, Proof};
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::{Options, Verify};
use ocifsck::store::MemoryStore;
use ocifsck::testing::{Damage, Document, Piece, RegistryBuilder};

use crate::support::{audit_one, options, run};

fn audit(store: MemoryStore, options: &Options) -> Report {
    run(audit_one(store, options))
}

fn proof(report: &Report, digest: &Digest) -> Proof {
    report.audit.blobs().find(|row| row.digest == *digest).unwrap().verified
}

/// An artifact of the empty config, and of a layer that the manifest carries.
fn artifact() -> (RegistryBuilder, Digest, Digest) {
    let (mut registry, content) = (RegistryBuilder::new(), b"carried along");
    let (config, layer) = (registry.blob("{}"), registry.blob(*content));
    let descriptor = |digest: &Digest, more: &str| {
        format!(r#"{{"mediaType":"application/vnd.x","digest":"{digest}"{more}}}"#)
    };
    let (config_text, carried) = (
        descriptor(&config, r#","size":2"#),
        descriptor(&layer, &format!(r#","size":13,"data":"{}""#, STANDARD.encode(content))),
    );
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{config_text},"layers":[{carried}]}}"#
    );
    registry.mount("app", &config);
    registry.mount("app", &layer);
    let digest = registry.manifest("app", manifest);
    registry.tag("app", "1.0", &digest);
    (registry, config, layer)
}

#[test]
fn an_entity_tag_proves_bytes_that_are_known_otherwise() {
    let (mut registry, config, layer) = artifact();
    let report = audit(registry.store(), &options());
    assert_eq!([&config, &layer].map(|blob| proof(&report, blob)), [Proof::Etag; 2]);
    let links = report.audit.totals.links;
    let etag = report.audit.verification.etag;
    assert_eq!((etag.count, etag.bytes), (links.count + 2, links.bytes + 15));
    for blob in [&config, &layer] {
        registry.edit(&registry.data_key(blob), |bytes| bytes[0] ^= 1);
    }
    let report = audit(registry.store(), &options());
    assert_eq!([&config, &layer].map(|blob| proof(&report, blob)), [Proof::Listing; 2]);
    assert_eq!(report.audit.verification.etag, links);
}

/// A store that keeps checksums, as S3 does of what was put with one.
fn keeping(registry: &RegistryBuilder, of: &[(&Digest, Digest)]) -> MemoryStore {
    let store = registry.store();
    for (blob, checksum) in of {
        store.keep_sha256(&registry.data_key(blob), *checksum.as_sha256().unwrap());
    }
    store
}

#[test]
fn what_the_server_vouches_for_need_not_be_read() {
    let mut registry = RegistryBuilder::new();
    registry.push("app", "1.0", &Document::image().layer("base").layer("app"));
    let [base, app] = ["base", "app"].map(|text| Digest::sha256_of(text.as_bytes()));
    let read = Options { verify: Verify::All, ..options() };
    let asked = Options { use_checksums: true, ..read.clone() };
    let store = || keeping(&registry, &[(&base, base.clone()), (&app, Digest::sha256_of(b"?"))]);
    let report = audit(store(), &asked);
    assert_eq!(proof(&report, &base), Proof::Checksum);
    assert_eq!(
        proof(&report, &app),
        Proof::Bytes,
        "what the server keeps is no reason to complain"
    );
    assert_eq!(report.audit.verification.checksum.bytes, 4);
    assert!(report.audit.findings.is_empty());
    assert_eq!(proof(&audit(store(), &read), &base), Proof::Bytes, "unasked");
}

#[test]
fn what_is_wrong_is_told_apart() {
    let text = "0123456789".repeat(100);
    for (change, says) in [
        (cut as fn(&mut Vec<u8>), ": they are cut short, 999 of 1000;"),
        (fill, ": all is zero from byte 512 to the end at 1000;"),
        (wipe, ": all 1000 are zero;"),
        (swap, ": they are those of another blob that is known here;"),
        (flip, "by two readings;"),
    ] {
        let mut registry = RegistryBuilder::new();
        registry.push("app", "1.0", &Document::image().layer(&*text).layer("other"));
        let layer = Digest::sha256_of(text.as_bytes());
        registry.edit(&registry.data_key(&layer), change);
        let report = audit(registry.store(), &Options { verify: Verify::All, ..options() });
        let mut wrong = report.audit.findings.iter();
        let wrong = wrong.find(|finding| finding.code == Code::DigestMismatch).unwrap();
        assert!(wrong.message.contains(says), "{says}: {}", wrong.message);
        assert_eq!(wrong.referrers, ["app:1.0"]);
    }
}

fn cut(bytes: &mut Vec<u8>) {
    bytes.pop();
}

fn fill(bytes: &mut Vec<u8>) {
    bytes[512..].fill(0);
}

fn wipe(bytes: &mut Vec<u8>) {
    bytes.fill(0);
}

fn swap(bytes: &mut Vec<u8>) {
    *bytes = b"other".to_vec();
}

fn flip(bytes: &mut Vec<u8>) {
    bytes[500] ^= 1;
}

/// What a sample, a budget or a bound in time leaves out is known by its size.
#[test]
fn what_was_left_out_is_said() {
    let mut registry = RegistryBuilder::new();
    registry.push("app", "1.0", &Document::image().layer("base").layer("app"));
    registry.push("app", "2.0", &Document::image().layer("base").layer("more"));
    registry.blob("an orphan of some length");
    let report = |options: Options| audit(registry.store(), &options);
    let budget = report(Options { verify: Verify::Budget(4), ..options() });
    let selection = budget.selection.unwrap();
    assert_eq!(selection.chosen.bytes, 4);
    assert_eq!(proof(&budget, &Digest::sha256_of(b"base")), Proof::Bytes, "two images need it");
    assert_eq!(proof(&budget, &Digest::sha256_of(b"more")), Proof::Listing);
    let all = Options { verify: Verify::All, ..options() };
    let whole = report(all.clone()).selection.unwrap();
    assert_eq!(whole.left_out().count, 0);
    let needed = report(Options { include_orphaned: false, ..all.clone() }).selection.unwrap();
    assert_eq!(whole.eligible.bytes - needed.eligible.bytes, 24);
    let since = Some(jiff::SignedDuration::from_hours(24));
    let new = report(Options { verify_since: since, ..all }).selection.unwrap();
    assert_eq!(new.eligible.count, 0, "all is of 1970");
    assert_eq!(report(options()).selection, None);
}

/// With a damage of each kind that bytes tell of, what `verify` keeps is what an audit finds.
#[test]
fn what_bytes_tell_is_kept_and_nothing_else() {
    let mut registry = RegistryBuilder::new();
    registry.push("app", "1.0", &Document::image().layer("base").layer(Piece::layer("app")));
    registry.push("gone", "1.0", &Document::image().layer("lost"));
    registry.damage(Damage::LayerFlipped, "app", "1.0");
    registry.damage(Damage::LayerLost, "gone", "1.0");
    registry.blob("orphan");
    let mut report = audit(registry.store(), &Options { verify: Verify::All, ..options() });
    let all = report.audit.findings.len();
    report.audit.keep_what_bytes_tell();
    let codes: Vec<_> = report.audit.findings.iter().map(|finding| finding.code).collect();
    assert_eq!((codes, all), (vec![Code::DigestMismatch], 3));
}
