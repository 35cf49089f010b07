//! How much of what manifests list as layers was unpacked, and why the rest was not.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use crate::graph::{EdgeRole, Graph, Layer};
use crate::inventory::{DigestId, Inventory};
use crate::object::Sum;
use crate::shard::Shard;

/// How much of what manifests list as layers was unpacked, each blob once, by its stored bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unpacking {
    /// Layers that were unpacked whole.
    pub layers: Sum,
    /// How many bytes were in them.
    pub archive_bytes: u64,
    /// Layers that could not be unpacked: each is a finding.
    pub failed: Sum,
    /// Layers that only who has their key can unpack.
    pub encrypted: Sum,
    /// What other manifests list: charts, signatures, attestations, the layers of schema 1.
    pub artifacts: Sum,
}

impl AddAssign for Unpacking {
    fn add_assign(&mut self, other: Self) {
        self.layers += other.layers;
        self.archive_bytes = self.archive_bytes.saturating_add(other.archive_bytes);
        self.failed += other.failed;
        self.encrypted += other.encrypted;
        self.artifacts += other.artifacts;
    }
}

impl Unpacking {
    /// `None` if nobody asked for it.
    pub(super) fn of(inventory: &Inventory, graph: &Graph, shard: Shard) -> Option<Self> {
        if !graph.layers.is_asked() {
            return None;
        }
        let mut unpacking = Self::default();
        let size = |id: DigestId| {
            let blob = inventory.blob(id)?;
            shard.holds(&inventory.digests.get(id)).then_some(blob.size)
        };
        for (id, outcome) in graph.layers.iter() {
            let Some(size) = size(id) else { continue };
            match outcome {
                Ok(unpacked) => {
                    unpacking.layers.add(size);
                    unpacking.archive_bytes = unpacking.archive_bytes.saturating_add(unpacked.size);
                }
                Err(_) => unpacking.failed.add(size),
            }
        }
        let (mut of_images, mut encrypted) = (BTreeSet::new(), BTreeSet::new());
        for layer in graph.images(inventory).flat_map(|image| image.layers) {
            match layer {
                Layer::Archive(id) => drop(of_images.insert(id)),
                Layer::Encrypted(id) => drop(encrypted.insert(id)),
                Layer::Elsewhere => {}
            }
        }
        let edges = graph.true_nodes().flat_map(|(_, node)| &node.edges);
        let listed = edges.filter(|edge| edge.role == EdgeRole::Layer);
        let mut others: BTreeSet<_> =
            listed.filter_map(|edge| graph.stored_as(inventory, edge.to)).collect();
        others.retain(|id| !of_images.contains(id) && !encrypted.contains(id));
        encrypted.into_iter().filter_map(size).for_each(|size| unpacking.encrypted.add(size));
        others.into_iter().filter_map(size).for_each(|size| unpacking.artifacts.add(size));
        Some(unpacking)
    }
}
