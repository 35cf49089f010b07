//! What a hostile pusher, a damaged bucket or a moody server could make of an audit.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use ocifsck::audit::{Category, Code, Severity, Verdict};
use ocifsck::layout::{Entry, Lockfile};
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::{Options, Verify};
use ocifsck::store::{ErrorKind, Fault, FaultStore, MemoryStore, Operation};
use ocifsck::testing::{Document, Piece, RegistryBuilder};

use crate::support::{audit_one, lines, options, push_to_database, run, with_verdict};

const NEEDED: &str = "a layer that somebody needs";

fn audit(registry: &RegistryBuilder) -> Report {
    run(audit_one(registry.store(), &options()))
}

fn of(content: &str) -> Digest {
    Digest::sha256_of(content.as_bytes())
}

fn verdict(report: &Report, content: &str) -> Verdict {
    report.audit.blobs().find(|row| row.digest == of(content)).unwrap().verdict
}

fn missing(report: &Report) -> Vec<String> {
    let all = lines(report);
    all.into_iter()
        .filter(|line| line.starts_with("missing") || line.starts_with("dangling-tag"))
        .collect()
}

/// A repository with a whole image, and a blob that it links too.
fn registry() -> RegistryBuilder {
    let mut registry = RegistryBuilder::new();
    registry.image("app", "1.0", &["base"]);
    let needed = registry.blob(NEEDED);
    registry.mount("app", &needed);
    registry
}

fn keep(digests: &[Digest]) -> Options {
    Options { keep: Some(digests.to_vec()), ..options() }
}

/// A bucket without entity tags, in which every link is read.
fn without_tags(registry: &RegistryBuilder) -> MemoryStore {
    let store = MemoryStore::new();
    registry.fill(|key, bytes, written| {
        store.put_with(key, bytes.to_vec(), |object| {
            object.last_modified = written;
            object.etag = None;
        });
    });
    store
}

