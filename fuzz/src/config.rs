//! Image configs, and the schema 1 manifests that stand for them.

use ocifsck::oci::ImageConfig;

use super::{count, respelt};

/// A config says what stands in it, however it is spelt.
pub fn holds(bytes: &[u8]) {
    for parse in [ImageConfig::parse, ImageConfig::from_schema1] {
        let Ok(config) = parse(bytes) else { continue };
        assert!(config.diff_ids.len() + config.history.len() <= count(bytes, b',') + 2);
        if let Some(other) = respelt(bytes) {
            assert_eq!(parse(&other), Ok(config));
        }
    }
}
