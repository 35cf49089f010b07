//! Digests under way.

use sha2::Digest as _;

use super::Digest;
use super::sha256::Sha256;

/// A digest under way. Made by [`Digest::hasher`].
#[derive(Debug, Clone)]
pub struct Hasher(Algorithm);

#[derive(Debug, Clone)]
enum Algorithm {
    Sha256(Sha256),
    Sha512(Box<sha2::Sha512>),
}

impl Hasher {
    pub(super) const fn sha256() -> Self {
        Self(Algorithm::Sha256(Sha256::new()))
    }

    pub(super) fn sha512() -> Self {
        Self(Algorithm::Sha512(Box::new(sha2::Sha512::new())))
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Algorithm::Sha256(hash) => hash.update(bytes),
            Algorithm::Sha512(hash) => hash.update(bytes),
        }
    }

    /// Whether [`Hasher::update_both`] of two such takes less time than one after the other.
    #[must_use]
    pub const fn gains_by_company(&self) -> bool {
        matches!(self.0, Algorithm::Sha256(_))
    }

    /// Takes the next bytes of two objects, until all of one have been taken; how many of each.
    pub fn update_both(
        (one, its): (&mut Self, &[u8]),
        (other, others): (&mut Self, &[u8]),
    ) -> (usize, usize) {
        if let (Algorithm::Sha256(one), Algorithm::Sha256(other)) = (&mut one.0, &mut other.0) {
            return Sha256::update_both((one, its), (other, others));
        }
        one.update(its);
        other.update(others);
        (its.len(), others.len())
    }

    /// The digest of all bytes taken.
    #[must_use]
    pub fn finish(self) -> Digest {
        match self.0 {
            Algorithm::Sha256(hash) => Digest::from_sha256(hash.finish()),
            Algorithm::Sha512(hash) => Digest::from_sha512(hash.finalize().into()),
        }
    }
}
