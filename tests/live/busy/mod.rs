//! A clean registry that holds one of everything that real clients push.

mod crane;
mod oras;
mod program;
mod regctl;

use serde_json::{Value, json};

use crate::estargz;
use crate::http::Client;
use crate::images::{
    Blob, CONFIG, GZIP_LAYER, INDEX, Image, Layer, MANIFEST, index, layer, multi_platform, noise,
    plain_layer,
};
use crate::registry::Registry;
use crate::skopeo;

/// Fills the registry. Nothing in it is damaged; some of it is garbage.
pub(crate) fn push(registry: &Registry) {
    let base = layer("etc/os-release", "NAME=base\n");
    let client = Client::new(registry);
    images(registry, &base);
    formats(registry, &base);
    platforms(registry, &base);
    unusual_indexes(&client, &base);
    build_cache(registry, &client);
    package(&client);
    referrers(&client, &base);
    odd_images(&client, &base);
    neighbours(&client, &base);
    leftovers(&client, &base);
    crane::push(registry);
    regctl::push(registry);
    oras::push(registry);
}

fn image(title: &str, base: &Layer) -> Image {
    Image::new(title, "amd64", &[base.clone(), layer("app/binary", title)])
}

/// Tags that share a digest, layers that images share, and a tag that moves.
fn images(registry: &Registry, base: &Layer) {
    let (old, new) = (image("web 1.0", base), image("web 1.1", base));
    skopeo::push(registry, "apps/web:1.0", &old, &[]);
    skopeo::push(registry, "apps/web:stable", &old, &[]);
    skopeo::push(registry, "apps/web:latest", &old, &[]);
    skopeo::push(registry, "apps/web:1.1", &new, &[]);
    skopeo::push(registry, "apps/web:latest", &new, &[]);
    skopeo::push(registry, "apps/nightly:latest", &image("nightly 1", base), &[]);
    skopeo::push(registry, "apps/nightly:latest", &image("nightly 2", base), &[]);
    // A layer that is stored in several parts.
    let model = layer("app/model", noise("model", 12 << 20));
    skopeo::push(registry, "apps/model:1.0", &Image::new("model", "amd64", &[model]), &[]);
}

/// The same kinds of image in every manifest format and compression.
fn formats(registry: &Registry, base: &Layer) {
    let push = |tag: &str, image: Image, options: &[&str]| {
        skopeo::push(registry, &format!("formats/app:{tag}"), &image, options);
    };
    push("schema2", image("schema 2", base), &["--format", "v2s2"]);
    if registry.version.takes_schema1() {
        push("schema1", image("schema 1", base), &["--format", "v2s1"]);
    }
    let plain = |title| Image::new(title, "amd64", &[plain_layer("app/plain", title)]);
    push("tar", plain("plain tar"), &["--preserve-digests"]);
    push("zstd", plain("zstd"), &["--dest-compress-format", "zstd"]);
    push("estargz", lazy("estargz"), &["--preserve-digests"]);
}

/// An image whose layer can be pulled a file at a time.
fn lazy(title: &str) -> Image {
    let (layer, toc) = estargz::layer("app/binary", title);
    let plain = Image::new(title, "amd64", std::slice::from_ref(&layer));
    let annotations = json!({ "annotations": { estargz::TOC_DIGEST: toc } });
    let more = json!({ "layers": [layer.blob.descriptor_with(annotations)] });
    Image::from_parts(plain.config, plain.layers, more)
}

/// Indexes with attestations, OCI and Docker.
fn platforms(registry: &Registry, base: &Layer) {
    let (attested, images) = multi_platform("multi", base);
    skopeo::push_index(registry, "library/multi:1.0", &attested, &images, &["--preserve-digests"]);
    let entries: Value = serde_json::from_slice(&attested.bytes).expect("an index is JSON");
    let images_only = entries["manifests"].as_array().expect("entries")[..2].to_vec();
    let plain = index(&images_only);
    let docker = ["--format", "v2s2"];
    skopeo::push_index(registry, "library/list:1.0", &plain, &images[..2], &docker);
}

fn unusual_indexes(client: &Client, base: &Layer) {
    let (inner, images) = multi_platform("nested", base);
    for image in &images {
        client.push("library/nested", &image.manifest.digest(), image);
    }
    client.put_manifest("library/nested", &inner.digest(), &inner);
    client.put_manifest("library/nested", "1.0", &index(&[inner.descriptor()]));

    let untyped = json!({ "schemaVersion": 2, "manifests": [images[0].manifest.descriptor()] });
    let untyped = Blob::new(INDEX, untyped.to_string());
    client.put_manifest("library/nested", "untyped", &untyped);
}