/// Go takes a member in any case, and of several the last: what a registry written in Go reads
/// may differ from what stands here under the right name.
#[test]
fn a_reference_under_a_name_of_another_case_puts_its_repository_in_doubt() {
    let (seen, hidden) = (of("base"), of(NEEDED));
    for layers in [
        format!(r#""layers":[{{"digest":"{seen}","Digest":"{hidden}"}}]"#),
        format!(r#""layers":[{{"digest":"{seen}"}}],"layer\u017f":[{{"digest":"{hidden}"}}]"#),
        format!(r#""layers":[{{"digest":"{seen}","dige\u017ft":"{hidden}"}}]"#),
        format!(r#""fsLayers":[{{"blobSum":"{seen}","blobsum":"{hidden}"}}]"#),
        format!(r#""layers":[{{"digest":"{seen}"}}],"LAYERS":[{{"digest":"{hidden}"}}]"#),
    ] {
        let mut registry = registry();
        let manifest = registry.manifest("app", format!(r#"{{"schemaVersion":2,{layers}}}"#));
        registry.tag("app", "2.0", &manifest);
        assert_ne!(verdict(&audit(&registry), NEEDED), Verdict::Orphaned, "{layers}");
    }
}

/// A registry follows what a revision link says; the manifest that it says may make no sense.
#[test]
fn a_doubt_about_what_a_revision_link_says_reaches_its_repository() {
    let mut registry = registry();
    let misdirected = registry.image("app", "2.0", &["other"]);
    let said = registry.blob("no manifest at all");
    let revision = Entry::Revision { repository: "app", digest: misdirected };
    registry.link(&revision, &said);
    assert_eq!(verdict(&audit(&registry), NEEDED), Verdict::Undecided);
}

/// Data that a repository links only by another name is linked all the same.
#[test]
fn a_doubt_reaches_what_a_repository_links_by_another_name() {
    let mut registry = registry();
    let layer = Piece::layer("by another name").sha512();
    let image = Document::image().layer(layer);
    let manifest = registry.push("app", "2.0", &image);
    registry.remove(&registry.layer_key("app", &of("by another name")));
    registry.edit(&registry.data_key(&manifest), |bytes| bytes.truncate(9));
    assert_eq!(verdict(&audit(&registry), NEEDED), Verdict::Undecided);
    assert_eq!(verdict(&audit(&registry), "by another name"), Verdict::Undecided);
}

/// What the caller's list names may be a manifest, and its bytes are not to be believed.
#[test]
fn a_kept_blob_of_wrong_bytes_puts_everything_in_doubt() {
    let mut registry = registry();
    let image = Document::image().layer("of an image in a database");
    registry.push_untagged("elsewhere", &image);
    let keys: Vec<_> = registry.objects().map(|(key, _)| key.to_owned()).collect();
    for key in keys.iter().filter(|key| key.contains("/elsewhere/")) {
        registry.remove(key);
    }
    for spoil in
        [|bytes: &mut Vec<u8>| bytes.truncate(9), |bytes: &mut Vec<u8>| *bytes = b"{}".to_vec()]
    {
        let mut registry = registry.clone();
        registry.edit(&registry.data_key(&image.digest()), spoil);
        let report = run(audit_one(registry.store(), &keep(&[image.digest()])));
        assert_eq!(with_verdict(&report, Verdict::Orphaned), [""; 0]);
    }
}

/// Neither a schema version nor a media type, and references all the same.
#[test]
fn a_kept_manifest_that_does_not_say_so_is_one() {
    let mut registry = registry();
    let bytes = format!(r#"{{"manifests":[],"layers":[{{"digest":"{}"}}]}}"#, of(NEEDED));
    let manifest = registry.blob(bytes);
    let report = run(audit_one(registry.store(), &keep(&[manifest])));
    assert_eq!(verdict(&report, NEEDED), Verdict::Kept);
}

/// Whatever is not checked is not believed either.
#[test]
fn unverified_manifests_make_no_orphans() {
    let mut registry = registry();
    let manifest = registry.image("app", "2.0", &[NEEDED]);
    let (old, new) = (of(NEEDED).encoded(), of("something else").encoded());
    registry.edit(&registry.data_key(&manifest), |bytes| {
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace(&old, &new).into_bytes();
    });
    let options = Options { verify: Verify::None, ..options() };
    let report = run(audit_one(registry.store(), &options));
    assert_ne!(verdict(&report, NEEDED), Verdict::Orphaned);
}

/// A tag that was listed and cannot be found again named something.
#[test]
fn a_tag_that_is_gone_when_it_is_read_puts_its_repository_in_doubt() {
    let mut registry = registry();
    let manifest = registry.image("app", "2.0", &[NEEDED]);
    registry.remove(&registry.revision_key("app", &manifest));
    let gone = registry.tag_key("app", "2.0");
    let store = FaultStore::new(without_tags(&registry)).with(
        Operation::Get,
        move |key| key == gone,
        Fault::Fail(ErrorKind::NotFound),
    );
    let report = run(audit_one(store, &options()));
    assert_ne!(verdict(&report, NEEDED), Verdict::Orphaned);
    assert_eq!(report.audit.totals.reclaimable_by_tags.bytes, 0);
}

/// GitLab's links are not looked at a second time.
#[test]
fn a_listed_manifest_that_is_gone_when_it_is_read_puts_what_it_could_refer_to_in_doubt() {
    let mut registry = registry();
    registry.put(registry.key(&Entry::Lockfile(Lockfile::DatabaseInUse)), "");
    let image = Document::image().layer(NEEDED);
    let child = image.digest();
    let index = Document::index().child("linux/amd64", image);
    push_to_database(&mut registry, &index);
    let gone = registry.data_key(&child);
    let store = FaultStore::new(registry.store()).with(
        Operation::Get,
        move |key| key == gone,
        Fault::Fail(ErrorKind::NotFound),
    );
    let report = run(audit_one(store, &keep(&[index.digest()])));
    assert_ne!(verdict(&report, NEEDED), Verdict::Orphaned);
}

/// Registries and clients follow the members of a document's own kind, and take no notice of
/// others. They keep what they name; nobody misses it.
#[test]
fn nobody_misses_what_a_foreign_member_names() {
    let absent = of("absent");
    let layer = Piece::layer("base");
    let config = Piece::config("{}");
    let mut registry = registry();
    registry.blob("{}");
    registry.mount("app", &config.digest());
    let image = format!(
        r#""mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"digest":"{}","size":2}},"layers":[{{"digest":"{}","size":4}}]"#,
        config.digest(),
        layer.digest(),
    );
    let blobs = format!(
        r#""blobs":[{{"digest":"{absent}","size":1}},{{"digest":"{}","size":{}}}]"#,
        of(NEEDED),
        NEEDED.len()
    );
    let sums = format!(r#""fsLayers":[{{"blobSum":"{absent}"}},{{"blobSum":"{}"}}]"#, of(NEEDED));
    registry.remove(&registry.layer_key("app", &of(NEEDED)));
    for foreign in [blobs, sums] {
        let mut registry = registry.clone();
        let manifest =
            registry.manifest("app", format!(r#"{{"schemaVersion":2,{image},{foreign}}}"#));
        registry.tag("app", "2.0", &manifest);
        let report = audit(&registry);
        assert_eq!(missing(&report), [""; 0], "{foreign}");
        assert_eq!(verdict(&report, NEEDED), Verdict::Tagged);
    }
}

/// The list is the caller's word: what it names is not to be given up for want of a tag.
#[test]
fn what_is_kept_is_not_reclaimable_for_want_of_a_tag() {
    let mut registry = RegistryBuilder::new();
    registry.image("app", "1.0", &["base"]);
    let untagged = registry.push_untagged("app", &Document::image().layer(NEEDED));
    let report = run(audit_one(registry.store(), &keep(std::slice::from_ref(&untagged))));
    assert_eq!(report.audit.totals.reclaimable_by_tags.bytes, 0);
    assert!(
        !lines(&report).iter().any(|line| line.starts_with("untagged-manifest")),
        "{:?}",
        lines(&report)
    );
}

/// Harbor's database may know tags that the bucket does not.
#[test]
fn what_harbors_database_may_tag_is_not_reclaimable_for_want_of_a_tag() {
    let mut registry = RegistryBuilder::new();
    registry.image("library/app", "1.0", &["base"]);
    registry.push_untagged("library/app", &Document::image().layer(NEEDED));
    let export = registry.blob("a scan's export");
    registry.mount("sys_harb0r/scandata_export/trivy", &export);
    let totals = audit(&registry).audit.totals;
    assert_eq!(totals.reclaimable_by_tags, totals.reclaimable_by_revisions);
}

/// Clients that use a descriptor's inline data need not ask for the child.
#[test]
fn a_child_in_its_parents_own_bytes_is_pulled_through() {
    let mut registry = registry();
    let child = Document::image().config(Piece::config("{}")).layer(NEEDED);
    let data = base64::engine::general_purpose::STANDARD.encode(child.bytes());
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":{},"data":"{data}"}}]}}"#,
        child.digest(),
        child.bytes().len(),
    );
    let index = registry.manifest("app", index);
    registry.tag("app", "all", &index);
    let report = audit(&registry);
    assert_ne!(verdict(&report, NEEDED), Verdict::Orphaned);
    let errors = report.audit.findings.iter().filter(|one| one.severity == Severity::Error);
    assert_eq!(
        errors.filter(|one| one.code.category() == Category::Missing).count(),
        0,
        "{:?}",
        lines(&report)
    );
}

/// No store has a key of so many bytes, and some refuse to be asked for one.
#[test]
fn a_digest_too_long_for_a_key_is_none() {
    let mut registry = registry();
    let long = "x".repeat(2000);
    let manifest = registry
        .manifest("app", format!(r#"{{"schemaVersion":2,"layers":[{{"digest":"foo:{long}"}}]}}"#));
    registry.tag("app", "2.0", &manifest);
    let store = FaultStore::new(registry.store()).with(
        Operation::Head,
        |key| key.len() > 1024,
        Fault::Fail(ErrorKind::Configuration),
    );
    let report = run(audit_one(store, &options()));
    assert!(report.audit.is_complete(), "{:?}", report.audit.incomplete_because);
    assert_eq!(verdict(&report, NEEDED), Verdict::Undecided);
    let found = report.audit.findings.iter().find(|one| one.code == Code::InvalidManifest).unwrap();
    assert!(found.message.len() < 1000, "{}", found.message.len());
}

/// Anybody may push an index of tens of thousands of entries and tag it as often: no row may
/// repeat what it says.
#[test]
fn a_tags_row_is_small_whatever_the_manifest_says() {
    let entries: Vec<_> = (0..500)
        .map(|n| {
            let digest = of(&n.to_string());
            let os = "x".repeat(1000);
            format!(r#"{{"digest":"{digest}","platform":{{"os":"{n}{os}","architecture":"y"}}}}"#)
        })
        .collect();
    let media_type = format!("application/{}", "é".repeat(10_000));
    let index = format!(r#"{{"mediaType":"{media_type}","manifests":[{}]}}"#, entries.join(","));
    let mut registry = registry();
    let index = registry.manifest("app", index);
    registry.tag("app", "all", &index);
    let report = audit(&registry);
    let row = report.audit.tags.iter().find(|row| row.tag == "all").unwrap();
    let said: usize = row.platforms.iter().map(String::len).sum();
    assert!(row.platforms.len() > 1 && said < 30_000, "{said}");
    assert!(row.media_type.as_ref().unwrap().len() < 300);
}

/// A policy that hides every other link must not fill the memory, nor the report.
#[test]
fn a_million_failures_are_not_all_told() {
    let mut registry = registry();
    for n in 0..5000 {
        registry.mount("app", &of(&n.to_string()));
    }
    let asked = AtomicUsize::new(0);
    let every_other = move |key: &str| {
        key.contains("/_layers/") && asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2)
    };
    let fail = Fault::Fail(ErrorKind::Denied);
    let store = FaultStore::new(without_tags(&registry)).with(Operation::Get, every_other, fail);
    let options = Options { concurrency: 1.try_into().unwrap(), ..options() };
    let told = run(audit_one(store, &options)).audit.incomplete_because;
    assert!(told.len() <= 101, "{}", told.len());
    assert!(told[100].contains("more"), "{}", told[100]);
}

/// No object has so many bytes; a server may say so.
#[test]
fn absurd_sizes_do_not_overflow() {
    let registry = registry();
    let store = MemoryStore::new();
    registry.fill(|key, bytes, written| {
        store.put_with(key, bytes.to_vec(), |object| {
            object.last_modified = written;
            if key.contains("/blobs/") && !bytes.starts_with(b"{") {
                object.size = u64::MAX;
            }
        });
    });
    store.put_with("docker/registry/v2/repositories/app/_uploads/x/data", "", |object| {
        object.size = u64::MAX;
    });
    store.put_with("docker/registry/v2/repositories/app/_uploads/y/data", "", |object| {
        object.size = u64::MAX;
    });
    let report = run(audit_one(store, &options()));
    assert_eq!(report.audit.totals.blobs.bytes, u64::MAX);
    assert_eq!(report.audit.repositories[0].upload_bytes, u64::MAX);
}
