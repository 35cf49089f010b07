//! Manifests: what refers to what.

use ocifsck::oci::{Manifest, Role};

use super::{count, respelt};

/// A manifest refers to what stands in it, however it is spelt.
pub fn holds(bytes: &[u8]) {
    let Ok(manifest) = Manifest::parse(bytes) else { return };
    let descriptors = manifest.references.iter().map(|(_, descriptor)| descriptor);
    let descriptors: Vec<_> = descriptors.chain(&manifest.subject).collect();
    // Each is an object within the document's own.
    assert!(descriptors.len() < count(bytes, b'{'));
    assert!(manifest.problems.len() <= 100);
    if count(bytes, b'\\') == 0 {
        let text = String::from_utf8_lossy(bytes);
        for descriptor in descriptors {
            assert!(text.contains(&descriptor.digest.to_string()), "a digest out of nowhere");
        }
    }
    let is_config = |&&(role, _): &&(Role, _)| role == Role::Config;
    assert!(manifest.references.iter().filter(is_config).count() <= 1);

    let mut spaced = bytes.to_vec();
    spaced.extend(b" \r\n\t");
    assert_eq!(Manifest::parse(&spaced).as_ref(), Ok(&manifest));
    if let Some(other) = respelt(bytes).map(|bytes| Manifest::parse(&bytes).unwrap()) {
        assert_eq!((other.kind, &other.media_type), (manifest.kind, &manifest.media_type));
        assert_eq!((other.references, other.subject), (manifest.references, manifest.subject));
    }
}
