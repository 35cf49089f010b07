//! The entries of an index.

use std::collections::BTreeSet;

use serde::Serialize;

use super::view::View;
use crate::audit::{Kind, Pullable, Puller};
use crate::graph::EdgeRole;
use crate::inventory::{DigestId, RepositoryId};
use crate::oci::{Digest, ManifestKind};

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    /// The repository through which the entries would be pulled.
    pub repository: Option<String>,
    /// Its entries, in its order; at most 100.
    pub entries: Vec<Entry>,
    /// How many more there are.
    pub more_entries: u64,
}

/// An entry of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its digest.
    pub digest: Digest,
    /// What it is.
    pub kind: Kind,
    /// Its media type, as the index says.
    pub media_type: Option<String>,
    /// Its platform, as the index says.
    pub platform: Option<String>,
    /// The digest of its config, which is an image's ID.
    pub image_id: Option<Digest>,
    /// The bytes of the stored blobs that it reaches, itself among them, each once.
    pub size_bytes: u64,
    /// Whether a client can pull it through the repository.
    pub pullable: Pullable,
}

/// The most entries that are told.
const MOST: usize = 100;

impl Index {
    /// `None` if it is no index. Entries are pulled through the repository that was asked about,
    /// or else the first by name that links the index.
    pub(super) fn of(view: &View<'_>, id: DigestId, asked: Option<RepositoryId>) -> Option<Self> {
        let node = view.graph.node(id).filter(|node| node.kind == ManifestKind::Index)?;
        let linking = view.upward.repositories(id).iter().copied();
        let repository = asked.or_else(|| linking.min_by_key(|&id| view.repository(id)));
        let mut puller = repository.map(|id| Puller::new(view.inventory, view.graph, id));
        let entries = node.edges.iter().take(MOST).map(|edge| Entry {
            digest: view.inventory.digests.get(edge.to),
            kind: view.audit.kind(edge.to),
            media_type: edge.media_type.map(|name| view.text(name).to_owned()),
            platform: edge.platform.map(|name| view.text(name).to_owned()),
            image_id: config(view, edge.to),
            size_bytes: reached_bytes(view, edge.to),
            pullable: match &mut puller {
                Some(puller) if edge.role.may_be_manifest() => puller.manifest(edge.to),
                _ => Pullable::Unknown,
            },
        });
        Some(Self {
            repository: repository.map(|id| view.repository(id).to_owned()),
            entries: entries.collect(),
            more_entries: node.edges.len().saturating_sub(MOST) as u64,
        })
    }
}

fn config(view: &View<'_>, id: DigestId) -> Option<Digest> {
    let config = view.graph.edges(id).iter().find(|edge| edge.role == EdgeRole::Config)?;
    Some(view.inventory.digests.get(config.to))
}

/// The bytes of the stored blobs that a manifest reaches, itself among them, each once.
fn reached_bytes(view: &View<'_>, id: DigestId) -> u64 {
    let stored_as = |id| view.graph.stored_as(view.inventory, id).unwrap_or(id);
    let mut seen = BTreeSet::from([stored_as(id)]);
    let mut stack = vec![stored_as(id)];
    while let Some(id) = stack.pop() {
        let edges = view.graph.edges(id).iter().map(|edge| stored_as(edge.to));
        stack.extend(edges.filter(|&to| seen.insert(to)));
    }
    seen.into_iter().filter_map(|id| view.inventory.blob(id)).map(|blob| blob.size).sum()
}
