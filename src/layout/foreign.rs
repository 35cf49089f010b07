//! Layouts that this version recognises and does not audit.

use crate::oci::Digest;

/// A layout that is no Distribution registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// zot: an OCI layout a repository, with shared blobs as zero-byte stubs.
    Zot,
    /// One OCI image layout.
    OciLayout,
    /// angos: a stem like Distribution's, with another meaning.
    Angos,
    /// Quay: blobs by digest, everything else in a database.
    Quay,
}

impl Foreign {
    /// As it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zot => "zot",
            Self::OciLayout => "oci-layout",
            Self::Angos => "angos",
            Self::Quay => "quay",
        }
    }
}

/// What points to a foreign layout, gathered key by key.
#[derive(Debug, Clone, Copy, Default)]
pub struct ForeignSigns {
    oci_layouts: u64,
    nested_oci_layouts: u64,
    zot_files: u64,
    angos_references: u64,
    flat_blobs: u64,
}

impl ForeignSigns {
    /// Takes a key that belongs to no Distribution root, or the path of one below
    /// `docker/registry/`.
    pub fn see(&mut self, key: &str) {
        let (folder, name) = key.rsplit_once('/').unwrap_or(("", key));
        if name == "oci-layout" {
            self.oci_layouts += 1;
            self.nested_oci_layouts += u64::from(!folder.is_empty());
        }
        if name == "_restore_complete" || key.contains("/.uploads/") || key.contains("/.sync/") {
            self.zot_files += 1;
        }
        if key.starts_with("v2/ref/") || key.contains("/v2/ref/") {
            self.angos_references += 1;
        }
        if is_flat_blob(key) {
            self.flat_blobs += 1;
        }
    }

    /// Whether a Distribution stem is angos in truth.
    #[must_use]
    pub const fn is_angos(&self) -> bool {
        self.angos_references > 0
    }

    /// What the keys point to, if to anything.
    #[must_use]
    pub const fn verdict(&self) -> Option<Foreign> {
        if self.oci_layouts > 1 || (self.oci_layouts == 1 && self.zot_files > 0) {
            Some(Foreign::Zot)
        } else if self.oci_layouts == 1 {
            Some(Foreign::OciLayout)
        } else if self.angos_references > 0 {
            Some(Foreign::Angos)
        } else if self.flat_blobs > 0 {
            Some(Foreign::Quay)
        } else {
            None
        }
    }
}

/// `<storage_path>/<algorithm>/<hh>/<encoded>`, and nothing below it.
fn is_flat_blob(key: &str) -> bool {
    let mut parts = key.rsplit('/');
    let (Some(encoded), Some(shard), Some(algorithm)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    shard.len() == 2
        && encoded.starts_with(shard)
        && Digest::from_parts(algorithm, encoded).is_ok_and(|digest| digest.is_verifiable())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(keys: &[&str]) -> Option<Foreign> {
        let mut signs = ForeignSigns::default();
        for key in keys {
            signs.see(key);
        }
        signs.verdict()
    }

    #[test]
    fn knows_the_others() {
        let quay = format!("datastorage/registry/sha256/ab/ab{}", "0".repeat(62));
        for (keys, foreign) in [
            (vec!["a/oci-layout", "a/index.json", "b/c/oci-layout"], Some(Foreign::Zot)),
            (vec!["zot/a/oci-layout", "zot/a/.uploads/1"], Some(Foreign::Zot)),
            (vec!["oci-layout", "index.json"], Some(Foreign::OciLayout)),
            (vec!["v2/ref/sha256/ab/abc/ns!own"], Some(Foreign::Angos)),
            (vec![quay.as_str(), "uploads/1"], Some(Foreign::Quay)),
            (vec!["backup.tar", "logs/2026"], None),
        ] {
            assert_eq!(verdict(&keys), foreign, "{keys:?}");
        }
    }
}
