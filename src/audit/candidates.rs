//! The blobs that could be read, and how much depends on each.

use super::upward::Upward;
use crate::choice::Candidate;
use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};
use crate::shard::position;

/// Every stored blob that has not been read and whose digest can be computed, in no order.
#[must_use]
pub fn candidates(inventory: &Inventory, graph: &Graph) -> Vec<Candidate> {
    let references = references(inventory, graph);
    let unread = inventory.blobs().filter(|(id, _)| !graph.checksums.was_read(*id));
    unread
        .map(|(id, blob)| (id, blob, inventory.digests.get(id)))
        .filter(|(.., digest)| digest.is_verifiable())
        .map(|(id, blob, digest)| Candidate {
            id,
            position: position(&digest),
            size: blob.size,
            written: blob.last_modified,
            references: references[id.index()],
        })
        .collect()
}

/// How many manifests, links and tags name each digest, whatever keeps those alive.
fn references(inventory: &Inventory, graph: &Graph) -> Vec<u32> {
    let upward = Upward::new(inventory, graph);
    let of = |id: DigestId| upward.parents(id).len() + upward.tags(id).len();
    let named = inventory.digests.ids().map(|id| u32::try_from(of(id)).unwrap_or(u32::MAX));
    let mut counts: Vec<u32> = named.collect();
    let layers = inventory.layers().map(|(_, id)| id);
    let revisions = inventory.revisions().map(|(_, id)| id);
    let signatures = inventory.signatures().map(|(.., id)| id);
    for id in layers.chain(revisions).chain(signatures) {
        // What is stored under another name is asked for by both.
        let stored = graph.stored_as(inventory, id).unwrap_or(id);
        counts[stored.index()] = counts[stored.index()].saturating_add(1);
    }
    counts
}
