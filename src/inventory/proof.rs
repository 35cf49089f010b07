//! What a listing alone proves of a link.
//!
//! An object that was put in one piece and is not encrypted under KMS has the MD5 of its content
//! as its entity tag. A link's content is a digest in text, so whoever knows what it should say
//! can compute what its tag would be. Equality proves; inequality proves nothing, and the link is
//! read.

use md5::{Digest as _, Md5};

use crate::object::Object;
use crate::oci::Digest;

/// What an object's size and entity tag say of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// In bytes.
    pub size: u64,
    /// The entity tag, if it could be an MD5.
    pub md5: Option<[u8; 16]>,
}

impl Evidence {
    /// What this object shows.
    #[must_use]
    pub fn of(object: &Object) -> Self {
        Self { size: object.size, md5: object.etag.as_ref().and_then(crate::object::ETag::as_md5) }
    }

    /// Whether the content is surely this digest in text.
    #[must_use]
    pub fn proves(&self, digest: &Digest) -> bool {
        let Some(md5) = self.md5 else { return false };
        let text = digest.to_string();
        self.size == text.len() as u64 && <[u8; 16]>::from(Md5::digest(text)) == md5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proves_only_what_is_equal() {
        let (this, other) = (Digest::sha256_of(b"this"), Digest::sha256_of(b"other"));
        let evidence = Evidence { size: 71, md5: Some(Md5::digest(this.to_string()).into()) };
        assert!(evidence.proves(&this));
        assert!(!evidence.proves(&other));
        assert!(!Evidence { size: 72, ..evidence }.proves(&this));
        assert!(!Evidence { md5: None, ..evidence }.proves(&this));
    }
}
