//! `--delete-untagged`, which most people run it with.

use ocifsck::testing::Document;

use super::{BASE, Gc, Known, Ours, Roots};

const BY_TAGS: Known = Known { roots: Roots::Tags, ..BASE };

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "The children of a tagged index have no tags",
        scene: |scene| {
            let child = scene.image("config", "layer");
            scene.call(&child.digest(), "child");
            scene.push("app:1.0", "index", &Document::index().child("linux/amd64", child));
        },
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&[]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "2.8 does not follow an index; 3 does",
        ..BY_TAGS
    },
    Known {
        name: "A sparse copy of an index comes first",
        scene: |scene| {
            let child = scene.image("config", "layer");
            scene.call(&child.digest(), "child");
            let sparse = Document::index().absent_child("linux/amd64", child.clone());
            let whole = Document::index().child("linux/amd64", child);
            scene.push("a:1.0", "index", &sparse);
            let layer = scene.layer("layer").digest();
            scene.registry.mount("a", &layer);
            scene.push("b:1.0", "index", &whole);
        },
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-link"] },
        why: "2.8 does not follow an index; 3 does, but what one repository has named it does not \
              look into for another: in `a` the child is not linked, and in `b` it counts as seen",
        ..BY_TAGS
    },
    Known {
        name: "A referrer of a tagged image",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let subject = scene.push("app:1.0", "manifest", &image);
            let sbom = scene.image("sbom config", "sbom layer");
            scene.push("app", "sbom", &sbom.subject(&subject));
        },
        v2: Gc::Deletes(&["sbom", "sbom config", "sbom layer"]),
        v3: Gc::Deletes(&["sbom", "sbom config", "sbom layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "garbage-collect does not know `subject`: what is about a live image is live",
        ..BY_TAGS
    },
    Known {
        name: "One repository of several has no tags",
        scene: |scene| {
            let tagged = scene.image("tagged config", "tagged layer");
            scene.push("tagged:1.0", "tagged", &tagged);
            let image = scene.image("config", "layer");
            scene.push("app", "manifest", &image);
        },
        v2: Gc::GivesUp("unknown repository name=app"),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &["manifest", "config", "layer"], doubts: &[], finds: &[] },
        why: "A push by digest is enough for it. 2.8 wants the folder `tags`; 3 deletes the data \
              and leaves the link, which then leads nowhere",
        ..BY_TAGS
    },
    Known {
        name: "No repository has a tag, as Harbor leaves it from 2.15 on",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app", "manifest", &image);
        },
        v2: Gc::GivesUp("unknown repository name=app"),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours {
            reclaims: &[],
            doubts: &["manifest", "config", "layer"],
            finds: &["foreign-registry"],
        },
        why: "The tags are in a database. garbage-collect takes every image for untagged; ocifsck \
              does not believe that nobody tags anything",
        ..BY_TAGS
    },
    Known {
        name: "The link of a tag is empty",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            let other = scene.image("other config", "other layer");
            scene.push("app:2.0", "other", &other);
            let tag = scene.registry.tag_key("app", "1.0");
            scene.registry.edit(&tag, Vec::clear);
        },
        v2: Gc::GivesUp("invalid checksum digest format"),
        v3: Gc::GivesUp("invalid checksum digest format"),
        ours: Ours {
            reclaims: &[],
            doubts: &["manifest", "config", "layer"],
            finds: &["invalid-link"],
        },
        why: "One empty link hides the whole registry's garbage; to ocifsck it puts in doubt what \
              its repository links",
        ..BY_TAGS
    },
];
