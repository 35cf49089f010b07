//! Blobs whose bytes everybody knows, so that an entity tag proves them.

use md5::{Digest as _, Md5};

use crate::inventory::{DigestId, Inventory};
use crate::oci::Digest;

/// The layer that adds nothing, as Docker packs it (`EmptyLayer` in its builder, and in
/// Distribution's `manifest/schema1`).
const EMPTY_LAYER: [u8; 32] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x09, 0x6e, 0x88, 0x00, 0xff, 0x62, 0x18, 0x05, 0xa3, 0x60, 0x14,
    0x8c, 0x58, 0x00, 0x08, 0x00, 0x00, 0xff, 0xff, 0x2e, 0xaf, 0xb5, 0xef, 0x00, 0x04, 0x00, 0x00,
];

/// The well-known contents: nothing, the config that says nothing (image-spec, manifest.md,
/// "Guidance for an Empty Descriptor"), the empty layer.
const CONTENTS: [&[u8]; 3] = [b"", b"{}", &EMPTY_LAYER];

/// Which digests of an inventory name them, and the MD5 of each.
pub(super) fn well_known(inventory: &Inventory) -> Vec<(DigestId, [u8; 16])> {
    let id = |content: &[u8]| inventory.digests.find(&Digest::sha256_of(content));
    let known =
        CONTENTS.iter().filter_map(|content| Some((id(content)?, Md5::digest(content).into())));
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_everybody_calls_so() {
        let [nothing, config, layer] = CONTENTS.map(|content| Digest::sha256_of(content).encoded());
        assert!(nothing.starts_with("e3b0c44298fc1c14"));
        assert!(config.starts_with("44136fa355b3678a"));
        assert!(layer.starts_with("a3ed95caeb02ffe6"));
    }
}
