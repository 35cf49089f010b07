//! What a layer is packed with, by its first bytes.

use super::fault::Fault;

/// What a layer is packed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compression {
    /// Nothing.
    None,
    /// Gzip: one member or many.
    Gzip,
    /// Zstandard: one frame or many, with skippable ones perhaps.
    Zstd,
}

/// How many bytes tell for sure.
pub(super) const BYTES: usize = 10;

/// What begins so, as containerd decides it (`DetectCompression` in its
/// pkg/archive/compression/compression.go): what is neither gzip nor zstd is a plain archive. What
/// moby unpacks besides (`DetectCompression` in its pkg/archive) is told by name.
pub(super) fn compression(head: &[u8]) -> Result<Compression, Fault> {
    match head {
        [0x1f, 0x8b, 0x08, ..] => Ok(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, _, _, _, _, ..] => {
            Ok(Compression::Zstd)
        }
        // The digits of pi, which every block begins with.
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => {
            Err(Fault::UnknownCompression("bzip2"))
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Err(Fault::UnknownCompression("xz")),
        _ => Ok(Compression::None),
    }
}
