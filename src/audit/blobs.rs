//! The columns of the stored blobs: verdict, kind, media type, references, proof.

use super::doubt::Doubt;
use super::known::well_known;
use super::policy::Policy;
use super::reach::Reach;
use super::upward::Upward;
use super::verdict::{Kind, Proof, Verdict};
use crate::graph::{EdgeRole, Graph, NameId};
use crate::inventory::{DigestId, Inventory, RepositoryId};
use crate::oci::{ManifestKind, media_type};

/// What is said of each digest; of one that is not stored it means nothing.
#[derive(Debug, Default)]
pub(crate) struct BlobColumns {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) kinds: Vec<Kind>,
    pub(super) media_types: Vec<Option<NameId>>,
    pub(super) references: Vec<u32>,
    pub(super) repositories: Vec<u32>,
    pub(super) proofs: Vec<Proof>,
}

impl BlobColumns {
    pub(super) fn new(
        inventory: &Inventory,
        graph: &Graph,
        upward: &Upward<'_>,
        judge: &Judge<'_>,
    ) -> Self {
        let rows = inventory.digests.len();
        let mut columns = Self {
            verdicts: inventory.digests.ids().map(|id| judge.verdict(inventory, id)).collect(),
            kinds: vec![Kind::Other; rows],
            media_types: vec![None; rows],
            references: inventory.digests.ids().map(|id| count(upward.parents(id))).collect(),
            repositories: repositories(inventory),
            proofs: vec![Proof::None; rows],
        };
        columns.describe(inventory, graph);
        columns.prove(inventory, graph);
        columns
    }

    /// What each blob is: by its own word if it is a manifest, else by what is said of it.
    /// Where several say different things the first in order counts, whoever was read first.
    fn describe(&mut self, inventory: &Inventory, graph: &Graph) {
        let mut said = vec![None; self.kinds.len()];
        for (_, node) in graph.nodes() {
            for edge in &node.edges {
                let to = graph.stored_as(inventory, edge.to).unwrap_or(edge.to).index();
                let kind = match edge.role {
                    EdgeRole::Config => Kind::Config,
                    EdgeRole::Layer => Kind::Layer,
                    EdgeRole::Child | EdgeRole::Unknown => Kind::Manifest,
                };
                said[to] = Some(said[to].map_or(kind, |before: Kind| before.min(kind)));
                let text = |name: NameId| graph.name_text(name);
                self.media_types[to] = [self.media_types[to], edge.media_type]
                    .into_iter()
                    .flatten()
                    .min_by_key(|&name| text(name));
            }
        }
        for id in inventory.digests.ids() {
            let row = id.index();
            self.kinds[row] = match graph.node(id).map(|node| node.kind) {
                Some(ManifestKind::Index) => Kind::Index,
                Some(_) => Kind::Manifest,
                None if inventory.is_revision(id) => Kind::Manifest,
                None => said[row].unwrap_or(Kind::Other),
            };
            if let Some(own) = graph.node(id).and_then(|node| node.media_type) {
                self.media_types[row] = Some(own);
            }
        }
    }

    /// What is known of each blob's bytes.
    fn prove(&mut self, inventory: &Inventory, graph: &Graph) {
        let mut is_contradicted = vec![false; self.proofs.len()];
        for edge in graph.true_nodes().flat_map(|(_, node)| &node.edges) {
            let Some(id) = graph.stored_as(inventory, edge.to) else {
                continue;
            };
            let (Some(said), Some(blob)) = (edge.size, inventory.blob(id)) else {
                continue;
            };
            is_contradicted[id.index()] |= said != blob.size;
            self.proofs[id.index()] = Proof::Listing;
        }
        let well_known = well_known(inventory);
        let is_tagged_as_known = |id: DigestId| {
            let md5 = inventory.blob(id).and_then(|blob| blob.etag?.as_md5());
            let known = well_known.iter().find(|(known, _)| *known == id).map(|(_, md5)| *md5);
            md5.is_some() && md5 == known.or_else(|| graph.inline_md5(id))
        };
        for id in inventory.digests.ids() {
            let proof = &mut self.proofs[id.index()];
            if graph.checksums.is_proved(id) {
                *proof = Proof::Bytes;
            } else if graph.checksums.is_vouched_for(id) {
                *proof = Proof::Checksum;
            } else if graph.checksums.was_read(id) {
                *proof = Proof::None;
            } else if is_tagged_as_known(id) {
                *proof = Proof::Etag;
            } else if is_contradicted[id.index()] {
                *proof = Proof::None;
            }
        }
    }
}

/// What a manifest is called that does not say. OCI documents need not.
pub(super) const fn default_media_type(kind: ManifestKind) -> Option<&'static str> {
    match kind {
        ManifestKind::Index => Some(media_type::OCI_INDEX),
        ManifestKind::Image => Some(media_type::OCI_MANIFEST),
        ManifestKind::Schema1 => Some(media_type::DOCKER_SCHEMA1),
        ManifestKind::Artifact => Some(media_type::OCI_ARTIFACT),
        ManifestKind::Unknown => None,
    }
}

/// What a verdict depends on.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) reach: &'a Reach,
    pub(super) doubt: &'a Doubt,
    pub(super) policy: &'a Policy,
}

impl Judge<'_> {
    fn verdict(&self, inventory: &Inventory, id: DigestId) -> Verdict {
        let reached = self.reach.of_digest(id);
        if reached.from_tag {
            Verdict::Tagged
        } else if reached.from_revision {
            Verdict::Untagged
        } else if reached.from_list {
            Verdict::Kept
        } else if reached.from_spared || !self.policy.is_old(inventory.last_claimed(id)) {
            Verdict::Recent
        } else if self.doubt.covers(id) || self.policy.withholds_orphans(inventory).is_some() {
            Verdict::Undecided
        } else {
            Verdict::Orphaned
        }
    }
}

/// How many repositories link each digest, as a layer or as a revision.
fn repositories(inventory: &Inventory) -> Vec<u32> {
    let mut counts = vec![0; inventory.digests.len()];
    for (_, id) in inventory.layers() {
        counts[id.index()] += 1;
    }
    let is_no_layer =
        |&(repository, id): &(RepositoryId, DigestId)| !inventory.has_layer(repository, id);
    for (_, id) in inventory.revisions().filter(is_no_layer) {
        counts[id.index()] += 1;
    }
    counts
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
