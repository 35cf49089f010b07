//! Damage to the links of an image.

use super::{Damage, Planted, RegistryBuilder, Target, WEB_PAGE};
use crate::audit::Code;
use crate::oci::Digest;

impl RegistryBuilder {
    /// The image's links.
    pub(super) fn damage_links(
        &mut self,
        damage: Damage,
        target: &Target<'_>,
    ) -> Option<Vec<Planted>> {
        let (repository, tag) = (target.repository, target.tag);
        let revision = self.revision_key(repository, &target.manifest);
        let layer = self.layer_key(repository, &target.layer);
        let current = self.tag_key(repository, tag);
        let other = Digest::sha256_of(b"some other content").to_string();
        let other_algorithm = Digest::from_sha512([7; 64]).to_string();
        let (code, key, content) = match damage {
            Damage::RevisionLinkLost => (Code::MissingLink, revision, None),
            Damage::LayerLinkLost => (Code::MissingLink, layer, None),
            Damage::TagLinkEmptied => (Code::InvalidLink, current, Some(String::new())),
            Damage::TagLinkReplaced => (Code::InvalidLink, current, Some(WEB_PAGE.into())),
            Damage::TagLinkUntidy => {
                (Code::InvalidLink, current, Some(format!("{}\n", target.manifest)))
            }
            Damage::RevisionLinkEmptied => (Code::InvalidLink, revision, Some(String::new())),
            Damage::RevisionLinkMisdirected => (Code::InvalidLink, revision, Some(other)),
            Damage::LayerLinkEmptied => (Code::InvalidLink, layer, Some(String::new())),
            Damage::LayerLinkReplaced => (Code::InvalidLink, layer, Some("\0\u{1}sha".into())),
            Damage::LayerLinkMisdirected => (Code::InvalidLink, layer, Some(other)),
            Damage::LayerLinkOfOtherAlgorithm => (Code::InvalidLink, layer, Some(other_algorithm)),
            Damage::HistoryLinkEmptied => {
                let history = self.history_key(repository, tag, &target.manifest);
                (Code::InvalidLink, history, Some(String::new()))
            }
            _ => return None,
        };
        match content {
            None => drop(self.remove(&key)),
            Some(content) => drop(self.edit(&key, |bytes| *bytes = content.into())),
        }
        Some(vec![Planted::at(code, key)])
    }
}
