//! Digests, the links that hold them, and the tags that are made of them.

use ocifsck::graph::LinkContent;
use ocifsck::oci::{Digest, tag_schema};

/// What is taken for a name is that name and no other.
pub fn holds(bytes: &[u8]) {
    link(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(digest) = text.parse() {
        digest_holds(text, &digest);
    }
    if let Some(subject) = tag_schema::referrers_subject(text) {
        assert_eq!(format!("sha256-{}", subject.encoded()), text);
        assert_eq!(tag_schema::cosign_subject(text), None, "no tag is of both schemas");
    }
    if let Some(subject) = tag_schema::cosign_subject(text) {
        assert!(text.starts_with(&format!("sha256-{}.", subject.encoded())));
    }
}

fn digest_holds(text: &str, digest: &Digest) {
    assert_eq!(digest.to_string(), text);
    assert!(text.len() <= 255, "a name that nothing can be stored under");
    let parts = Digest::from_parts(digest.algorithm(), &digest.encoded());
    assert_eq!(parts.as_ref(), Ok(digest));
    let path_form = digest.in_path_form();
    assert_eq!(path_form.in_path_form(), path_form);
    assert_eq!(path_form.encoded(), digest.encoded());
    let json = serde_json::to_vec(digest).unwrap();
    assert_eq!(serde_json::from_slice::<Digest>(&json).unwrap(), *digest);
    let computed = digest.of_same_algorithm(b"");
    assert_eq!(computed.is_some(), digest.is_verifiable());
    if let Some(computed) = computed {
        assert_eq!(computed.cmp(digest), computed.to_string().cmp(&digest.to_string()));
    }
}

fn link(bytes: &[u8]) {
    let content = LinkContent::parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    match &content {
        LinkContent::Digest(digest) => assert_eq!(digest.to_string(), text),
        LinkContent::Untidy(digest) => {
            assert_eq!(digest.to_string(), text.trim());
            assert_ne!(text.trim(), text);
        }
        LinkContent::Empty => assert!(bytes.is_empty()),
        LinkContent::Garbage => assert!(text.trim().parse::<Digest>().is_err()),
    }
}
