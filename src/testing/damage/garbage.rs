//! What nothing needs, beside an image.

use super::{Damage, Planted, RegistryBuilder, Target};
use crate::audit::Code;
use crate::layout::{Entry, UploadPart};
use crate::oci::Digest;
use crate::testing::{Document, Piece};

impl RegistryBuilder {
    /// What nothing needs.
    pub(super) fn add_garbage(&mut self, damage: Damage, target: &Target<'_>) -> Vec<Planted> {
        let (repository, tag) = (target.repository, target.tag);
        let gone = Digest::sha256_of(format!("gone from {repository}").as_bytes());
        let (code, key) = match damage {
            Damage::DanglingTag => {
                self.tag(repository, "dangling", &gone);
                (Code::DanglingTag, self.tag_key(repository, "dangling"))
            }
            Damage::GhostTag => {
                self.tag(repository, "ghost", &target.manifest);
                self.remove(&self.tag_key(repository, "ghost"));
                (Code::GhostTag, self.tag_key(repository, "ghost"))
            }
            Damage::Orphan => {
                let orphan = self.blob(format!("an orphan of {repository}"));
                (Code::OrphanedBlob, self.data_key(&orphan))
            }
            Damage::UntaggedImage => {
                let image = Document::image().layer("of an untagged image");
                let digest = self.push_untagged(repository, &image);
                (Code::UntaggedManifest, self.revision_key(repository, &digest))
            }
            Damage::TagMoved => {
                self.tag(repository, tag, &gone);
                self.tag(repository, tag, &target.manifest);
                (Code::StaleTagHistory, self.history_key(repository, tag, &gone))
            }
            Damage::DanglingLink => {
                self.mount(repository, &gone);
                (Code::DanglingLink, self.layer_key(repository, &gone))
            }
            Damage::OrphanedSignature => {
                self.cosign(repository, &gone, "a signature");
                let tag = format!("sha256-{}.sig", gone.encoded());
                (Code::OrphanedReferrer, self.tag_key(repository, &tag))
            }
            Damage::OrphanedReferrer => {
                let artifact = Document::artifact("a/b").subject(&gone);
                let digest = self.push(repository, "referrer", &artifact);
                (Code::OrphanedReferrer, self.revision_key(repository, &digest))
            }
            Damage::StaleUpload => {
                self.upload(repository, "0b6c-stale", "partial");
                let part = UploadPart::StartedAt;
                let upload = Entry::Upload { repository, upload: "0b6c-stale", part };
                (Code::StaleUpload, self.key(&upload))
            }
            Damage::EmptyRepository => {
                let empty = format!("{repository}/empty");
                self.mount(&empty, &target.layer);
                return vec![Planted::in_repository(Code::EmptyRepository, &empty)];
            }
            Damage::UnknownAlgorithm => {
                let layer = Piece::layer("of an unknown algorithm").unknown_algorithm();
                let key = self.data_key(&layer.digest());
                self.push(repository, "unknown", &Document::image().layer(layer));
                (Code::UnverifiableDigest, key)
            }
            Damage::Stray => {
                let stray = self.key(&Entry::Placeholder("v2/blobs/sha256/README.txt"));
                self.put(stray.as_str(), "not a blob");
                (Code::StrayObject, stray)
            }
            _ => return Vec::new(),
        };
        vec![Planted::at(code, key)]
    }
}
