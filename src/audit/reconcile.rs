//! The one way from what was listed and read to what is said of it.

use super::Audit;
use super::blobs::{BlobColumns, Judge, default_media_type};
use super::corrupt;
use super::doubt::Doubt;
use super::finding::{Category, Code, Finding};
use super::garbage::Garbage;
use super::missing::Missing;
use super::notes;
use super::policy::Policy;
use super::probe::{Looks, Probe, Standing};
use super::reach::Reach;
use super::referrers;
use super::relations::Relations;
use super::rows::BlobRow;
use super::sizes::Sizes;
use super::sums::{totals, verification};
use super::unpacking::Unpacking;
use super::upward::Upward;
use super::verdict::{Kind, Verdict};
use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};
use crate::oci::Digest;

/// What has to be looked at before anything is called missing. Empty once all has been.
#[must_use]
pub fn open_probes(
    inventory: &Inventory,
    graph: &Graph,
    policy: &Policy,
    looks: &Looks,
) -> Vec<Probe> {
    let upward = &Upward::new(inventory, graph);
    let doubt = &Doubt::of(inventory, graph, upward, policy, &[]);
    let garbage = Garbage { inventory, graph, upward, doubt, policy };
    let dangling = garbage.dangling_links();
    let dangling =
        dangling.iter().flat_map(|(_, suspicion)| match suspicion.standing(upward, looks) {
            Standing::Open(probes) => probes,
            Standing::Confirmed | Standing::Dropped => Vec::new(),
        });
    let missing = Missing::new(inventory, graph, upward, policy);
    let mut probes: Vec<_> = missing.open_probes(looks).chain(dangling).collect();
    probes.sort_unstable();
    probes.dedup();
    probes
}

/// The blobs that may be manifests on their way in or out: young, linked by nothing, no larger than
/// `limit` bytes, and not read yet. None where nothing old would be called orphaned: only that has
/// to be spared because of them.
#[must_use]
pub fn unlinked_young(
    inventory: &Inventory,
    graph: &Graph,
    policy: &Policy,
    limit: u64,
) -> Vec<DigestId> {
    let is_linked = |id| inventory.is_layer(id) || inventory.is_revision(id);
    let young = inventory.blobs().filter(|(id, blob)| {
        blob.size <= limit
            && !is_linked(*id)
            && !policy.is_old(blob.last_modified)
            && graph.content(*id).is_none()
    });
    let young: Vec<_> = young.map(|(id, _)| id).collect();
    if young.is_empty() {
        return young;
    }
    let relations = Relations::new(inventory, graph);
    let reach = Reach::of(inventory, graph, &relations, policy, &[]);
    let is_orphan = |id| !reach.of_digest(id).is_any() && policy.is_old(inventory.last_claimed(id));
    if inventory.blobs().any(|(id, _)| is_orphan(id)) { young } else { Vec::new() }
}

