//! The sums of an audit, of the part of all digests that it reports on.

use super::blobs::{BlobColumns, Judge};
use super::totals::{Totals, Verification};
use super::verdict::{Proof, Verdict};
use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};
use crate::shard::Shard;

/// What there is of everything. What has no digest is counted in the first shard.
pub(super) fn totals(
    inventory: &Inventory,
    graph: &Graph,
    columns: &BlobColumns,
    judge: &Judge<'_>,
) -> Totals {
    let Judge { reach, doubt, policy } = *judge;
    let mut totals =
        if policy.shard.is_first() { without_digest(inventory) } else { Totals::default() };
    let is_here = |id: DigestId| policy.shard.holds(&inventory.digests.get(id));
    totals.manifests = graph.nodes().filter(|&(id, _)| is_here(id)).count() as u64;
    let knows_tags = policy.trusts_tags(inventory);
    for (id, blob) in inventory.blobs().filter(|&(id, _)| is_here(id)) {
        totals.objects.add(blob.size);
        let verdict = columns.verdicts[id.index()];
        totals.blobs.add(blob.size);
        totals.by_verdict[verdict as usize].add(blob.size);
        totals.by_kind[columns.kinds[id.index()] as usize].add(blob.size);
        let is_untagged = verdict == Verdict::Untagged
            && knows_tags
            && policy.is_old(inventory.last_claimed(id))
            && !reach.of_digest(id).is_in_grace()
            && !reach.of_digest(id).from_list
            && !doubt.covers(id);
        if verdict == Verdict::Orphaned {
            totals.reclaimable_by_revisions.add(blob.size);
        }
        if verdict == Verdict::Orphaned || is_untagged {
            totals.reclaimable_by_tags.add(blob.size);
        }
    }
    totals
}

/// What belongs to no digest, and so to the first shard.
fn without_digest(inventory: &Inventory) -> Totals {
    let listed = inventory.listed();
    let mut totals = Totals {
        links: listed.links,
        uploads: listed.uploads,
        strays: listed.strays,
        auxiliary: listed.auxiliary,
        repositories: inventory.repositories().count() as u64,
        tags: inventory.tags().filter(|(_, tag)| tag.current.is_some()).count() as u64,
        ..Totals::default()
    };
    for sum in [listed.links, listed.uploads, listed.strays, listed.auxiliary] {
        totals.objects += sum;
    }
    totals
}

/// What was proved of the shard's blobs and, in the first shard, of all links.
pub(super) fn verification(
    inventory: &Inventory,
    graph: &Graph,
    columns: &BlobColumns,
    shard: Shard,
) -> Verification {
    let mut verification = Verification::default();
    if shard.is_first() {
        verification.etag = inventory.listed().proved_links;
        verification.etag += graph.settled_tags();
        verification.bytes = graph.read_links();
    }
    let is_here = |id: DigestId| shard.holds(&inventory.digests.get(id));
    for (id, blob) in inventory.blobs().filter(|&(id, _)| is_here(id)) {
        match columns.proofs[id.index()] {
            Proof::None => {}
            Proof::Listing => verification.listing.add(blob.size),
            Proof::Etag => verification.etag.add(blob.size),
            Proof::Checksum => verification.checksum.add(blob.size),
            Proof::Bytes => verification.bytes.add(blob.size),
        }
    }
    verification
}
