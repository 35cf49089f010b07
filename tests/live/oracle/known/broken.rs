//! What makes a collection give up, and report nothing at all.

use ocifsck::testing::{Document, Piece};

use super::scene::Scene;
use super::{BASE, Gc, Known, Ours};

const GARBAGE: Ours = Ours { reclaims: &["garbage"], doubts: &[], finds: &[] };

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "A manifest is not JSON",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let digest = scene.registry.manifest("app", "<html>502 Bad Gateway</html>");
            scene.call(&digest, "web page");
        },
        v2: Gc::GivesUp("failed to retrieve manifest"),
        v3: Gc::GivesUp("failed to retrieve manifest"),
        ours: Ours { finds: &["invalid-manifest"], ..GARBAGE },
        why: "One broken manifest hides the whole registry's garbage; to ocifsck it puts in doubt \
              what its own repository links",
        ..BASE
    },
    Known {
        name: "A manifest is of a kind that the registry does not know",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let document = scene.image("other config", "other layer");
            scene.push("other:1.0", "other", &document.media_type("application/vnd.example"));
        },
        v2: Gc::GivesUp("unrecognized manifest content type"),
        v3: Gc::GivesUp("unrecognized manifest content type"),
        ours: Ours { finds: &["unknown-media-type"], ..GARBAGE },
        why: "One manifest of an unknown kind hides the whole registry's garbage; to ocifsck it \
              puts in doubt what its own repository links and nothing else refers to",
        ..BASE
    },
    Known {
        name: "An artifact manifest of image-spec 1.1's release candidates",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let artifact = Document::artifact_manifest().layer(scene.layer("sbom"));
            scene.push("sboms:1.0", "artifact", &artifact);
        },
        v2: Gc::GivesUp("unrecognized manifest content type"),
        v3: Gc::GivesUp("unrecognized manifest content type"),
        ours: GARBAGE,
        why: "Neither version knows the kind; other registries take it, and the data may have been \
              copied from there",
        ..BASE
    },
    Known {
        name: "A manifest of schema 1",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let image = Document::schema1().layer(scene.layer("old layer"));
            scene.push("old:1.0", "old image", &image);
        },
        v2: Gc::Deletes(&["garbage"]),
        v3: Gc::GivesUp("unrecognized manifest schema version 1"),
        ours: GARBAGE,
        why: "3 has given up schema 1, and with it every registry that still holds one",
        ..BASE
    },
    Known {
        name: "The member `manifests` is not a list",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let digest = scene.registry.manifest("app", r#"{"schemaVersion":2,"manifests":{}}"#);
            scene.call(&digest, "odd manifest");
        },
        v2: Gc::GivesUp("panic: interface conversion"),
        v3: Gc::GivesUp("panic: interface conversion"),
        ours: Ours { finds: &["invalid-manifest"], ..GARBAGE },
        why: "A manifest without `mediaType` is tried as an index first, and garbage-collect does \
              not survive the trial",
        ..BASE
    },
    Known {
        name: "The link of a revision is empty",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let image = scene.image("other config", "other layer");
            let digest = scene.push("other:1.0", "other", &image);
            scene.registry.edit(&scene.registry.revision_key("other", &digest), Vec::clear);
        },
        v2: Gc::GivesUp("invalid checksum digest format"),
        v3: Gc::GivesUp("invalid checksum digest format"),
        ours: Ours { finds: &["invalid-link"], ..GARBAGE },
        why: "One empty link hides the whole registry's garbage; its path says all the same what \
              it is for",
        ..BASE
    },
    Known {
        name: "The link of a layer is empty",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let image = scene.image("other config", "other layer");
            scene.push("other:1.0", "other", &image);
            let layer = scene.layer("other layer").digest();
            scene.registry.edit(&scene.registry.layer_key("other", &layer), Vec::clear);
        },
        v2: Gc::Deletes(&["garbage"]),
        v3: Gc::GivesUp("invalid checksum digest format"),
        ours: Ours { finds: &["invalid-link"], ..GARBAGE },
        why: "2.8 does not read the links of layers; 3 does, to find those that nothing needs",
        ..BASE
    },
    Known {
        name: "A blob lies in another folder than its digest says",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let digest = Piece::layer("misplaced").digest();
            let hex = digest.encoded();
            scene.call(&digest, "misplaced");
            let key = format!("docker/registry/v2/blobs/sha256/00/{hex}/data");
            scene.registry.put(key, "misplaced");
        },
        v2: Gc::GivesUp("error enumerating blobs"),
        v3: Gc::GivesUp("error enumerating blobs"),
        ours: Ours { finds: &["stray-object"], ..GARBAGE },
        why: "One key that is out of place hides the whole registry's garbage",
        ..BASE
    },
    Known {
        name: "Something called `data` lies where no blob is",
        scene: |scene| {
            garbage_beside_an_image(scene);
            scene.registry.put("docker/registry/v2/blobs/sha256/0/data", "");
        },
        v2: Gc::GivesUp("panic: runtime error: slice bounds out of range"),
        v3: Gc::GivesUp("panic: runtime error: slice bounds out of range"),
        ours: Ours { finds: &["stray-object"], ..GARBAGE },
        why: "One key that is out of place hides the whole registry's garbage, and garbage-collect \
              does not survive reading it",
        ..BASE
    },
    Known {
        name: "A repository has a name that no client can use",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let image = scene.image("other config", "other layer");
            scene.push("team/App:1.0", "other", &image);
        },
        v2: Gc::GivesUp("failed to parse repo name"),
        v3: Gc::GivesUp("failed to parse repo name"),
        ours: GARBAGE,
        why: "One name that no client could have pushed hides the whole registry's garbage; \
              ocifsck keeps what lies under it",
        ..BASE
    },
    Known {
        name: "There are no repositories",
        scene: |scene| {
            let digest = scene.registry.blob("garbage");
            scene.call(&digest, "garbage");
        },
        v2: Gc::GivesUp("Path not found"),
        v3: Gc::GivesUp("Path not found"),
        ours: Ours { reclaims: &[], doubts: &["garbage"], finds: &["foreign-registry"] },
        why: "garbage-collect wants the folder `repositories`; where nothing is left in it, a \
              bucket has none. ocifsck cannot tell that from a copy of the blobs alone: who knows \
              that it is none says so by an empty `--keep-digests`",
        ..BASE
    },
];

/// What a collection would have to report.
fn garbage_beside_an_image(scene: &mut Scene) {
    let image = scene.image("config", "layer");
    scene.push("app:1.0", "manifest", &image);
    let digest = scene.registry.blob("garbage");
    scene.call(&digest, "garbage");
}
