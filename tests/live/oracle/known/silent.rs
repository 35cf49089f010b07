//! What a collection never tells.

use ocifsck::oci::Digest;
use ocifsck::testing::Document;

use super::{BASE, Gc, Known, Ours};

const NOTHING: Ours = Ours { reclaims: &[], doubts: &[], finds: &[] };

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "The data of a layer is lost",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            let layer = scene.layer("layer").digest();
            scene.registry.remove(&scene.registry.data_key(&layer));
        },
        v2: Gc::Deletes(&[]),
        v3: Gc::Deletes(&[]),
        ours: Ours { finds: &["missing-blob"], ..NOTHING },
        why: "garbage-collect marks what manifests name and never asks whether it is there",
        ..BASE
    },
    Known {
        name: "A layer is shorter than its manifest says",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            let layer = scene.layer("layer").digest();
            scene.registry.edit(&scene.registry.data_key(&layer), |bytes| bytes.truncate(2));
        },
        v2: Gc::Deletes(&[]),
        v3: Gc::Deletes(&[]),
        ours: Ours { finds: &["size-mismatch"], ..NOTHING },
        why: "garbage-collect looks at names alone",
        ..BASE
    },
    Known {
        name: "Uploads were never finished",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            scene.registry.upload("app", "6b1d", "half a layer");
        },
        v2: Gc::Deletes(&[]),
        v3: Gc::Deletes(&[]),
        ours: Ours { finds: &["stale-upload"], ..NOTHING },
        why: "uploads are purged by the running registry, if by anybody",
        ..BASE
    },
    Known {
        name: "Links lead nowhere",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            scene.registry.mount("app", &Digest::sha256_of(b"gone"));
        },
        v2: Gc::Deletes(&[]),
        v3: Gc::Deletes(&[]),
        ours: Ours { finds: &["dangling-link"], ..NOTHING },
        why: "garbage-collect passes over them",
        ..BASE
    },
    Known {
        name: "The image is gone, its signature is not",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let subject = scene.push("app:1.0", "manifest", &image);
            let signature = Document::image()
                .config(scene.config("its config"))
                .layer(scene.layer("its layer"));
            let tag = format!("app:{}.sig", subject.to_string().replace(':', "-"));
            scene.push(&tag, "signature", &signature);
            let keys = [
                scene.registry.revision_key("app", &subject),
                scene.registry.tag_key("app", "1.0"),
                scene.registry.history_key("app", "1.0", &subject),
            ];
            for key in keys {
                scene.registry.remove(&key);
            }
        },
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours {
            reclaims: &["manifest", "config", "layer"],
            finds: &["orphaned-referrer"],
            ..NOTHING
        },
        why: "the signature has a tag of its own, and nobody to tell that it signs nothing",
        ..BASE
    },
    Known {
        name: "A layer was mounted and is used elsewhere: before",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("b:1.0", "manifest", &image);
            let other = scene.image("other config", "other layer");
            scene.push("a:1.0", "other", &other);
            let layer = scene.layer("layer").digest();
            scene.registry.mount("a", &layer);
        },
        v2: Gc::Unlinks(&[]),
        v3: Gc::Unlinks(&["a: layer"]),
        ours: NOTHING,
        why: "version 3 deletes layer links that no manifest seen so far needs, in the order of the repositories' names",
        ..BASE
    },
    Known {
        name: "A layer was mounted and is used elsewhere: after",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("a:1.0", "manifest", &image);
            let other = scene.image("other config", "other layer");
            scene.push("b:1.0", "other", &other);
            let layer = scene.layer("layer").digest();
            scene.registry.mount("b", &layer);
        },
        v2: Gc::Unlinks(&[]),
        v3: Gc::Unlinks(&[]),
        ours: NOTHING,
        why: "the same the other way round",
        ..BASE
    },
];
