//! What the OCI and Docker specifications say. No I/O, no bucket.

mod config;
mod descriptor;
mod digest;
mod hasher;
mod manifest;
pub mod media_type;
mod sha256;
mod spelling;
pub mod tag_schema;

pub use self::config::{ConfigError, History, ImageConfig};
pub use self::descriptor::Descriptor;
pub use self::digest::{Digest, DigestError};
pub use self::hasher::Hasher;
pub use self::manifest::{Manifest, ManifestError, ManifestKind, Role};