/// What is needed, what is garbage, what is missing, what is corrupt.
///
/// Pure: the same arguments give the same audit, in whatever order they were gathered.
#[must_use]
pub fn reconcile(
    inventory: Inventory,
    graph: Graph,
    policy: &Policy,
    kept: &[Digest],
    looks: &Looks,
) -> Audit {
    let kept: Vec<DigestId> =
        kept.iter().filter_map(|digest| inventory.digests.find(digest)).collect();
    let relations = Relations::new(&inventory, &graph);
    let upward = Upward::new(&inventory, &graph);
    let reach = Reach::of(&inventory, &graph, &relations, policy, &kept);
    let doubt = Doubt::of(&inventory, &graph, &upward, policy, &kept);
    let judge = Judge { reach: &reach, doubt: &doubt, policy };
    let columns = BlobColumns::new(&inventory, &graph, &upward, &judge);
    let sizes = Sizes::of(&inventory, &graph, &relations, &upward, policy);

    let mut drafts = corrupt::findings(&inventory, &graph, &upward);
    drafts.extend(Missing::new(&inventory, &graph, &upward, policy).findings(looks));
    let mut findings: Vec<Finding> = referrers::name(&inventory, &upward, drafts).collect();
    let garbage =
        Garbage { inventory: &inventory, graph: &graph, upward: &upward, doubt: &doubt, policy };
    findings.extend(garbage.findings(&columns, &reach, &relations, &sizes.untagged, looks));
    findings.extend(notes::findings(&inventory, policy, &columns));
    findings.retain(|finding| finding.is_of(policy.shard));
    findings.sort_by_cached_key(Finding::order);

    let totals = totals(&inventory, &graph, &columns, &judge);
    let verification = verification(&inventory, &graph, &columns, policy.shard);
    let unpacking = Unpacking::of(&inventory, &graph, policy.shard);
    drop((relations, upward));
    Audit {
        incomplete_because: graph.failures().reasons(),
        totals,
        verification,
        unpacking,
        findings,
        repositories: sizes.repositories,
        tags: sizes.tags,
        inventory,
        graph,
        columns,
        policy: policy.clone(),
        kept,
    }
}

impl Audit {
    /// Keeps of the findings what bytes tell: what is corrupt, and what cannot be verified.
    pub fn keep_what_bytes_tell(&mut self) {
        self.findings.retain(|finding| {
            finding.category() == Category::Corrupt || finding.code == Code::UnverifiableDigest
        });
    }

    /// Every stored blob of the shard, sorted by digest.
    pub fn blobs(&self) -> impl Iterator<Item = BlobRow<'_>> {
        let digest = |id: &DigestId| self.inventory.digests.get(*id);
        let is_here = |id: &DigestId| self.policy.shard.holds(&digest(id));
        let mut ids: Vec<DigestId> =
            self.inventory.blobs().map(|(id, _)| id).filter(is_here).collect();
        ids.sort_by_cached_key(digest);
        ids.into_iter().filter_map(|id| self.blob(id))
    }

    /// One stored blob.
    pub(crate) fn blob(&self, id: DigestId) -> Option<BlobRow<'_>> {
        let Self { inventory, columns, .. } = self;
        let blob = inventory.blob(id)?;
        let digest = inventory.digests.get(id);
        let row = id.index();
        let kind = columns.kinds[row];
        Some(BlobRow {
            size: blob.size,
            last_modified: blob.last_modified,
            storage_class: blob.storage_class,
            kind,
            media_type: self.media_type(id),
            verdict: columns.verdicts[row],
            repositories: columns.repositories[row],
            references: columns.references[row],
            verified: columns.proofs[row],
            key: inventory.data_key(&digest),
            digest,
        })
    }

    /// The media type of a digest, by its own word or by that of its descriptors.
    pub(crate) fn media_type(&self, id: DigestId) -> Option<&str> {
        let said = self.columns.media_types[id.index()].map(|name| self.graph.name_text(name));
        said.or_else(|| self.graph.node(id).and_then(|node| default_media_type(node.kind)))
    }

    /// What a digest is, stored or not.
    pub(crate) fn kind(&self, id: DigestId) -> Kind {
        self.columns.kinds[id.index()]
    }

    /// What is said of a digest; of one that is not stored it means nothing.
    pub(crate) fn verdict(&self, id: DigestId) -> Verdict {
        self.columns.verdicts[id.index()]
    }

    /// Whether the audit is whole.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.incomplete_because.is_empty()
    }

    /// The count of each kind of verdict is at the verdict's place.
    #[must_use]
    pub const fn verdict_sum(&self, verdict: Verdict) -> super::Sum {
        self.totals.by_verdict[verdict as usize]
    }

    /// The sum of a kind.
    #[must_use]
    pub const fn kind_sum(&self, kind: Kind) -> super::Sum {
        self.totals.by_kind[kind as usize]
    }
}
