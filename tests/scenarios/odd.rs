//! Bytes that cannot be read or understood, beyond the plain damages.

use std::sync::Arc;

use ocifsck::oci::Digest;
use ocifsck::store::{ErrorKind, Fault, FaultStore, MemoryStore, ObjectStore, Operation};
use ocifsck::testing::{Document, Piece, RegistryBuilder};
use serde_json::json;

use crate::scenario::Scenario;
use crate::whole::push_json;

fn two_images(registry: &mut RegistryBuilder) {
    registry.image("app", "1.0", &["base", "app"]);
    registry.image("other", "1.0", &["base", "other"]);
    registry.blob("an orphan that nobody links");
    let orphan = registry.blob("an orphan in app");
    registry.mount("app", &orphan);
}

/// A store where something cannot be had.
fn failing(
    store: MemoryStore,
    operation: Operation,
    of: impl Fn(&str) -> bool + Send + Sync + 'static,
    with: ErrorKind,
) -> Arc<dyn ObjectStore> {
    Arc::new(FaultStore::new(store).with(operation, of, Fault::Fail(with)))
}

/// Objects whose keys hold a digest cannot be read, as after an archiving rule.
macro_rules! archived {
    ($of:expr, $tail:literal) => {
        |store| {
            let digest: Digest = $of;
            let is_archived =
                move |key: &str| key.ends_with(&format!("{}/{}", digest.encoded(), $tail));
            failing(store, Operation::Get, is_archived, ErrorKind::Unreadable)
        }
    };
}

pub(crate) fn archived_layer() -> Scenario {
    Scenario::new("A layer was moved to an archive.", two_images)
        .verify_all()
        .opened(archived!(Digest::sha256_of(b"app"), "data"))
}

pub(crate) fn archived_manifest() -> Scenario {
    Scenario::new("A manifest was moved to an archive: its repository is in doubt.", two_images)
        .opened(archived!(Document::image().layer("base").layer("app").digest(), "data"))
}

pub(crate) fn archived_alias_link() -> Scenario {
    Scenario::new("The link of an alias cannot be read.", |registry| {
        two_images(registry);
        registry.push("app", "2.0", &Document::image().layer(Piece::layer("hashed").sha512()));
    })
    .opened(archived!(Piece::layer("hashed").sha512().digest(), "link"))
}

pub(crate) fn manifest_refused() -> Scenario {
    Scenario::new("A refused reading puts everything in doubt.", two_images)
        .opened(|store| {
            let digest = Document::image().layer("base").layer("app").digest();
            let is_it = move |key: &str| key.contains(&digest.encoded());
            failing(store, Operation::Get, is_it, ErrorKind::Denied)
        })
}

pub(crate) fn listing_cut_short() -> Scenario {
    Scenario::new("A page that does not arrive: no report, rather than a short one.", two_images)
        .opened(|store| {
            let store = store.with_page_size(3);
            let is_late = |key: &str| key.contains("repositories/other");
            failing(store, Operation::List, is_late, ErrorKind::Unavailable)
        })
}

pub(crate) fn sizes_that_disagree() -> Scenario {
    Scenario::new("Two manifests disagree on a layer's size.", |registry| {
        registry.image("app", "right", &["base"]);
        let wrong = Document::image().layer(Piece::layer("base").size(40));
        registry.push("app", "wrong", &wrong);
    })
}

pub(crate) fn shared_manifest_flipped() -> Scenario {
    Scenario::new("A child of two indexes: every tag above it is named.", |registry| {
        let child = Document::image().layer("base");
        let sibling = Document::image().layer("sibling");
        let one = Document::index().child("linux/amd64", child.clone());
        registry.push("app", "1.0", &one);
        registry.push("app", "2.0", &one.child("linux/arm64", sibling));
    })
    .then(|registry| {
        let key = registry.data_key(&Document::image().layer("base").digest());
        registry.edit(&key, |bytes| bytes[9] ^= 1);
    })
}

