//! The tables of the file: two for each origin, and one that says what the file is.

use redb::TableDefinition;

use super::origin::Origin;
use crate::oci::Digest;

/// What the file says of itself: `form`, the number of this layout of tables.
pub(super) const ABOUT: TableDefinition<&str, u64> = TableDefinition::new("ocifsck-ledger");

/// The tables of one origin.
#[derive(Debug)]
pub(super) struct Tables {
    blobs: String,
    runs: String,
}

impl Tables {
    pub(super) fn of(origin: &Origin<'_>) -> Self {
        Self { blobs: origin.table("blobs"), runs: origin.table("runs") }
    }

    /// [`key`] → an encoded `Entry`.
    pub(super) const fn blobs(&self) -> TableDefinition<'_, &'static [u8], &'static [u8]> {
        TableDefinition::new(self.blobs.as_str())
    }

    /// When runs began, in microseconds.
    pub(super) const fn runs(&self) -> TableDefinition<'_, i64, ()> {
        TableDefinition::new(self.runs.as_str())
    }
}

/// The key of a blob: a byte for its kind, then a SHA-256 as its 32 bytes, any other digest as text.
pub(super) fn key(digest: &Digest) -> Vec<u8> {
    match digest.as_sha256() {
        Some(bytes) => [&[SHA256], bytes.as_slice()].concat(),
        None => [&[TEXT], digest.to_string().as_bytes()].concat(),
    }
}

/// The digest of a [`key`].
pub(super) fn digest(key: &[u8]) -> Option<Digest> {
    match key.split_first()? {
        (&SHA256, bytes) => Some(Digest::from_sha256(bytes.try_into().ok()?)),
        (&TEXT, text) => str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

/// The first byte of a key, so that keys of other kinds may come.
const SHA256: u8 = 1;
const TEXT: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart() {
        let sha256 = Digest::sha256_of(b"");
        let sha512 = Digest::from_sha512([7; 64]);
        let other: Digest = "blake3:af1349b9f5f9a1a6".parse().unwrap();
        for known in [sha256, sha512, other] {
            assert_eq!(digest(&key(&known)), Some(known));
        }
        for unknown in [&[][..], &[SHA256, 1], &[TEXT, b'x'], &[3; 33]] {
            assert_eq!(digest(unknown), None);
        }
    }
}
