//! What is still needed, and would be deleted.

use ocifsck::layout::{Entry, Lockfile};
use ocifsck::testing::{Document, Piece};

use super::{Gc, Known, Ours, Roots};

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "The data of a manifest is lost",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            scene.registry.remove(&scene.registry.data_key(&digest));
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &["config", "layer"], finds: &["missing-manifest"] },
        why: "garbage-collect passes over a link without data in silence, and deletes what could \
              have been restored with the manifest",
    },
    Known {
        name: "The link of a tagged manifest is lost",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-link"] },
        why: "garbage-collect does not look at tags; one small object would mend the image",
    },
    Known {
        name: "A bit of a manifest has flipped",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let layer = scene.layer("layer").digest();
            let digest = scene.push("app:1.0", "manifest", &image);
            let (right, wrong) =
                (layer.to_string(), layer.to_string().replace("sha256:", "sha256:"));
            let wrong = wrong.chars().rev().collect::<String>();
            let _ = (right, wrong);
            let key = scene.registry.data_key(&digest);
            scene.registry.edit(&key, |bytes| {
                let text = String::from_utf8(bytes.clone()).expect("JSON");
                let at = text.find(&layer.encoded().to_string()).expect("the layer");
                bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            });
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["layer"]),
        v3: Gc::Deletes(&["layer"]),
        ours: Ours { reclaims: &[], doubts: &["layer"], finds: &["digest-mismatch"] },
        why: "garbage-collect believes a manifest without comparing it with its digest",
    },
    Known {
        name: "A layer is named by its SHA-512",
        scene: |scene| {
            let layer = Piece::layer("layer");
            scene.call(layer.digest(), "layer");
            let image = Document::image().config(scene.config("config")).layer(layer.sha512());
            scene.push("app:1.0", "manifest", &image);
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["layer"]),
        v3: Gc::Deletes(&["layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "the registry stores the data by its SHA-256 and links the one to the other; \
              garbage-collect does not follow that link",
    },
    Known {
        name: "A child of an index has no link of its own",
        scene: |scene| {
            let child = scene.image("config", "layer");
            scene.call(child.digest(), "child");
            let digest = child.digest();
            scene.push("app:1.0", "index", &Document::index().child("linux/amd64", child));
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-link"] },
        why: "garbage-collect keeps the child and not what it refers to, so that the link that \
              would mend it comes too late",
    },
    Known {
        name: "A manifest has the members of an image and of an index",
        scene: |scene| {
            let (config, layer) = (scene.config("config"), scene.layer("layer"));
            let image = Document::image().config(config).layer(layer).without_media_type();
            scene.push("app", "image", &image);
            let digest = image.digest();
            let mut bytes = image.bytes();
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
            scene.registry.remove(&scene.registry.data_key(&digest));
            bytes.pop();
            bytes.extend(b",\"manifests\":[]}");
            let digest = scene.registry.manifest("app", bytes);
            scene.registry.tag("app", "1.0", &digest);
            scene.call(digest, "manifest");
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["invalid-manifest"] },
        why: "garbage-collect takes it for an index; clients differ, so ocifsck keeps both",
    },
    Known {
        name: "A repository has no layers",
        scene: |scene| {
            let elsewhere = Document::image().layer("elsewhere");
            let index = Document::index().absent_child("linux/amd64", elsewhere);
            scene.push("app:1.0", "index", &index);
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["index"]),
        v3: Gc::GivesUp("_layers"),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-child"] },
        why: "version 2 takes for a repository what has a folder `_layers`; version 3 takes what \
              has `_manifests`, and then wants the other too",
    },
    Known {
        name: "A stray file lies among the repositories",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            scene.registry.put("docker/registry/v2/repositories/_backup", "");
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&[]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["stray-object"] },
        why: "a file whose name begins with `_` ends version 2's walk of its folder: all \
              repositories after it count for nothing",
    },
    Known {
        name: "Signatures of schema 1, as registries up to 2.4 kept them",
        scene: |scene| {
            let image = Document::schema1().layer(scene.layer("layer"));
            let digest = scene.push("app:1.0", "manifest", &image);
            let signature = scene.registry.sign("app", &digest, "signature");
            scene.call(signature, "signature");
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["signature"]),
        v3: Gc::GivesUp("unrecognized manifest schema version 1"),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "nothing but the link under the revision refers to a signature, and garbage-collect \
              does not look there",
    },
    Known {
        name: "A manifest is linked as a layer, as registry 2.1 did",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
            scene.registry.mount("app", &digest);
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "version 2 serves such a manifest still, and collects it",
    },
    Known {
        name: "GitLab keeps the registry's books in a database",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app", "manifest", &image);
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
            let lockfile = Entry::Lockfile(Lockfile::DatabaseInUse);
            scene.registry.put(scene.registry.key(&lockfile), "2026-01-02T03:04:05Z");
        },
        roots: Roots::Revisions,
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours {
            reclaims: &[],
            doubts: &["manifest", "config", "layer"],
            finds: &["foreign-registry"],
        },
        why: "the bucket does not say what is tagged or linked; ocifsck waits for `--keep-digests`",
    },
];
