//! Keys: a bucket's grammar, in both directions.

use ocifsck::layout::{ForeignSigns, Root, parse};

/// What a key is taken for is written as that key again.
pub fn holds(bytes: &[u8]) {
    let Ok(key) = std::str::from_utf8(bytes) else { return };
    if let Some(entry) = parse(key) {
        assert_eq!(entry.to_string(), key);
    }
    if let Some((prefix, path)) = Root::split(key) {
        assert!(prefix.is_empty() || prefix.ends_with('/'), "{prefix:?} is no root");
        assert_eq!(format!("{prefix}docker/registry/{path}"), key);
        if let Some(entry) = parse(path) {
            assert_eq!(Root::from(prefix).key(&entry), key);
        }
    }
    let root = Root::named(key);
    assert!(root.as_str().is_empty() || root.as_str().ends_with('/'));
    assert!(key.starts_with(root.as_str().trim_end_matches('/')));
    let mut signs = ForeignSigns::default();
    signs.see(key);
    assert_eq!(signs.is_angos(), format!("/{key}").contains("/v2/ref/"));
}
