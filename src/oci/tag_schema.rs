//! Tags whose names say what they are about.

use super::digest::Digest;

/// What a tag by the referrers tag schema (`sha256-<hex>`) lists the referrers of
/// ([distribution-spec, "Referrers Tag Schema"](https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema)).
///
/// Only SHA-256 is given back: the schema cuts longer digests to 64 characters.
#[must_use]
pub fn referrers_subject(tag: &str) -> Option<Digest> {
    Digest::from_parts("sha256", tag.strip_prefix("sha256-")?).ok()
}

/// What a tag by cosign's schema (`sha256-<hex>.sig`, `.att`, `.sbom`) signs or describes.
#[must_use]
pub fn cosign_subject(tag: &str) -> Option<Digest> {
    let (name, suffix) = tag.rsplit_once('.')?;
    matches!(suffix, "sig" | "att" | "sbom").then(|| referrers_subject(name)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_subject() {
        let hex = "a".repeat(64);
        let digest = Digest::from_parts("sha256", &hex).unwrap();
        assert_eq!(referrers_subject(&format!("sha256-{hex}")).as_ref(), Some(&digest));
        assert_eq!(cosign_subject(&format!("sha256-{hex}.sig")).as_ref(), Some(&digest));
        for tag in [format!("sha256-{hex}.sig.bak"), "v1.sig".into(), format!("sha512-{hex}.sig")] {
            assert_eq!(cosign_subject(&tag), None, "{tag}");
        }
    }
}
