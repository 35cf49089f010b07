//! Manifests: what refers to what.
//!
//! The parser takes every reference that it can find, whatever the document calls itself: a
//! reference taken in vain keeps a blob too long, one overlooked calls a live blob garbage. What
//! is odd about a document goes into [`Manifest::problems`].

use serde::Deserialize;

use super::descriptor::{Descriptor, RawDescriptor};
use super::digest::Digest;
use super::media_type::{self, EntryKind};
use super::spelling::Misspelt;

/// What kind of manifest a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ManifestKind {
    /// An image manifest, OCI or Docker schema 2, or an artifact in that shape.
    Image,
    /// An OCI index or a Docker manifest list.
    Index,
    /// An artifact manifest: `blobs` and no config.
    Artifact,
    /// Docker schema 1. What is stored is the payload, without its signatures.
    Schema1,
    /// A JSON object whose media type or shape is none of these.
    Unknown,
}

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// An image's config.
    Config,
    /// A layer, or any content of an artifact.
    Layer,
    /// An entry of an index.
    Child,
    /// What stands in a member that documents of this kind do not have. Registries and clients
    /// take no notice of it.
    Ignored,
}

/// A document that refers to content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What it is.
    pub kind: ManifestKind,
    /// What it calls itself. OCI documents need not say.
    pub media_type: Option<String>,
    /// Whether it says what it is, by a schema version or a media type. A config does not.
    pub is_declared: bool,
    /// What it is an artifact of.
    pub artifact_type: Option<String>,
    /// What it refers to, in the document's order.
    pub references: Vec<(Role, Descriptor)>,
    /// What it is about. A weak reference: it keeps nothing alive.
    pub subject: Option<Descriptor>,
    /// What is wrong with it, though it could be read: references that name no digest, inline
    /// data that is not what its digest names, shapes that contradict each other. Something may
    /// be referred to that is not in `references`. The first hundred of them: a document of four
    /// megabytes has room for a million.
    pub problems: Vec<String>,
}

/// How many problems of a manifest are told.
pub(super) const MOST_PROBLEMS: usize = 100;

/// Why a document is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON manifest: {0}")]
pub struct ManifestError(String);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawManifest {
    schema_version: Option<i64>,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<RawDescriptor>,
    layers: Option<Vec<RawDescriptor>>,
    blobs: Option<Vec<RawDescriptor>>,
    manifests: Option<Vec<RawDescriptor>>,
    subject: Option<RawDescriptor>,
    fs_layers: Option<Vec<RawFsLayer>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawFsLayer {
    blob_sum: String,
}

impl Manifest {
    /// Reads a document.
    ///
    /// # Errors
    /// If it is no JSON object, or if a member that holds references has another type than the
    /// specification gives it.
    ///
    /// ```
    /// use ocifsck::oci::{Manifest, ManifestKind};
    /// let index = Manifest::parse(br#"{"schemaVersion": 2, "manifests": []}"#).unwrap();
    /// assert_eq!(index.kind, ManifestKind::Index);
    /// assert!(Manifest::parse(b"<html>").is_err());
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let not_json = |error: serde_json::Error| ManifestError(error.to_string());
        let raw: RawManifest = serde_json::from_slice(bytes).map_err(not_json)?;
        let Misspelt(mut problems) = serde_json::from_slice(bytes).map_err(not_json)?;
        let kind = raw.kind(&mut problems);
        let media_type = raw.media_type.clone();
        let artifact_type = raw.artifact_type.clone();
        let is_declared = raw.schema_version.is_some() || media_type.is_some();
        let (references, subject) = (Vec::new(), None);
        let mut manifest =
            Self { kind, media_type, is_declared, artifact_type, references, subject, problems };
        manifest.take_references(raw);
        Ok(manifest)
    }

    /// The entries of an index whose platform it names.
    pub fn platforms(&self) -> impl Iterator<Item = &str> {
        self.references.iter().filter_map(|(_, descriptor)| descriptor.platform.as_deref())
    }

