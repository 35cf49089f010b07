//! What is still needed, and would be deleted.

use std::time::Duration;

use ocifsck::layout::{Entry, Lockfile};
use ocifsck::testing::{Document, Piece};

use super::{BASE, Gc, Known, Ours};

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "The data of a manifest is lost",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            scene.registry.remove(&scene.registry.data_key(&digest));
        },
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &["config", "layer"], finds: &["missing-manifest"] },
        why: "garbage-collect passes in silence over a link without data, and deletes what could \
              still be used once the manifest is restored",
        ..BASE
    },
    Known {
        name: "The link of a tagged manifest is lost",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
        },
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-link"] },
        why: "garbage-collect does not look at tags; writing the small link anew would mend the \
              image",
        ..BASE
    },
    Known {
        name: "The link of a manifest names another manifest",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            let other = scene.image("other config", "other layer");
            let other = scene.push("app:2.0", "other", &other);
            let link = scene.registry.revision_key("app", &digest);
            scene.registry.edit(&link, |bytes| *bytes = other.to_string().into_bytes());
        },
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["invalid-link"] },
        why: "garbage-collect believes what the link says; ocifsck keeps what its path says too, \
              for one of the two is wrong",
        ..BASE
    },
    Known {
        name: "A blob was uploaded a moment ago",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            let digest = scene.registry.blob("new layer");
            scene.registry.mount("app", &digest);
            scene.call(&digest, "new layer");
        },
        v2: Gc::Deletes(&["new layer"]),
        v3: Gc::Deletes(&["new layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        min_age: Duration::from_hours(24),
        why: "The manifest comes after its blobs, and may be on its way: garbage-collect is not \
              made for a registry that is pushed to",
        ..BASE
    },
    Known {
        name: "A bit of a manifest has flipped, in the digest of its layer",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let layer = scene.layer("layer").digest();
            let digest = scene.push("app:1.0", "manifest", &image);
            let key = scene.registry.data_key(&digest);
            scene.registry.edit(&key, |bytes| {
                let named = layer.encoded();
                let text = String::from_utf8_lossy(bytes);
                let at = text.find(&*named).expect("a manifest names its layer");
                // One hexadecimal digit becomes another.
                bytes[at] ^= 1;
            });
        },
        v2: Gc::Deletes(&["layer"]),
        v3: Gc::Deletes(&["layer"]),
        ours: Ours { reclaims: &[], doubts: &["layer"], finds: &["digest-mismatch"] },
        why: "garbage-collect never compares a manifest with its digest, and a digest in it that \
              is not the layer's any more keeps nothing",
        ..BASE
    },
    Known {
        name: "A layer is named by its SHA-512",
        scene: |scene| {
            let layer = Piece::layer("layer");
            scene.call(&layer.digest(), "layer");
            let image = Document::image().config(scene.config("config")).layer(layer.sha512());
            scene.push("app:1.0", "manifest", &image);
        },
        v2: Gc::Deletes(&["layer"]),
        v3: Gc::Deletes(&["layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "The registry stores the data by its SHA-256 and links the other name to it; \
              garbage-collect does not follow that link",
        ..BASE
    },
    Known {
        name: "A child of an index has no link of its own",
        scene: |scene| {
            let child = scene.image("config", "layer");
            scene.call(&child.digest(), "child");
            let digest = child.digest();
            scene.push("app:1.0", "index", &Document::index().child("linux/amd64", child));
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
        },
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-link"] },
        why: "garbage-collect keeps the child and not what it refers to; the link could be written \
              anew, the layer not",
        ..BASE
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
            scene.call(&digest, "manifest");
        },
        v2: Gc::Deletes(&["config", "layer"]),
        v3: Gc::Deletes(&["config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["invalid-manifest"] },
        why: "garbage-collect takes it for an index, others take it for an image, so ocifsck keeps \
              what either needs",
        ..BASE
    },
    Known {
        name: "A repository has no layers",
        scene: |scene| {
            let elsewhere = Document::image().layer("elsewhere");
            let index = Document::index().absent_child("linux/amd64", elsewhere);
            scene.push("app:1.0", "index", &index);
        },
        v2: Gc::Deletes(&["index"]),
        v3: Gc::GivesUp("Path not found: /docker/registry/v2/repositories/app/_layers"),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["missing-child"] },
        why: "2.8 takes for a repository what has a folder `_layers`; 3 what has `_manifests`, and \
              then wants the other too",
        ..BASE
    },
    Known {
        name: "A stray file lies among the repositories",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            scene.registry.put("docker/registry/v2/repositories/_backup", "");
        },
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&[]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &["stray-object"] },
        why: "A file whose name begins with `_` ends 2.8's walk of its folder: the repositories \
              after it are not seen",
        ..BASE
    },
    Known {
        name: "Signatures of schema 1, as registries up to 2.4 kept them",
        scene: |scene| {
            let image = Document::schema1().layer(scene.layer("layer"));
            let digest = scene.push("app:1.0", "manifest", &image);
            let signature = scene.registry.sign("app", &digest, "signature");
            scene.call(&signature, "signature");
        },
        v2: Gc::Deletes(&["signature"]),
        v3: Gc::GivesUp("unrecognized manifest schema version 1"),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "Nothing but the link under the revision refers to a signature, and garbage-collect \
              does not count that",
        ..BASE
    },
    Known {
        name: "A manifest is linked as a layer, as registry 2.1 did",
        scene: |scene| {
            let image = scene.image("config", "layer");
            let digest = scene.push("app:1.0", "manifest", &image);
            scene.registry.remove(&scene.registry.revision_key("app", &digest));
            scene.registry.mount("app", &digest);
        },
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
        why: "2.8 still serves such a manifest, and collects it all the same; here a tag names it",
        ..BASE
    },
    Known {
        name: "Harbor keeps blobs without a manifest",
        scene: |scene| {
            let image = scene.image("config", "layer");
            scene.push("app:1.0", "manifest", &image);
            let digest = scene.registry.blob("export");
            scene.registry.mount("sys_harb0r/scandataexport/csv", &digest);
            scene.call(&digest, "export");
        },
        v2: Gc::Deletes(&["export"]),
        v3: Gc::Deletes(&["export"]),
        ours: Ours { reclaims: &[], doubts: &["export"], finds: &["foreign-registry"] },
        why: "Harbor's database alone knows which of them it still wants; `--keep-digests` tells \
              ocifsck",
        ..BASE
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
        v2: Gc::Deletes(&["manifest", "config", "layer"]),
        v3: Gc::Deletes(&["manifest", "config", "layer"]),
        ours: Ours {
            reclaims: &[],
            doubts: &["manifest", "config", "layer"],
            finds: &["foreign-registry"],
        },
        why: "The bucket does not say what is tagged or linked, and garbage-collect does not know \
              that; `--keep-digests` tells ocifsck",
        ..BASE
    },
];
