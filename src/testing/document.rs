//! Manifests of any kind, with what they refer to.

use serde_json::{Value, json};

use super::piece::Piece;
use crate::oci::{Digest, media_type};

/// A manifest, an index or an artifact, with all that it refers to.
#[derive(Debug, Clone)]
pub struct Document {
    shape: Shape,
    media_type: Option<String>,
    pub(super) config: Option<Piece>,
    pub(super) layers: Vec<Piece>,
    pub(super) entries: Vec<Entry>,
    subject: Option<Digest>,
    artifact_type: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Image,
    Index,
    Artifact,
    Schema1,
}

/// An entry of an index.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// A manifest for a platform.
    Child { platform: String, document: Document, is_pushed: bool },
    /// A layer: `BuildKit` lists those of a cache so.
    Layer(Piece),
}

impl Document {
    const fn new(shape: Shape) -> Self {
        Self {
            shape,
            media_type: None,
            config: None,
            layers: Vec::new(),
            entries: Vec::new(),
            subject: None,
            artifact_type: None,
        }
    }

    /// An OCI image. Until it gets one, its config is one of its own: what its layers are.
    #[must_use]
    pub fn image() -> Self {
        Self::new(Shape::Image).media_type(media_type::OCI_MANIFEST)
    }

    /// A Docker image, schema 2.
    #[must_use]
    pub fn docker_image() -> Self {
        Self::new(Shape::Image).media_type(media_type::DOCKER_MANIFEST)
    }

    /// A Docker image, schema 1, as its payload is stored. Has no config.
    #[must_use]
    pub const fn schema1() -> Self {
        Self::new(Shape::Schema1)
    }

    /// An OCI index.
    #[must_use]
    pub fn index() -> Self {
        Self::new(Shape::Index).media_type(media_type::OCI_INDEX)
    }

    /// A Docker manifest list.
    #[must_use]
    pub fn docker_list() -> Self {
        Self::new(Shape::Index).media_type(media_type::DOCKER_LIST)
    }

    /// An artifact in the shape of an image, with the empty config.
    #[must_use]
    pub fn artifact(artifact_type: &str) -> Self {
        let mut artifact = Self::image().config(Piece::empty());
        artifact.artifact_type = Some(artifact_type.to_owned());
        artifact
    }

    /// An artifact manifest, as release candidates of image-spec 1.1 had it: `blobs`, no config.
    #[must_use]
    pub fn artifact_manifest() -> Self {
        Self::new(Shape::Artifact).media_type(media_type::OCI_ARTIFACT)
    }

    /// What `BuildKit` exports a cache as: an index of layers and a config of its own.
    #[must_use]
    pub fn build_cache(layers: impl IntoIterator<Item = Piece>, config: &str) -> Self {
        let mut cache = Self::index();
        cache.entries.extend(layers.into_iter().map(Entry::Layer));
        let config = Piece::config(config).media_type("application/vnd.buildkit.cacheconfig.v0");
        cache.entries.push(Entry::Layer(config));
        cache
    }

    /// With another media type.
    #[must_use]
    pub fn media_type(mut self, media_type: &str) -> Self {
        self.media_type = Some(media_type.to_owned());
        self
    }

    /// Without the member `mediaType`, which OCI documents need not have.
    #[must_use]
    pub fn without_media_type(mut self) -> Self {
        self.media_type = None;
        self
    }

    /// With one layer more.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<Piece>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// With this config.
    #[must_use]
    pub fn config(mut self, config: Piece) -> Self {
        self.config = Some(config);
        self
    }

    /// About this manifest.
    #[must_use]
    pub fn subject(mut self, subject: &Digest) -> Self {
        self.subject = Some(subject.clone());
        self
    }

    /// With an entry more, for a platform: `linux/arm64`, `unknown/unknown` for an attestation.
    #[must_use]
    pub fn child(self, platform: &str, document: Self) -> Self {
        self.entry(platform, document, true)
    }

    /// With an entry more that is not pushed: a sparse index.
    #[must_use]
    pub fn absent_child(self, platform: &str, document: Self) -> Self {
        self.entry(platform, document, false)
    }

    fn entry(mut self, platform: &str, document: Self, is_pushed: bool) -> Self {
        let platform = platform.to_owned();
        self.entries.push(Entry::Child { platform, document, is_pushed });
        self
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.json().to_string().into_bytes()
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::sha256_of(&self.bytes())
    }

    /// The config: one that was given, or one of its own.
    pub(super) fn own_config(&self) -> Option<Piece> {
        if self.shape != Shape::Image {
            return None;
        }
        Some(self.config.clone().unwrap_or_else(|| {
            let layers: Vec<String> =
                self.layers.iter().map(|layer| layer.digest().to_string()).collect();
            Piece::config(json!({"os": "linux", "of": layers}).to_string())
        }))
    }

    fn json(&self) -> Value {
        if self.shape == Shape::Schema1 {
            return self.payload();
        }
        let layers: Vec<Value> = self.layers.iter().map(Piece::descriptor).collect();
        let mut json = json!({"schemaVersion": 2});
        match self.shape {
            Shape::Index => {
                json["manifests"] = self.entries.iter().map(Entry::descriptor).collect();
            }
            Shape::Artifact => json["blobs"] = layers.into(),
            Shape::Image | Shape::Schema1 => json["layers"] = layers.into(),
        }
        if let Some(config) = self.own_config() {
            json["config"] = config.descriptor();
        }
        if let Some(media_type) = &self.media_type {
            json["mediaType"] = media_type.as_str().into();
        }
        if let Some(artifact_type) = &self.artifact_type {
            json["artifactType"] = artifact_type.as_str().into();
        }
        if let Some(subject) = &self.subject {
            json["subject"] = json!({
                "mediaType": media_type::OCI_MANIFEST,
                "digest": subject.to_string(),
                "size": 2,
            });
        }
        json
    }

    /// Schema 1 names its topmost layer first.
    fn payload(&self) -> Value {
        let layers = self.layers.iter().rev();
        let sums: Vec<Value> =
            layers.map(|layer| json!({"blobSum": layer.digest().to_string()})).collect();
        let history = vec![json!({"v1Compatibility": "{}"}); sums.len()];
        json!({
            "schemaVersion": 1, "name": "n", "tag": "t", "architecture": "amd64",
            "fsLayers": sums, "history": history,
        })
    }

    fn descriptor(&self, platform: &str) -> Value {
        let bytes = self.bytes();
        let (os, rest) = platform.split_once('/').unwrap_or((platform, "unknown"));
        let (architecture, variant) = rest.split_once('/').unwrap_or((rest, ""));
        let mut platform = json!({"os": os, "architecture": architecture});
        if !variant.is_empty() {
            platform["variant"] = variant.into();
        }
        let by_shape = match self.shape {
            Shape::Index => media_type::OCI_INDEX,
            _ => media_type::OCI_MANIFEST,
        };
        json!({
            "mediaType": self.media_type.as_deref().unwrap_or(by_shape),
            "digest": Digest::sha256_of(&bytes).to_string(),
            "size": bytes.len(),
            "platform": platform,
        })
    }
}

impl Entry {
    fn descriptor(&self) -> Value {
        match self {
            Self::Child { platform, document, .. } => document.descriptor(platform),
            Self::Layer(piece) => piece.descriptor(),
        }
    }
}
