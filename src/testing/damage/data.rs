//! Damage to the bytes of an image.

use super::{Damage, Planted, RegistryBuilder, Target, WEB_PAGE};
use crate::audit::Code;
use crate::oci::Digest;

impl RegistryBuilder {
    /// The bytes of the image's blobs.
    pub(super) fn damage_data(
        &mut self,
        damage: Damage,
        target: &Target<'_>,
    ) -> Option<Vec<Planted>> {
        let manifest = self.data_key(&target.manifest);
        let layer = self.data_key(&target.layer);
        let one = |code, key: &str| Some(vec![Planted::at(code, key)]);
        match damage {
            Damage::ManifestFlipped => {
                self.edit(&manifest, flip_middle);
                one(Code::DigestMismatch, &manifest)
            }
            Damage::ManifestCut => {
                self.edit(&manifest, cut);
                one(Code::DigestMismatch, &manifest)
            }
            Damage::ManifestEmptied => {
                self.edit(&manifest, Vec::clear);
                one(Code::EmptyBlob, &manifest)
            }
            Damage::ManifestReplaced => {
                self.edit(&manifest, |bytes| *bytes = WEB_PAGE.into());
                one(Code::DigestMismatch, &manifest)
            }
            Damage::ManifestLost => {
                self.remove(&manifest);
                one(Code::MissingManifest, &manifest)
            }
            Damage::LayerFlipped => {
                self.edit(&layer, flip_middle);
                one(Code::DigestMismatch, &layer)
            }
            Damage::LayerCut => {
                self.edit(&layer, cut);
                let codes = [Code::DigestMismatch, Code::SizeMismatch];
                Some(codes.map(|code| Planted::at(code, layer.as_str())).into())
            }
            Damage::LayerEmptied => {
                self.edit(&layer, Vec::clear);
                one(Code::EmptyBlob, &layer)
            }
            Damage::LayerLost => {
                self.remove(&layer);
                one(Code::MissingBlob, &layer)
            }
            Damage::LayerMisplaced => {
                let bytes = self.remove(&layer).unwrap_or_default();
                let misplaced = layer.replace(&shard(&target.layer), "/zz/");
                self.put(misplaced.as_str(), bytes);
                let missing = Planted::at(Code::MissingBlob, layer);
                Some(vec![missing, Planted::at(Code::StrayObject, misplaced)])
            }
            Damage::ConfigLost => {
                let Some(config) = &target.config else { return Some(Vec::new()) };
                let config = self.data_key(config);
                self.remove(&config);
                one(Code::MissingBlob, &config)
            }
            _ => None,
        }
    }
}

#[expect(clippy::ptr_arg, reason = "passed where a vector is changed")]
fn flip_middle(bytes: &mut Vec<u8>) {
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
}

fn cut(bytes: &mut Vec<u8>) {
    bytes.pop();
}

/// The folder that a blob is in, as it stands in its key.
fn shard(digest: &Digest) -> String {
    format!("/{}/", digest.encoded().get(..2).unwrap_or_default())
}
