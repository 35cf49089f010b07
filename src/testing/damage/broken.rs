//! Manifests with which something is wrong, beside an image.

use super::{Damage, Planted, RegistryBuilder, Target, WEB_PAGE};
use crate::audit::Code;
use crate::oci::Digest;
use crate::testing::{Document, Piece};

/// More bytes than the default of the option `manifest_limit`.
const HUGE: usize = (4 << 20) + 1;

/// A gzip header, and nothing after it.
const BEGINNING_OF_GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

impl RegistryBuilder {
    /// Manifests beside the image with which something is wrong.
    pub(super) fn add_broken(
        &mut self,
        damage: Damage,
        target: &Target<'_>,
    ) -> Option<Vec<Planted>> {
        let repository = target.repository;
        let beside = Document::image().layer("of a broken image");
        let child = Document::image().layer("of a child that is not there");
        let (code, digest) = match damage {
            Damage::GarbageManifest => {
                (Code::InvalidManifest, self.tag_bytes(repository, WEB_PAGE.into()))
            }
            Damage::HugeManifest => {
                (Code::InvalidManifest, self.tag_bytes(repository, vec![b' '; HUGE]))
            }
            Damage::TwoShapedManifest => {
                let both = br#"{"schemaVersion":2,"manifests":[],"layers":[]}"#;
                (Code::InvalidManifest, self.tag_bytes(repository, both.to_vec()))
            }
            Damage::WrongInlineData => {
                let config = Piece::config("{}").inline();
                let image = beside.config(config).bytes();
                self.push_untagged(repository, &Document::image().config(Piece::config("{}")));
                self.piece(repository, &Piece::layer("of a broken image"));
                let wrong = String::from_utf8_lossy(&image).replace("e30=", "e30K");
                (Code::InvalidManifest, self.tag_bytes(repository, wrong.into_bytes()))
            }
            Damage::WrongSize => {
                let layer = Piece::layer("of a size that nobody has").size(7);
                let key = self.data_key(&layer.digest());
                self.push(repository, "wrong-size", &Document::image().layer(layer));
                return Some(vec![Planted::at(Code::SizeMismatch, key)]);
            }
            Damage::WrongDiffId => {
                let layer = Piece::layer("of a wrong diff ID");
                (Code::DiffIdMismatch, self.push_with_diff_id(repository, layer, b"another"))
            }
            Damage::LayerPushedCut => {
                let layer = Piece::layer(BEGINNING_OF_GZIP);
                (Code::DiffIdMismatch, self.push_with_diff_id(repository, layer, b"a layer"))
            }
            Damage::UnknownManifest => {
                let unknown = br#"{"mediaType":"application/vnd.example+json"}"#;
                (Code::UnknownMediaType, self.tag_bytes(repository, unknown.to_vec()))
            }
            Damage::HollowIndex => {
                let digest = child.digest();
                let index = Document::index().absent_child("linux/amd64", child);
                self.push(repository, "hollow", &index);
                (Code::MissingChild, digest)
            }
            Damage::SparseIndex => {
                let digest = child.digest();
                let index = Document::index().child("linux/amd64", beside);
                self.push(repository, "sparse", &index.absent_child("linux/arm64", child));
                (Code::MissingChild, digest)
            }
            _ => return None,
        };
        Some(vec![Planted::at(code, self.data_key(&digest))])
    }

    /// Pushes an image of one layer, whose config says that these bytes are in it.
    fn push_with_diff_id(&mut self, repository: &str, layer: Piece, content: &[u8]) -> Digest {
        let digest = layer.digest();
        let config = Piece::image_config(&[Digest::sha256_of(content)]);
        self.push(repository, "deep", &Document::image().layer(layer).config(config));
        digest
    }

    fn tag_bytes(&mut self, repository: &str, bytes: Vec<u8>) -> Digest {
        let digest = self.manifest(repository, bytes);
        self.tag(repository, "broken", &digest);
        digest
    }
}
