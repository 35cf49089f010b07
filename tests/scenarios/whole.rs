//! Registries with nothing wrong, however odd they look.

use ocifsck::layout::{Entry, UploadPart};
use ocifsck::object::ETag;
use ocifsck::oci::Digest;
use ocifsck::testing::{Document, Piece, RegistryBuilder};
use serde_json::{Value, json};

use crate::scenario::Scenario;

pub(crate) fn docker_image_and_list() -> Scenario {
    Scenario::new("Docker schema 2, alone and in a manifest list.", |registry| {
        let amd64 = Document::docker_image().layer("base").layer("amd64");
        let arm = Document::docker_image().layer("base").layer("arm");
        registry.push("app", "amd64", &amd64);
        let list = Document::docker_list().child("linux/amd64", amd64).child("linux/arm/v7", arm);
        registry.push("app", "1.0", &list);
    })
}

pub(crate) fn no_media_types() -> Scenario {
    Scenario::new("OCI documents need not say what they are.", |registry| {
        let image = Document::image().layer("base").without_media_type();
        let index = Document::index().child("linux/amd64", image).without_media_type();
        registry.push("app", "1.0", &index);
    })
}

pub(crate) fn attestations() -> Scenario {
    Scenario::new("An attestation is an entry of an index like any other.", |registry| {
        let attestation =
            Document::image().layer(Piece::layer("sbom").media_type("application/vnd.in-toto"));
        let image = Document::image().layer("base");
        let index =
            Document::index().child("linux/amd64", image).child("unknown/unknown", attestation);
        registry.push("app", "1.0", &index);
    })
}

pub(crate) fn artifact_with_empty_config() -> Scenario {
    Scenario::new("The empty descriptor, with its content inline.", |registry| {
        registry.push("chart", "1.0", &Document::artifact("application/x").layer("a chart"));
    })
}

pub(crate) fn config_that_is_no_json() -> Scenario {
    Scenario::new("A config of an unknown media type is read by nobody.", |registry| {
        let config = Piece::config("not json").media_type("application/vnd.example.config");
        registry.push("artifact", "1.0", &Document::image().config(config).layer("content"));
    })
}

pub(crate) fn build_caches() -> Scenario {
    Scenario::new("BuildKit lists the layers of a cache in an index, or in an image.", |registry| {
        let cached = ["cached 1", "cached 2"].map(Piece::layer);
        registry.push("app", "cache", &Document::build_cache(cached.clone(), "the records"));
        let config = Piece::config("records").media_type("application/vnd.buildkit.cacheconfig.v0");
        let [one, two] = cached;
        let image = Document::image().config(config).layer(one).layer(two);
        registry.push("app", "cache-image", &image);
    })
}

pub(crate) fn foreign_layers() -> Scenario {
    Scenario::new("A foreign layer may be stored, and need not be.", |registry| {
        let image = Document::docker_image()
            .layer(Piece::foreign_layer("elsewhere"))
            .layer(Piece::foreign_layer("here").stored())
            .layer("own");
        registry.push("windows", "1.0", &image);
    })
}

pub(crate) fn sha512_alias() -> Scenario {
    Scenario::new("Data lies under its SHA-256, and a link says whose alias it is.", |registry| {
        registry.push("app", "1.0", &Document::image().layer(Piece::layer("base").sha512()));
    })
}

pub(crate) fn schema1() -> Scenario {
    Scenario::new(
        "Signatures hang on links alone. Layers repeat, and have no size.",
        |registry| {
            let image = Document::schema1().layer("empty").layer("base").layer("empty");
            let digest = registry.push("old", "1.0", &image);
            registry.sign("old", &digest, "a signature");
        },
    )
}

pub(crate) fn digests_in_annotations() -> Scenario {
    Scenario::new("Digests in annotations and diff IDs refer to nothing.", |registry| {
        let nowhere = Digest::sha256_of(b"uncompressed").to_string();
        let config = json!({"rootfs": {"type": "layers", "diff_ids": [nowhere]}}).to_string();
        let image = Document::image().config(Piece::config(config)).layer("base");
        let (_, mut json) = parts(registry, "app", &image);
        for name in [
            "containerd.io/snapshot/stargz/toc.digest",
            "io.github.containers.zstd-chunked.manifest-checksum",
            "vnd.docker.reference.digest",
            "containerd.io/uncompressed",
        ] {
            json["annotations"][name] = nowhere.as_str().into();
            json["layers"][0]["annotations"][name] = nowhere.as_str().into();
        }
        push_json(registry, "app", "1.0", &json);
    })
}

pub(crate) fn indented_manifest() -> Scenario {
    Scenario::new("A digest is over the bytes as they are stored, indented or not.", |registry| {
        let (image, json) = parts(registry, "app", &Document::image().layer("base"));
        let digest = registry.manifest("app", serde_json::to_vec_pretty(&json).unwrap());
        registry.tag("app", "1.0", &digest);
        assert_ne!(digest, image);
    })
}

