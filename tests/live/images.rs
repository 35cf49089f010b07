//! Small valid images, the same bytes each time they are made.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use flate2::Crc;
use miniz_oxide::deflate::compress_to_vec;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const GZIP_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The digest by which a registry stores `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex("sha256:", &Sha256::digest(bytes))
}

/// `prefix` and the lower-case hexadecimal of `bytes`.
pub(crate) fn hex(prefix: &str, bytes: &[u8]) -> String {
    bytes.iter().fold(prefix.to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes text");
        text
    })
}

/// Bytes that no compression makes smaller, always the same for one `seed`.
pub(crate) fn noise(seed: &str, length: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|block| Sha256::digest(format!("{seed} {block}")));
    blocks.take(length).collect()
}

/// Bytes and what they are.
#[derive(Clone)]
pub(crate) struct Blob {
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Blob {
    pub(crate) fn new(media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { media_type: media_type.to_owned(), bytes: bytes.into() }
    }

    pub(crate) fn json(media_type: &str, document: &Value) -> Self {
        Self::new(media_type, document.to_string())
    }

    pub(crate) fn digest(&self) -> String {
        sha256(&self.bytes)
    }

    pub(crate) fn descriptor(&self) -> Value {
        json!({
            "mediaType": self.media_type,
            "digest": self.digest(),
            "size": self.bytes.len(),
        })
    }

    /// The descriptor with what `more` says beside it.
    pub(crate) fn descriptor_with(&self, more: Value) -> Value {
        merged(self.descriptor(), more)
    }
}

/// A filesystem layer: what is pushed, and the digest of the tar inside.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) blob: Blob,
    diff_id: String,
}

impl Layer {
    /// `bytes` of which `tar` is what they unpack to.
    pub(crate) fn new(media_type: &str, bytes: Vec<u8>, tar: &[u8]) -> Self {
        Self { blob: Blob::new(media_type, bytes), diff_id: sha256(tar) }
    }
}

/// A gzipped tar of one file.
pub(crate) fn layer(path: &str, content: impl AsRef<[u8]>) -> Layer {
    let tar = tar(path, content.as_ref());
    Layer::new(GZIP_LAYER, gzip(&tar), &tar)
}

/// One member of gzip (RFC 1952). By this library and no other: flate2 compresses with whichever the
/// program wants, and the example bucket has to keep its bytes.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(compress_to_vec(bytes, 6));
    gzip.extend(crc.sum().to_le_bytes());
    gzip.extend(crc.amount().to_le_bytes());
    gzip
}

/// A tar of one file, as it is.
pub(crate) fn plain_layer(path: &str, content: &str) -> Layer {
    let tar = tar(path, content.as_bytes());
    Layer::new("application/vnd.oci.image.layer.v1.tar", tar.clone(), &tar)
}

/// A tar of one file.
pub(crate) fn tar(path: &str, content: &[u8]) -> Vec<u8> {
    tar_of(path, content).into_inner().expect("memory takes bytes")
}

/// One file as it stands in a tar, without the end of the tar.
pub(crate) fn tar_entry(path: &str, content: &[u8]) -> Vec<u8> {
    tar_of(path, content).get_ref().clone()
}

fn tar_of(path: &str, content: &[u8]) -> tar::Builder<Vec<u8>> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len().try_into().expect("a small file"));
    header.set_mode(0o644);
    header.set_mtime(0);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, path, content).expect("memory takes bytes");
    builder
}

/// A manifest and everything that it refers to.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) manifest: Blob,
    pub(crate) config: Blob,
    pub(crate) layers: Vec<Blob>,
}

impl Image {
    /// A runnable image for one architecture of Linux.
    pub(crate) fn new(title: &str, architecture: &str, layers: &[Layer]) -> Self {
        let diff_ids: Vec<&str> = layers.iter().map(|layer| layer.diff_id.as_str()).collect();
        let history: Vec<Value> = diff_ids
            .iter()
            .map(|_| json!({ "created": "2024-01-01T00:00:00Z", "created_by": "COPY . /" }))
            .collect();
        let config = json!({
            "created": "2024-01-01T00:00:00Z",
            "architecture": architecture,
            "os": "linux",
            "config": { "Cmd": ["/bin/true"], "Labels": { "title": title } },
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
            "history": history,
        });
        let layers = layers.iter().map(|layer| layer.blob.clone()).collect();
        Self::from_parts(Blob::json(CONFIG, &config), layers, json!({}))
    }

    /// Any config, any layers, and what else the manifest is to say.
    pub(crate) fn from_parts(config: Blob, layers: Vec<Blob>, more: Value) -> Self {
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config.descriptor(),
            "layers": layers.iter().map(Blob::descriptor).collect::<Vec<_>>(),
        });
        Self { manifest: Blob::json(MANIFEST, &merged(manifest, more)), config, layers }
    }

    /// The config and the layers, which must be there before the manifest is.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Blob> {
        std::iter::once(&self.config).chain(&self.layers)
    }
}

/// An index of `entries`, which are descriptors.
pub(crate) fn index(entries: &[Value]) -> Blob {
    let document = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    Blob::json(INDEX, &document)
}

/// What BuildKit says about how `image` was made.
pub(crate) fn attestation(image: &Image) -> Image {
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [{ "digest": { "sha256": &image.manifest.digest()[7..] } }],
        "predicate": { "builder": { "id": "" } },
    });
    let statement = Blob::json("application/vnd.in-toto+json", &statement);
    let config = json!({
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": { "type": "layers", "diff_ids": [statement.digest()] },
    });
    Image::from_parts(Blob::json(CONFIG, &config), vec![statement], json!({}))
}

/// A two-platform index with an attestation for each, as BuildKit makes them.
pub(crate) fn multi_platform(title: &str, base: &Layer) -> (Blob, Vec<Image>) {
    let mut images = Vec::new();
    let mut entries = Vec::new();
    for architecture in ["amd64", "arm64"] {
        let own = layer("app/binary", format!("{title} for {architecture}\n"));
        let image = Image::new(title, architecture, &[base.clone(), own]);
        let platform = json!({ "platform": { "architecture": architecture, "os": "linux" } });
        entries.push(image.manifest.descriptor_with(platform));
        images.push(image);
    }
    for position in 0..images.len() {
        let attestation = attestation(&images[position]);
        entries.push(attestation.manifest.descriptor_with(json!({
            "platform": { "architecture": "unknown", "os": "unknown" },
            "annotations": {
                "vnd.docker.reference.digest": images[position].manifest.digest(),
                "vnd.docker.reference.type": "attestation-manifest",
            },
        })));
        images.push(attestation);
    }
    (index(&entries), images)
}

/// Writes an OCI image layout in which `top` has the name `tag`.
pub(crate) fn write_layout<'a>(
    folder: &Path,
    tag: &str,
    top: &'a Blob,
    others: impl IntoIterator<Item = &'a Blob>,
) {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("folders");
    for blob in others.into_iter().chain([top]) {
        fs::write(blobs.join(&blob.digest()[7..]), &blob.bytes).expect("a blob");
    }
    let name = json!({ "annotations": { "org.opencontainers.image.ref.name": tag } });
    let index = json!({ "schemaVersion": 2, "manifests": [top.descriptor_with(name)] });
    fs::write(folder.join("index.json"), index.to_string()).expect("an index");
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("a marker");
}

fn merged(mut document: Value, more: Value) -> Value {
    let target = document.as_object_mut().expect("a JSON object");
    let Value::Object(more) = more else { panic!("{more} is no JSON object") };
    target.extend(more);
    document
}
