//! Damage by name, and the truth that it plants.

mod broken;
mod data;
mod garbage;
mod links;

use super::planted::Planted;
use super::registry::RegistryBuilder;
use crate::oci::{Digest, Manifest, Role};

macro_rules! damages {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// A fault of a registry's bucket, by name.
        ///
        /// Those that say "the" strike an image that is there, or its topmost layer; the others
        /// add something of their own beside it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Damage {
            $($(#[$doc])* $name,)+
        }

        impl Damage {
            /// Every damage.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

damages! {
    /// A bit of the manifest is the other one.
    ManifestFlipped,
    /// The manifest lacks its last byte.
    ManifestCut,
    /// The manifest has no bytes.
    ManifestEmptied,
    /// The manifest is a web page.
    ManifestReplaced,
    /// The manifest's data is gone.
    ManifestLost,
    /// A bit of the layer is the other one.
    LayerFlipped,
    /// The layer lacks its last byte.
    LayerCut,
    /// The layer has no bytes.
    LayerEmptied,
    /// The layer's data is gone.
    LayerLost,
    /// The layer's data lies in another folder than its digest says.
    LayerMisplaced,
    /// The config's data is gone.
    ConfigLost,
    /// The link of the manifest is gone.
    RevisionLinkLost,
    /// The link of the layer is gone.
    LayerLinkLost,
    /// The tag's link has no bytes.
    TagLinkEmptied,
    /// The tag's link is a web page.
    TagLinkReplaced,
    /// The tag's link ends in a newline.
    TagLinkUntidy,
    /// The link of the manifest has no bytes.
    RevisionLinkEmptied,
    /// The link of the manifest names another digest.
    RevisionLinkMisdirected,
    /// The link of the layer has no bytes.
    LayerLinkEmptied,
    /// The link of the layer is binary rubbish.
    LayerLinkReplaced,
    /// The link of the layer names another digest.
    LayerLinkMisdirected,
    /// The link of the layer, which lies under its SHA-256, names a SHA-512.
    LayerLinkOfOtherAlgorithm,
    /// The newest link of the tag's history has no bytes.
    HistoryLinkEmptied,
    /// A manifest that is a web page was pushed so.
    GarbageManifest,
    /// A manifest larger than any registry takes.
    HugeManifest,
    /// A manifest with the members of an image and of an index.
    TwoShapedManifest,
    /// A manifest whose inline data is not what its descriptor says.
    WrongInlineData,
    /// A manifest that says another size of a layer than it has.
    WrongSize,
    /// An image whose config names another diff ID than its layer has.
    WrongDiffId,
    /// An image whose layer was pushed as the beginning of an archive.
    LayerPushedCut,
    /// A manifest of a kind that nobody knows.
    UnknownManifest,
    /// An index of which no entry is there.
    HollowIndex,
    /// An index of which one entry is not there.
    SparseIndex,
    /// A tag that names what is neither linked nor stored.
    DanglingTag,
    /// A tag of which only the history is left.
    GhostTag,
    /// A blob that nothing refers to.
    Orphan,
    /// An image without a tag.
    UntaggedImage,
    /// A digest that the tag does not name any more, and that is gone.
    TagMoved,
    /// A layer link to data that is gone.
    DanglingLink,
    /// A signature by cosign of what is gone.
    OrphanedSignature,
    /// An artifact about what is gone, by its subject.
    OrphanedReferrer,
    /// An upload that was never finished.
    StaleUpload,
    /// A repository with a layer link alone.
    EmptyRepository,
    /// A key that no registry writes.
    Stray,
    /// A layer under an algorithm that nobody knows.
    UnknownAlgorithm,
}

/// The image that is struck.
struct Target<'a> {
    repository: &'a str,
    tag: &'a str,
    manifest: Digest,
    config: Option<Digest>,
    layer: Digest,
}

/// What a proxy gives instead of an object, and somebody stores.
const WEB_PAGE: &str = "<html>502 Bad Gateway</html>";

impl RegistryBuilder {
    /// Does a damage to a tagged image, and says what an audit that reads every blob must find
    /// besides what it found before. Blobs that only a lost or unreadable manifest named are
    /// undecided then, which is left to the reader.
    ///
    /// Nothing is done, and nothing is to be found, where the tag names no image with a layer, or
    /// the image lacks what the damage would strike.
    pub fn damage(&mut self, damage: Damage, repository: &str, tag: &str) -> Vec<Planted> {
        let Some(target) = self.target(repository, tag) else {
            return Vec::new();
        };
        self.damage_data(damage, &target)
            .or_else(|| self.damage_links(damage, &target))
            .or_else(|| self.add_broken(damage, &target))
            .unwrap_or_else(|| self.add_garbage(damage, &target))
    }

    fn target<'a>(&self, repository: &'a str, tag: &'a str) -> Option<Target<'a>> {
        let manifest = self.tagged(repository, tag)?;
        let read = Manifest::parse(self.get(&self.data_key(&manifest))?).ok()?;
        let last = |role: Role| {
            let mut references = read.references.iter().rev();
            references.find(|reference| reference.0 == role).map(|(_, to)| to.digest.clone())
        };
        let (config, layer) = (last(Role::Config), last(Role::Layer)?);
        Some(Target { repository, tag, manifest, config, layer })
    }
}
