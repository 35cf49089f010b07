//! What the OCI and Docker specifications say. No I/O, no bucket.

mod config;
mod descriptor;
mod digest;
mod manifest;
pub mod media_type;
mod spelling;
pub mod tag_schema;

pub use self::config::{ConfigError, History, ImageConfig};
pub use self::descriptor::Descriptor;
pub use self::digest::{Digest, DigestError, Hasher};
pub use self::manifest::{Manifest, ManifestError, ManifestKind, Role};