/// An index with an entry of a media type that nobody knows, whose document is a list of a layer.
fn unknown_entry(link: fn(&mut RegistryBuilder, &Digest)) -> impl FnOnce(&mut RegistryBuilder) {
    move |registry| {
        let layer = registry.blob("behind the unknown");
        registry.mount("app", &layer);
        let unknown = json!({"mediaType": "application/vnd.example+json", "of": layer.to_string()});
        let bytes = unknown.to_string().into_bytes();
        let size = bytes.len();
        let digest = registry.blob(bytes);
        link(registry, &digest);
        let entry = json!({
            "mediaType": "application/vnd.example+json",
            "digest": digest.to_string(),
            "size": size,
        });
        push_json(registry, "app", "1.0", &json!({"schemaVersion": 2, "manifests": [entry]}));
    }
}

pub(crate) fn unknown_entry_as_a_revision() -> Scenario {
    let fill = unknown_entry(|registry, digest| {
        let bytes = registry.get(&registry.data_key(digest)).unwrap().to_vec();
        registry.manifest("app", bytes);
    });
    Scenario::new("An entry of an unknown media type, linked as a manifest.", fill)
}

pub(crate) fn unknown_entry_as_a_layer() -> Scenario {
    let fill = unknown_entry(|registry, digest| registry.mount("app", digest));
    Scenario::new("An entry of an unknown media type, linked as a layer.", fill)
}

pub(crate) fn unknown_entry_unlinked() -> Scenario {
    Scenario::new("An entry of an unknown media type, not linked at all.", unknown_entry(|_, _| ()))
}

pub(crate) fn unknown_entry_absent() -> Scenario {
    let fill = unknown_entry(|registry, digest| drop(registry.remove(&registry.data_key(digest))));
    Scenario::new("An entry of an unknown media type, neither linked nor stored.", fill)
}

pub(crate) fn manifest_in_doubt_and_a_repository_beside() -> Scenario {
    Scenario::new("Doubt reaches what the same repository links, and no further.", |registry| {
        two_images(registry);
        let digest = registry.manifest("app", "<html>502 Bad Gateway</html>");
        registry.tag("app", "broken", &digest);
    })
}

pub(crate) fn digests_that_are_none() -> Scenario {
    Scenario::new("References that name no digest, and members in another case.", |registry| {
        two_images(registry);
        let upper = format!("sha256:{}", "AB".repeat(32));
        let document = |digest: &str| json!({
            "schemaVersion": 2, "config": {"digest": digest, "size": 1}, "layers": [],
        });
        push_json(registry, "app", "upper", &document(&upper));
        push_json(registry, "app", "short", &document("sha256:abcd"));
        let case = json!({"schemaVersion": 2, "layers": [], "Layers": []});
        push_json(registry, "app", "case", &case);
    })
}

pub(crate) fn blake3() -> Scenario {
    Scenario::new("A layer under an algorithm that is registered and not known here.", |registry| {
        let digest: Digest = format!("blake3:{}", "ab".repeat(32)).parse().unwrap();
        registry.put(registry.data_key(&digest), "hashed otherwise");
        registry.mount("app", &digest);
        let config = registry.blob("{}");
        registry.mount("app", &config);
        let document = json!({
            "schemaVersion": 2,
            "config": {"digest": config.to_string(), "size": 2},
            "layers": [{"digest": digest.to_string(), "size": 16}],
        });
        push_json(registry, "app", "1.0", &document);
    })
    .verify_all()
}

pub(crate) fn hostile_names() -> Scenario {
    Scenario::new("Keys that steer terminals, spreadsheets and parsers.", |registry| {
        let nasty = "=cmd|'/C calc'!A0/\u{1b}[2J\u{202e}\n,\"evil";
        registry.image(nasty, "-rf \u{7}", &["base"]);
        registry.remove(&registry.data_key(&Digest::sha256_of(b"base")));
        registry.put("docker/registry/v2/blobs/sha256/../../../../etc/passwd", "x");
        registry.put(format!("docker/registry/v2/{}", "\u{1b}".repeat(20)), "x");
    })
}
