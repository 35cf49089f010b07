//! How far to go.

const GIB: u64 = 1 << 30;

/// The most bytes to unpack of a layer of which so many are stored, unless somebody knows better.
///
/// No honest layer is known to come near it, and a bomb costs no more than it does:
///
/// - 1,100 times what is stored: DEFLATE cannot do better than 1,032 (zlib's technical details),
///   so no gzip meets it. Zstandard can, on a file of zeros;
/// - a gibibyte in any case, which takes a second or two: sparse files are common (`lastlog`,
///   `faillog`, the images of virtual disks);
/// - 64 GiB at most, above the largest layers that hosted registries take (52,000 MiB on Amazon
///   ECR);
/// - eight times what is stored in any case: a model's weights may be as large as they like.
#[must_use]
pub fn default_limit(stored: u64) -> u64 {
    stored.saturating_mul(1100).clamp(GIB, 64 * GIB).max(stored.saturating_mul(8))
}
