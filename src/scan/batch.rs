//! What AWS has computed of blobs, before any is read.

use super::options::Options;
use super::progress::Observer;
use super::read::Reader;
use super::verify;
use crate::batch::Results;
use crate::graph::{Checked, Graph};
use crate::inventory::{DigestId, Inventory};

/// Takes the results as proof. A checksum that is not the digest accuses nobody by itself: that
/// blob is read, whatever else is to be.
pub(super) async fn take(
    reader: &Reader,
    inventory: &Inventory,
    graph: &mut Graph,
    results: &Results,
    options: &Options,
    observer: &dyn Observer,
) {
    let taken = results.of(inventory);
    let is_new = |graph: &Graph, id: DigestId| !graph.checksums.was_read(id);
    for id in taken.proved {
        if is_new(graph, id) {
            graph.checksums.record(id, Checked::Vouched);
        }
    }
    let shard = options.shard.unwrap_or_default();
    let is_here = |id: DigestId| shard.holds(&inventory.digests.get(id));
    let doubted = taken.contradicted.into_iter().filter(|&id| is_here(id) && is_new(graph, id));
    let doubted = doubted.collect();
    // Between two words of the server's the bytes decide.
    let by_reading = Options { use_checksums: false, ..options.clone() };
    verify::blobs(reader, inventory, graph, doubted, &by_reading, |_, _| {}, observer).await;
}
