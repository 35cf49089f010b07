//! What a collection never tells.

use ocifsck::oci::Digest;

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
        name: "An upload was never finished",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            scene.registry.upload("app", "6b1d", "half a layer");
        },
        v2: Gc::Deletes(&[]),
        v3: Gc::Deletes(&[]),
        ours: Ours { finds: &["stale-upload"], ..NOTHING },
        why: "Uploads are the running registry's to purge, if it is told to",
        ..BASE
    },
    Known {
        name: "A link leads nowhere",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            scene.registry.mount("app", &Digest::sha256_of(b"gone"));
        },
        v2: Gc::Deletes(&[]),
        v3: Gc::Deletes(&[]),
        ours: Ours { finds: &["dangling-link"], ..NOTHING },
        why: "garbage-collect passes over it",
        ..BASE
    },
    Known {
        name: "The image is gone, its signature is not",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let subject = scene.push("app:1.0", "manifest", &image);
            let signature = scene.image("its config", "its layer");
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
        why: "The signature has a tag of its own, so it is kept; that it signs nothing any more is \
              for ocifsck to tell",
        ..BASE
    },
    Known {
        name: "A layer is linked in `a` and used in `b`",
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
        why: "3 also deletes the links of layers that no manifest seen so far needs, and it sees \
              the repositories in the order of their names: this link goes, the one below stays. \
              ocifsck reports no link whose data is there",
        ..BASE
    },
    Known {
        name: "A layer is linked in `b` and used in `a`",
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
        why: "The same, the names the other way round",
        ..BASE
    },
];
