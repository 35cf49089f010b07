//! Images: manifests whose config says what is in their layers.

use super::{Edge, EdgeRole, Excuse, Graph, Node};
use crate::inventory::{DigestId, Inventory};
use crate::oci::ManifestKind;
use crate::oci::media_type::{LayerKind, is_image_config, layer_kind};

/// A manifest of an image, as far as its config can be held against its layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The manifest.
    pub manifest: DigestId,
    /// The stored config.
    pub config: DigestId,
    /// The layers, the lowest first.
    pub layers: Vec<Layer>,
}

/// A layer of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// A stored archive.
    Archive(DigestId),
    /// It is stored, and only who has its key can unpack it.
    Encrypted(DigestId),
    /// It is not stored: it is kept elsewhere, or missing.
    Elsewhere,
}

impl Graph {
    /// Every image whose manifest's bytes are its own, in no order.
    ///
    /// A manifest with content that is no layer is none, whatever it calls its config: signatures
    /// and attestations call theirs an image's. Nor is one whose config is not stored.
    pub fn images<'a>(&'a self, inventory: &'a Inventory) -> impl Iterator<Item = Image> + 'a {
        let images = self.true_nodes().filter(|(_, node)| node.kind == ManifestKind::Image);
        images.filter_map(|(id, node)| self.image(inventory, id, node))
    }

    fn image(&self, inventory: &Inventory, manifest: DigestId, node: &Node) -> Option<Image> {
        let edges = || node.edges.iter().filter(|edge| edge.excuse != Some(Excuse::Ignored));
        let config = edges().find(|edge| edge.role == EdgeRole::Config)?;
        if !is_image_config(self.media_type(config)) {
            return None;
        }
        let config = self.stored_as(inventory, config.to)?;
        let layers = edges().filter(|edge| edge.role == EdgeRole::Layer);
        let layers = layers.map(|edge| self.layer(inventory, edge)).collect::<Option<_>>()?;
        Some(Image { manifest, config, layers })
    }

    /// A layer; `None` if it is something else.
    fn layer(&self, inventory: &Inventory, edge: &Edge) -> Option<Layer> {
        let kind = layer_kind(self.media_type(edge));
        if kind == LayerKind::Other {
            return None;
        }
        Some(match self.stored_as(inventory, edge.to) {
            None => Layer::Elsewhere,
            Some(id) if kind == LayerKind::Encrypted => Layer::Encrypted(id),
            Some(id) => Layer::Archive(id),
        })
    }

    fn media_type(&self, edge: &Edge) -> &str {
        edge.media_type.map_or("", |name| self.name_text(name))
    }
}
