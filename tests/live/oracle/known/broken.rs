//! What makes a collection give up, and report nothing at all.

use ocifsck::testing::{Document, Piece};

use super::scene::Scene;
use super::{BASE, Gc, Known, Ours};

const GARBAGE: Ours = Ours { reclaims: &["garbage"], doubts: &[], finds: &[] };

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "A manifest is no JSON",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let digest = scene.registry.manifest("app", "<html>502 Bad Gateway</html>");
            scene.call(digest, "web page");
        },
        v2: Gc::GivesUp("failed to retrieve manifest"),
        v3: Gc::GivesUp("failed to retrieve manifest"),
        ours: Ours { finds: &["invalid-manifest"], ..GARBAGE },
        why: "one broken manifest hides the whole registry's garbage; to ocifsck it puts in doubt what its own repositories link",
        ..BASE
    },
    Known {
        name: "A manifest is of a kind that the registry does not know",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let document = Document::image()
                .config(scene.config("other config"))
                .layer(scene.layer("other layer"));
            scene.push("other:1.0", "other", &document.media_type("application/vnd.example"));
        },
        v2: Gc::GivesUp("unrecognized manifest content type"),
        v3: Gc::GivesUp("unrecognized manifest content type"),
        ours: Ours { finds: &["unknown-media-type"], ..GARBAGE },
        why: "as before",
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
        why: "other registries took them, and the data may have been copied from there",
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
        why: "version 3 has forgotten schema 1",
        ..BASE
    },
    Known {
        name: "`manifests` is no list",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let digest = scene.registry.manifest("app", r#"{"schemaVersion":2,"manifests":{}}"#);
            scene.call(digest, "odd manifest");
        },
        v2: Gc::GivesUp("panic: interface conversion"),
        v3: Gc::GivesUp("panic: interface conversion"),
        ours: Ours { finds: &["invalid-manifest"], ..GARBAGE },
        why: "a manifest without `mediaType` is tried as an index first, and garbage-collect does not survive the trial",
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
        why: "the path of the link says what it is for",
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
        why: "version 2 does not read layer links",
        ..BASE
    },
    Known {
        name: "A blob lies in another folder than its digest says",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let digest = Piece::layer("misplaced").digest();
            let hex = digest.encoded().to_string();
            scene.call(digest, "misplaced");
            let key = format!("docker/registry/v2/blobs/sha256/00/{hex}/data");
            scene.registry.put(key, "misplaced");
        },
        v2: Gc::GivesUp("error enumerating blobs"),
        v3: Gc::GivesUp("error enumerating blobs"),
        ours: Ours { finds: &["stray-object"], ..GARBAGE },
        why: "one stray key hides the whole registry's garbage",
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
        why: "the same, and garbage-collect does not survive it",
        ..BASE
    },
    Known {
        name: "A repository has a name that is none",
        scene: |scene| {
            garbage_beside_an_image(scene);
            let image = scene.image("other config", "other layer");
            scene.push("team/App:1.0", "other", &image);
        },
        v2: Gc::GivesUp("failed to parse repo name"),
        v3: Gc::GivesUp("failed to parse repo name"),
        ours: GARBAGE,
        why: "ocifsck takes what is in the bucket as it is: what lies there might be moved back",
        ..BASE
    },
    Known {
        name: "There are no repositories",
        scene: |scene| {
            let digest = scene.registry.blob("garbage");
            scene.call(digest, "garbage");
        },
        v2: Gc::GivesUp("Path not found"),
        v3: Gc::GivesUp("Path not found"),
        ours: GARBAGE,
        why: "garbage-collect wants the folder `repositories`",
        ..BASE
    },
];

/// What a collection would have to report.
fn garbage_beside_an_image(scene: &mut Scene) {
    let image = scene.image("config", "layer");
    scene.push("app:1.0", "manifest", &image);
    let digest = scene.registry.blob("garbage");
    scene.call(digest, "garbage");
}
