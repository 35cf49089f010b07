//! What the OCI and Docker specifications say. No I/O, no bucket.

mod digest;

pub use self::digest::{Digest, DigestError, Hasher};
