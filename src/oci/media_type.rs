//! Media types, and what each says about the document that bears it.

/// OCI image manifest.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// OCI image index.
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// OCI image config.
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// The empty descriptor's.
pub const OCI_EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// OCI artifact manifest: in release candidates of image-spec 1.1, withdrawn before it.
pub const OCI_ARTIFACT: &str = "application/vnd.oci.artifact.manifest.v1+json";
/// ORAS artifact manifest, the draft that came before.
pub const ORAS_ARTIFACT: &str = "application/vnd.cncf.oras.artifact.manifest.v1+json";
/// Docker image manifest, version 2, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker manifest list.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// Docker image manifest, schema 1.
pub const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
/// Docker image manifest, schema 1, signed.
pub const DOCKER_SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
/// Docker image config.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";

const BUILDKIT_CACHE_CONFIG: &str = "application/vnd.buildkit.cacheconfig.v0";
const OCI_LAYER: &str = "application/vnd.oci.image.layer.";
const OCI_FOREIGN_LAYER: &str = "application/vnd.oci.image.layer.nondistributable.";
const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.";
const DOCKER_FOREIGN_LAYER: &str = "application/vnd.docker.image.rootfs.foreign.";

/// What the entry of an index is, by its media type alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A manifest or another index.
    Manifest,
    /// A blob that refers to nothing. `BuildKit` lists the layers of a cache in an index.
    Blob,
    /// The media type does not tell.
    Unknown,
}

/// The media type without parameters (`; charset=utf-8`).
#[must_use]
pub fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or(media_type).trim()
}

/// What a manifest lists as a layer, by its media type alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// An archive, packed or not.
    Archive,
    /// An archive that only who has a key can unpack (ocicrypt).
    Encrypted,
    /// What some artifact holds: a signature, a chart, a module, the blob of another format.
    Other,
}

/// What a manifest lists as a layer, by its media type alone.
#[must_use]
pub fn layer_kind(media_type: &str) -> LayerKind {
    let media_type = essence(media_type);
    let format = media_type.strip_prefix(OCI_LAYER).or(media_type.strip_prefix(DOCKER_LAYER));
    let has =
        |word: &str| format.is_some_and(|text| text.split(['.', '+']).any(|part| part == word));
    match (has("tar"), has("encrypted")) {
        (false, _) => LayerKind::Other,
        (true, false) => LayerKind::Archive,
        (true, true) => LayerKind::Encrypted,
    }
}

/// Whether a config of this media type is an image's. An artifact's may be anything.
#[must_use]
pub fn is_image_config(media_type: &str) -> bool {
    matches!(essence(media_type), OCI_CONFIG | DOCKER_CONFIG)
}

/// What the entry of an index is, by its media type alone.
#[must_use]
pub fn entry_kind(media_type: &str) -> EntryKind {
    match essence(media_type) {
        OCI_MANIFEST
        | OCI_INDEX
        | OCI_ARTIFACT
        | ORAS_ARTIFACT
        | DOCKER_MANIFEST
        | DOCKER_LIST
        | DOCKER_SCHEMA1
        | DOCKER_SCHEMA1_SIGNED => EntryKind::Manifest,
        OCI_CONFIG | DOCKER_CONFIG | OCI_EMPTY | BUILDKIT_CACHE_CONFIG => EntryKind::Blob,
        other if other.starts_with(OCI_LAYER) || other.starts_with(DOCKER_LAYER) => EntryKind::Blob,
        _ => EntryKind::Unknown,
    }
}

/// Whether a layer may be kept elsewhere than in the registry. Its `urls` do not tell
/// (image-spec, layer.md, "Non-Distributable Layers"); its media type does.
#[must_use]
pub fn is_foreign_layer(media_type: &str) -> bool {
    let media_type = essence(media_type);
    media_type.starts_with(OCI_FOREIGN_LAYER) || media_type.starts_with(DOCKER_FOREIGN_LAYER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_manifests_from_layers() {
        for (media_type, kind) in [
            (OCI_INDEX, EntryKind::Manifest),
            ("application/vnd.oci.image.manifest.v1+json; charset=utf-8", EntryKind::Manifest),
            ("application/vnd.oci.image.layer.v1.tar+zstd", EntryKind::Blob),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", EntryKind::Blob),
            ("application/vnd.buildkit.cacheconfig.v0", EntryKind::Blob),
            ("application/vnd.example+json", EntryKind::Unknown),
            ("", EntryKind::Unknown),
        ] {
            assert_eq!(entry_kind(media_type), kind, "{media_type}");
        }
    }

    #[test]
    fn tells_archives_from_other_content() {
        for (media_type, kind) in [
            ("application/vnd.oci.image.layer.v1.tar", LayerKind::Archive),
            ("application/vnd.oci.image.layer.v1.tar+zstd", LayerKind::Archive),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", LayerKind::Archive),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip; x=y", LayerKind::Archive),
            ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", LayerKind::Archive),
            ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", LayerKind::Encrypted),
            ("application/vnd.oci.image.layer.nydus.blob.v1", LayerKind::Other),
            ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", LayerKind::Other),
            ("application/vnd.in-toto+json", LayerKind::Other),
            ("application/vnd.dev.cosign.simplesigning.v1+json", LayerKind::Other),
            ("", LayerKind::Other),
        ] {
            assert_eq!(layer_kind(media_type), kind, "{media_type}");
        }
    }

    #[test]
    fn knows_foreign_layers() {
        for foreign in [
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
        ] {
            assert!(is_foreign_layer(foreign), "{foreign}");
        }
        assert!(!is_foreign_layer("application/vnd.oci.image.layer.v1.tar"));
    }
}
