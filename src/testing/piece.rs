//! Configs and layers: content that refers to nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::oci::{Digest, media_type};

/// A config or layer, and how it is named and stored.
#[derive(Debug, Clone)]
pub struct Piece {
    pub(super) bytes: Vec<u8>,
    pub(super) storage: Storage,
    media_type: String,
    name: Name,
    is_inline: bool,
    size: u64,
}

/// What becomes of a piece when its manifest is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// Data and link.
    Whole,
    /// Nothing: it is kept elsewhere.
    Nowhere,
}

/// By which algorithm a piece is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Sha256,
    Sha512,
    Unknown,
}

impl Piece {
    fn new(bytes: impl Into<Vec<u8>>, media_type: &str) -> Self {
        let bytes = bytes.into();
        Self {
            size: bytes.len() as u64,
            bytes,
            storage: Storage::Whole,
            media_type: media_type.to_owned(),
            name: Name::Sha256,
            is_inline: false,
        }
    }

    /// A layer. Its bytes need not be a tar archive: no registry looks.
    #[must_use]
    pub fn layer(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, "application/vnd.oci.image.layer.v1.tar+gzip")
    }

    /// A layer that may be kept elsewhere, and is.
    #[must_use]
    pub fn foreign_layer(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip").absent()
    }

    /// A config.
    #[must_use]
    pub fn config(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, media_type::OCI_CONFIG)
    }

    /// The config of an image whose layers have these diff IDs.
    #[must_use]
    pub fn image_config(diff_ids: &[Digest]) -> Self {
        let rootfs = json!({"type": "layers", "diff_ids": diff_ids});
        Self::config(json!({"os": "linux", "rootfs": rootfs}).to_string())
    }

    /// The empty descriptor's content, in the descriptor too.
    #[must_use]
    pub fn empty() -> Self {
        Self::new("{}", media_type::OCI_EMPTY).inline()
    }

    /// Under another media type.
    #[must_use]
    pub fn media_type(mut self, media_type: &str) -> Self {
        media_type.clone_into(&mut self.media_type);
        self
    }

    /// With its content in its descriptor.
    #[must_use]
    pub const fn inline(mut self) -> Self {
        self.is_inline = true;
        self
    }

    /// Neither stored nor linked.
    #[must_use]
    pub const fn absent(mut self) -> Self {
        self.storage = Storage::Nowhere;
        self
    }

    /// Stored and linked, as a registry that takes foreign layers would have it.
    #[must_use]
    pub const fn stored(mut self) -> Self {
        self.storage = Storage::Whole;
        self
    }

    /// Named by its SHA-512. Distribution stores the data by its SHA-256 all the same, and writes
    /// a link from the one to the other.
    #[must_use]
    pub const fn sha512(mut self) -> Self {
        self.name = Name::Sha512;
        self
    }

    /// Named by an algorithm that this program does not know.
    #[must_use]
    pub const fn unknown_algorithm(mut self) -> Self {
        self.name = Name::Unknown;
        self
    }

    /// With a descriptor that says another size.
    #[must_use]
    pub const fn size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// What its descriptor calls it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let sha256 = self.canonical();
        match self.name {
            Name::Sha256 => sha256,
            Name::Sha512 => Digest::from_sha512(sha2::Sha512::digest(&self.bytes).into()),
            Name::Unknown => Digest::from_parts("unknown", &sha256.encoded()).unwrap_or(sha256),
        }
    }

    /// What its data is stored under.
    pub(super) fn stored_as(&self) -> Digest {
        if self.name == Name::Unknown { self.digest() } else { self.canonical() }
    }

    fn canonical(&self) -> Digest {
        Digest::sha256_of(&self.bytes)
    }

    pub(super) fn descriptor(&self) -> Value {
        let mut descriptor = json!({
            "mediaType": self.media_type,
            "digest": self.digest().to_string(),
            "size": self.size,
        });
        if self.is_inline {
            descriptor["data"] = STANDARD.encode(&self.bytes).into();
        }
        descriptor
    }
}

/// A layer of these bytes.
impl From<&str> for Piece {
    fn from(bytes: &str) -> Self {
        Self::layer(bytes)
    }
}

/// A layer of these bytes.
impl From<Vec<u8>> for Piece {
    fn from(bytes: Vec<u8>) -> Self {
        Self::layer(bytes)
    }
}