pub(crate) fn names_that_sort_oddly() -> Scenario {
    Scenario::new("a-b/ and a.b/ come before a/, and a/b lies below a.", |registry| {
        for name in ["a", "a-b", "a.b", "a/b", "a/b-c", "ab"] {
            registry.image(name, "1", &["base", name]);
            registry.image(name, "1-rc", &["base"]);
        }
    })
}

pub(crate) fn shared_between_repositories() -> Scenario {
    Scenario::new("One digest tagged in two repositories, and mounted layers.", |registry| {
        for repository in ["team/app", "mirror/app"] {
            registry.image(repository, "1.0", &["base", "app"]);
        }
    })
}

pub(crate) fn manifest_that_is_also_a_layer() -> Scenario {
    Scenario::new("What is a manifest here is content of an artifact there.", |registry| {
        let image = Document::image().layer("base");
        registry.push("app", "1.0", &image);
        let bundle = Document::artifact("application/x").layer(Piece::layer(image.bytes()));
        registry.push("bundles", "1.0", &bundle);
    })
}

pub(crate) fn parts_of_repositories() -> Scenario {
    Scenario::new("Repositories of _layers, _manifests or _uploads alone.", |registry| {
        let index = Document::index();
        registry.push("manifests-only", "1.0", &index);
        let layer = registry.blob("mounted");
        registry.mount("layers-only", &layer);
        registry.set_time(None);
        registry.upload("uploads-only", "0b6c", "begun");
    })
}

pub(crate) fn referrers() -> Scenario {
    Scenario::new(
        "Referrers live by their subject; each new one replaces the fallback tag's index.",
        |registry| {
            let image = registry.image("app", "1.0", &["base"]);
            registry.referrer("app", &image, Document::artifact("sbom").layer("an sbom"));
            registry.referrer("app", &image, Document::artifact("scan").layer("a scan"));
            registry.cosign("app", &image, "a signature");
            let quiet = Document::artifact("untagged").layer("about it").subject(&image);
            registry.push_untagged("app", &quiet);
        },
    )
}

pub(crate) fn empty_layer_of_no_bytes() -> Scenario {
    Scenario::new("The digest of nothing is stored as nothing.", |registry| {
        registry.push("app", "1.0", &Document::image().layer(Piece::layer("")));
    })
    .verify_all()
}

pub(crate) fn encrypted_bucket() -> Scenario {
    Scenario::new("After a multipart upload an entity tag proves nothing.", |registry| {
        registry.image("app", "1.0", &["base"]);
    })
    .opened(|store| {
        let other = ocifsck::store::MemoryStore::new();
        for key in store.keys() {
            let content = store.content(&key).unwrap();
            other.put_with(key, content, |object| {
                object.etag = Some(ETag::new("5d41402abc4b2a76b9719d911017c592-2"));
            });
        }
        std::sync::Arc::new(other)
    })
}

pub(crate) fn keys_of_release_candidates() -> Scenario {
    Scenario::new("Tarsums, of before 2.0: counted, and nothing refers to them.", |registry| {
        let digest: Digest = format!("tarsum.v1+sha256:{}", "ab".repeat(32)).parse().unwrap();
        registry.put(registry.data_key(&digest), "of a release candidate");
        registry.link(&Entry::Layer { repository: "old", digest: digest.clone() }, &digest);
        registry.image("old", "1.0", &["base"]);
    })
}

pub(crate) fn upload_under_way() -> Scenario {
    Scenario::new("An upload of an hour ago, and one of which nobody knows the age.", |registry| {
        registry.image("app", "1.0", &["base"]);
        registry.set_time(Some("2026-01-01T23:00:00Z".parse().unwrap()));
        registry.upload("app", "0b6c", "begun");
        registry.set_time(None);
        let part = UploadPart::Data;
        let data = registry.key(&Entry::Upload { repository: "app", upload: "77ff", part });
        registry.put(data, "without startedat");
    })
    .with(|options| options.min_age = jiff::SignedDuration::from_hours(24))
}

/// Pushes what an image refers to, and not the image: its digest, and what it says.
fn parts(registry: &mut RegistryBuilder, repository: &str, image: &Document) -> (Digest, Value) {
    let digest = registry.push_untagged(repository, image);
    registry.remove(&registry.revision_key(repository, &digest));
    let bytes = registry.remove(&registry.data_key(&digest)).unwrap();
    (digest, serde_json::from_slice(&bytes).unwrap())
}

/// Pushes any document, and nothing that it refers to.
pub(crate) fn push_json(
    registry: &mut RegistryBuilder,
    repository: &str,
    tag: &str,
    json: &Value,
) -> Digest {
    let digest = registry.manifest(repository, json.to_string());
    registry.tag(repository, tag, &digest);
    digest
}
