//! Blobs that are not as long as they should be, if the listing is right.

use std::collections::BTreeSet;

use super::pull::is_digest_of_nothing;
use crate::graph::{Content, Graph};
use crate::inventory::{DigestId, Inventory};

/// The stored blobs that were listed with no bytes, with more or fewer than a manifest says, or with
/// more than a manifest may have.
///
/// Before anybody is told, each is to be looked at: a listing may have been changed on its way.
#[must_use]
pub fn odd_lengths(inventory: &Inventory, graph: &Graph) -> BTreeSet<DigestId> {
    let empty = inventory
        .blobs()
        .filter(|(id, blob)| blob.size == 0 && !is_digest_of_nothing(inventory, *id));
    let too_large =
        graph.contents().filter(|(_, content)| matches!(content, Content::TooLarge { .. }));
    let mut odd: BTreeSet<_> = empty.map(|(id, _)| id).chain(too_large.map(|(id, _)| id)).collect();
    for edge in graph.true_nodes().flat_map(|(_, node)| &node.edges) {
        let Some(id) = graph.stored_as(inventory, edge.to) else { continue };
        let listed = inventory.blob(id).map(|blob| blob.size);
        if edge.size.is_some() && listed.is_some() && edge.size != listed {
            odd.insert(id);
        }
    }
    odd
}
