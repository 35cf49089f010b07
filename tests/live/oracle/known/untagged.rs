//! `--delete-untagged`, which most people run it with.

use ocifsck::layout::Entry;
use ocifsck::testing::Document;

use super::{Gc, Known, Ours, Roots};

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "The children of a tagged index have no tags",
        scene: |scene| {
            let child = scene.image("config", "layer");
            scene.call(child.digest(), "child");
            scene.push("app:1.0", "index", &Document::index().child("linux/amd64", child));
        },
        roots: Roots::Tags,
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&[]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "version 2 does not follow an index; version 3 does",
    },
    Known {
        name: "A sparse copy of an index comes first",
        scene: |scene| {
            let child = scene.image("config", "layer");
            scene.call(child.digest(), "child");
            let sparse = Document::index().absent_child("linux/amd64", child.clone());
            let whole = Document::index().child("linux/amd64", child);
            scene.push("a:1.0", "index", &sparse);
            let layer = scene.layer("layer").digest();
            scene.registry.mount("a", &layer);
            scene.push("b:1.0", "index", &whole);
        },
        roots: Roots::Tags,
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-link"] },
        why: "version 3 takes a child that the repository `a` has named as seen to, though it could not look into it there",
    },
    Known {
        name: "A referrer of a tagged image",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let subject = scene.push("app:1.0", "manifest", &image);
            let sbom = Document::image()
                .config(scene.config("sbom config"))
                .layer(scene.layer("sbom layer"));
            scene.push("app", "sbom", &sbom.subject(&subject));
        },
        roots: Roots::Tags,
        v2: Gc::Deletes(&["sbom", "sbom config", "sbom layer"]),
        v3: Gc::Deletes(&["sbom", "sbom config", "sbom layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "garbage-collect does not know `subject`",
    },
    Known {
        name: "A repository without tags",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app", "manifest", &image);
        },
        roots: Roots::Tags,
        v2: Gc::GivesUp("repository name not known to registry"),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &["manifest", "config", "layer"], doubts: &[], finds: &[] },
        why: "version 2 wants the folder `tags`; version 3 deletes the data and leaves the link, which then leads nowhere",
    },
    Known {
        name: "A tag says nothing",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            let other = scene.image("other config", "other layer");
            scene.push("app:2.0", "other", &other);
            scene
                .registry
                .put(scene.registry.key(&Entry::Tag { repository: "app", tag: "1.0" }), "");
        },
        roots: Roots::Tags,
        v2: Gc::GivesUp("invalid checksum digest format"),
        v3: Gc::GivesUp("invalid checksum digest format"),
        ours: Ours {
            reclaims: &["manifest", "config", "layer"],
            doubts: &[],
            finds: &["invalid-link"],
        },
        why: "?",
    },
];