/// BuildKit's `type=registry` cache: an index whose entries are layers, and the same as an image.
fn build_cache(registry: &Registry, client: &Client) {
    let cached = layer("cache/step", "a build step\n").blob;
    let config =
        Blob::new("application/vnd.buildkit.cacheconfig.v0", r#"{"layers":[],"records":[]}"#);
    client.upload("ci/cache", &cached);
    client.upload("ci/cache", &config);
    if registry.version.takes_layers_in_an_index() {
        let cache = index(&[cached.descriptor(), config.descriptor()]);
        client.put_manifest("ci/cache", "main", &cache);
    }
    client.push("ci/cache", "image", &Image::from_parts(config, vec![cached], json!({})));
}

/// A Zarf package: an index of one manifest for each architecture.
fn package(client: &Client) {
    let blob = |title: &str| {
        let title_of = json!({ "annotations": { "org.opencontainers.image.title": title } });
        let blob = Blob::new("application/vnd.zarf.layer.v1.blob", title);
        (blob.descriptor_with(title_of), blob)
    };
    let parts = ["zarf.yaml", "checksums.txt", "images/index.json"].map(blob);
    let config = Blob::new("application/vnd.zarf.config.v1+json", r#"{"architecture":"amd64"}"#);
    let (descriptors, blobs): (Vec<Value>, Vec<Blob>) = parts.into_iter().unzip();
    let manifest = Image::from_parts(config, blobs, json!({ "layers": descriptors }));
    client.push("packages/web", &manifest.manifest.digest(), &manifest);
    let platform = json!({ "platform": { "architecture": "amd64", "os": "multi" } });
    let entry = manifest.manifest.descriptor_with(platform);
    client.put_manifest("packages/web", "1.0.0", &index(&[entry]));
}

/// Signatures and attestations in each of the ways they are attached.
fn referrers(client: &Client, base: &Layer) {
    let repository = "apps/signed";
    let signed = image("signed", base);
    client.push(repository, "1.0", &signed);
    let stem = signed.manifest.digest().replace(':', "-");
    for suffix in ["sig", "att"] {
        client.push(repository, &format!("{stem}.{suffix}"), &signature(suffix, json!({})));
    }
    let referrer = |title: &str, subject: &Blob| {
        signature(title, json!({ "subject": subject.descriptor(), "artifactType": "example/sbom" }))
    };
    // Known by the fallback tag, by its digest alone, and of a subject that never came.
    let listed = referrer("listed", &signed.manifest);
    client.push(repository, &listed.manifest.digest(), &listed);
    client.put_manifest(repository, &stem, &index(&[listed.manifest.descriptor()]));
    let loose = referrer("loose", &signed.manifest);
    client.push(repository, &loose.manifest.digest(), &loose);
    let early = referrer("early", &image("never pushed", base).manifest);
    client.push(repository, &early.manifest.digest(), &early);
}

/// An artifact with an image's config, as cosign makes them.
fn signature(title: &str, more: Value) -> Image {
    let payload = Blob::new("application/vnd.dev.cosign.simplesigning.v1+json", title);
    let config =
        json!({ "architecture": "", "os": "", "rootfs": { "diff_ids": [payload.digest()] } });
    Image::from_parts(Blob::json(CONFIG, &config), vec![payload], more)
}

fn odd_images(client: &Client, base: &Layer) {
    let twice = Image::new("the same layer twice", "amd64", &[base.clone(), base.clone()]);
    client.push("odd/twice", "1.0", &twice);

    let untyped = image("no media type", base);
    let document = json!({
        "schemaVersion": 2,
        "config": untyped.config.descriptor(),
        "layers": untyped.layers.iter().map(Blob::descriptor).collect::<Vec<_>>(),
    });
    let manifest = Blob::new(MANIFEST, document.to_string());
    client.push("odd/untyped", "1.0", &Image { manifest, ..untyped });

    // The foreign layer stays where its URL says; nobody uploads it.
    let own = image("windows", base);
    let foreign =
        Blob::new("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "elsewhere");
    let url = json!({ "urls": ["https://example.com/layer.tar.gz"] });
    let document = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": own.config.descriptor(),
        "layers": [foreign.descriptor_with(url), own.layers[1].descriptor()],
    });
    client.push("odd/windows", "1.0", &Image { manifest: Blob::json(MANIFEST, &document), ..own });

    let empty = Blob::new("application/vnd.oci.empty.v1+json", "{}");
    let inline =
        Image::from_parts(empty.clone(), vec![empty], json!({ "artifactType": "example/empty" }));
    client.push("odd/empty", "1.0", &inline);

    let untagged = image("by digest alone", base);
    client.push("odd/untagged", &untagged.manifest.digest(), &untagged);
}

/// Names of which one is the beginning of another, or sorts between another and its children.
fn neighbours(client: &Client, base: &Layer) {
    for repository in ["a", "a/b", "a-b", "a.b", "ab", "a/b/c"] {
        client.push(repository, "1.0", &image(repository, base));
    }
    client.mount("mounts/only", &base.blob.digest(), "a");
}

/// What deletions and broken uploads leave behind.
fn leftovers(client: &Client, base: &Layer) {
    let deleted = image("deleted", base);
    client.push("attic/deleted", "1.0", &deleted);
    client.delete_manifest("attic/deleted", &deleted.manifest.digest());
    client.upload("attic/loose-blob", &Blob::new(GZIP_LAYER, "no manifest ever named this"));
    for length in [0, 1 << 10, 6 << 20, 12 << 20] {
        client.interrupt_upload("attic/uploads", &vec![0x5a; length]);
    }
}
