//! The SHA-256 that a server keeps with an object.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::ChecksumType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The SHA-256 of all of an object's bytes, where an answer in checksum mode has one.
///
/// An upload in parts has a checksum of its parts' checksums instead: 32 bytes too, of something
/// else, with `-N` behind it where the server writes that. Servers that are older than
/// `x-amz-checksum-type` are believed only if nothing hints at parts.
pub(super) fn of_the_whole(head: &HeadObjectOutput) -> Option<[u8; 32]> {
    let is_whole = match &head.checksum_type {
        Some(kind) => *kind == ChecksumType::FullObject,
        None => head.e_tag.as_ref().is_some_and(|etag| !etag.contains('-')),
    };
    let bytes = STANDARD.decode(head.checksum_sha256.as_ref().filter(|_| is_whole)?).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of no bytes at all.
    const EMPTY: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn only_a_checksum_of_the_whole_is_one() {
        use ChecksumType::{Composite, FullObject};
        let in_parts = format!("{EMPTY}-2");
        let (whole, parts) = ("\"d41d8cd98f00b204e9800998ecf8427e\"", "\"abc-2\"");
        for (sha256, kind, etag, is_one) in [
            (EMPTY, Some(FullObject), Some(whole), true),
            (EMPTY, Some(FullObject), Some(parts), true),
            (EMPTY, None, Some(whole), true),
            (EMPTY, None, Some(parts), false),
            (EMPTY, None, None, false),
            (EMPTY, Some(Composite), Some(whole), false),
            (EMPTY, Some("NEW".into()), Some(whole), false),
            (&in_parts, None, Some(whole), false),
            (&in_parts, Some(Composite), Some(parts), false),
            (&in_parts, Some(FullObject), Some(whole), false),
            ("AAAA", Some(FullObject), Some(whole), false),
            ("", Some(FullObject), Some(whole), false),
        ] {
            let head = HeadObjectOutput::builder().checksum_sha256(sha256);
            let head = head.set_checksum_type(kind.clone()).set_e_tag(etag.map(str::to_owned));
            let found = of_the_whole(&head.build());
            assert_eq!(found.is_some(), is_one, "{sha256} {kind:?} {etag:?}");
            assert!(found.is_none_or(|sha256| sha256[..2] == [0xe3, 0xb0]));
        }
        assert_eq!(of_the_whole(&HeadObjectOutput::builder().build()), None);
    }
}