    fn take_references(&mut self, raw: RawManifest) {
        let (kind, problems) = (self.kind, &mut self.problems);
        let lists = [
            (Role::Config, "config", raw.config.map(|config| vec![config])),
            (Role::Layer, "layers", raw.layers),
            (Role::Layer, "blobs", raw.blobs),
            (Role::Child, "manifests", raw.manifests),
        ];
        for (role, member, list) in lists {
            let role = if kind.ignores(member) { Role::Ignored } else { role };
            for (index, descriptor) in list.into_iter().flatten().enumerate() {
                let place = format!("{member}[{index}]");
                self.references
                    .extend(descriptor.read(&place, problems).map(|descriptor| (role, descriptor)));
                problems.truncate(MOST_PROBLEMS);
            }
        }
        let role = if kind.ignores("fsLayers") { Role::Ignored } else { Role::Layer };
        for (index, layer) in raw.fs_layers.into_iter().flatten().enumerate() {
            match layer.blob_sum.parse::<Digest>() {
                Ok(digest) => self.references.push((role, bare(digest))),
                Err(error) => {
                    problems.push(format!("fsLayers[{index}]: the digest is none ({error})"));
                }
            }
            problems.truncate(MOST_PROBLEMS);
        }
        self.subject = raw.subject.and_then(|subject| subject.read("subject", problems));
        problems.truncate(MOST_PROBLEMS);
    }
}

impl ManifestKind {
    /// Whether documents of this kind do not have the member. One that would make it a document
    /// of another kind is a problem instead: somebody may read it as that.
    fn ignores(self, member: &str) -> bool {
        match self {
            Self::Image | Self::Index => matches!(member, "blobs" | "fsLayers"),
            Self::Artifact => matches!(member, "config" | "layers" | "fsLayers"),
            Self::Schema1 => matches!(member, "config" | "layers" | "blobs"),
            Self::Unknown => false,
        }
    }
}

impl RawManifest {
    /// The media type decides; where there is none, the shape (Distribution asks for `manifests`
    /// first). A shape that contradicts the media type is a problem, and so are two shapes at
    /// once, which registries refuse: a client that reads the other one pulls something else.
    fn kind(&self, problems: &mut Vec<String>) -> ManifestKind {
        let is_index = self.manifests.is_some();
        let is_image = self.layers.is_some() || self.config.is_some();
        if is_index && (is_image || self.fs_layers.is_some()) {
            problems.push("it has the members of an index and those of an image at once".into());
        }
        let kind = match self.media_type.as_deref().map(media_type::essence) {
            Some(media_type::OCI_INDEX | media_type::DOCKER_LIST) => ManifestKind::Index,
            Some(media_type::OCI_MANIFEST | media_type::DOCKER_MANIFEST) => ManifestKind::Image,
            Some(media_type::OCI_ARTIFACT | media_type::ORAS_ARTIFACT) => ManifestKind::Artifact,
            Some(media_type::DOCKER_SCHEMA1 | media_type::DOCKER_SCHEMA1_SIGNED) => {
                ManifestKind::Schema1
            }
            Some(other) if !other.is_empty() => return ManifestKind::Unknown,
            _ if is_index => ManifestKind::Index,
            _ if is_image => ManifestKind::Image,
            _ if self.schema_version == Some(1) && self.fs_layers.is_some() => {
                ManifestKind::Schema1
            }
            _ => return ManifestKind::Unknown,
        };
        let contradicted = match kind {
            ManifestKind::Index => is_image && !is_index,
            ManifestKind::Image => is_index && !is_image,
            _ => false,
        };
        if contradicted {
            problems.push("its members are not those of its media type".into());
        }
        kind
    }
}

/// A reference of which only the digest is known.
const fn bare(digest: Digest) -> Descriptor {
    Descriptor { media_type: None, digest, size: None, platform: None, inline: None }
}

impl Descriptor {
    /// What an index's entry is, by its media type alone.
    #[must_use]
    pub fn entry_kind(&self) -> EntryKind {
        self.media_type.as_deref().map_or(EntryKind::Unknown, media_type::entry_kind)
    }

    /// Whether this is a layer that may be kept elsewhere.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.media_type.as_deref().is_some_and(media_type::is_foreign_layer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn parse(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
    }

    fn roles(manifest: &Manifest) -> Vec<(Role, String)> {
        manifest.references.iter().map(|(role, d)| (*role, d.digest.to_string())).collect()
    }

    #[test]
    fn reads_an_image() {
        let image = parse(&format!(
            r#"{{"schemaVersion":2,"mediaType":"{}","config":{{"digest":"{A}","size":2}},
               "layers":[{{"digest":"{B}","size":7,"mediaType":"x"}}],"annotations":{{"a":"b"}}}}"#,
            media_type::OCI_MANIFEST
        ));
        assert_eq!(image.kind, ManifestKind::Image);
        assert_eq!(roles(&image), [(Role::Config, A.into()), (Role::Layer, B.into())]);
        assert_eq!(image.references[1].1.size, Some(7));
        assert!(image.problems.is_empty());
    }

    #[test]
    fn the_shape_decides_where_there_is_no_media_type() {
        for (text, kind) in [
            (r#"{"manifests":[]}"#, ManifestKind::Index),
            (r#"{"manifests":null,"layers":[]}"#, ManifestKind::Image),
            (r#"{"schemaVersion":1,"fsLayers":[]}"#, ManifestKind::Schema1),
            (r#"{"schemaVersion":2}"#, ManifestKind::Unknown),
            (r"{}", ManifestKind::Unknown),
            (r#"{"mediaType":"application/x","layers":[]}"#, ManifestKind::Unknown),
        ] {
            let manifest = parse(text);
            assert_eq!((manifest.kind, manifest.problems.len()), (kind, 0), "{text}");
        }
    }

    #[test]
    fn both_shapes_are_a_problem_and_all_their_references_count() {
        let both = parse(&format!(
            r#"{{"manifests":[{{"digest":"{A}","size":1}}],"layers":[{{"digest":"{B}","size":1}}]}}"#
        ));
        assert_eq!(both.kind, ManifestKind::Index);
        assert_eq!(roles(&both), [(Role::Layer, B.into()), (Role::Child, A.into())]);
        assert_eq!(both.problems.len(), 1);
    }

    #[test]
    fn what_a_reference_lacks_is_a_problem() {
        for text in [
            r#"{"layers":[{"size":1}]}"#,
            r#"{"layers":[{"digest":"sha256:AA","size":1}]}"#,
            &format!(r#"{{"layers":[{{"digest":"{A}","size":-1}}]}}"#),
            &format!(r#"{{"layers":[{{"digest":"{A}","size":2,"data":"e30="}}]}}"#),
            r#"{"layers":[],"Layers":[]}"#,
            r#"{"mediaType":"application/vnd.oci.image.index.v1+json","layers":[]}"#,
            r#"{"schemaVersion":1,"fsLayers":[{"blobSum":"x"}]}"#,
        ] {
            assert_eq!(parse(text).problems.len(), 1, "{text}");
        }
    }

    #[test]
    fn the_empty_descriptor_may_carry_its_content() {
        let artifact = parse(
            r#"{"config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"data":"e30=",
               "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
               "layers":[],"artifactType":"a/b"}"#,
        );
        assert!(artifact.references[0].1.inline.is_some());
        assert_eq!(artifact.problems, [""; 0]);
    }

    #[test]
    fn refuses_what_is_no_manifest() {
        for text in
            ["", "{", "[]", "null", "{} {}", r#"{"layers":{}}"#, r#"{"layers":1}"#, "\u{feff}{}"]
        {
            assert!(Manifest::parse(text.as_bytes()).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(Manifest::parse(format!(r#"{{"layers":{deep}}}"#).as_bytes()).is_err());
        assert!(Manifest::parse(format!(r#"{{"x":{deep},"layers":[]}}"#).as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes: Vec<u8>) {
            let _ = Manifest::parse(&bytes);
        }
    }
}
