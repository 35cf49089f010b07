//! The rows of repositories and tags: how large, whose alone, and whether they can be pulled.

use std::collections::{BTreeSet, HashMap};

use super::gather::{Gather, gather};
use super::owners::{self, Owner};
use super::policy::Policy;
use super::pull::Puller;
use super::relations::{Relations, Walker};
use super::rows::{Pullable, RepositoryRow, TagRow};
use super::upward::Upward;
use crate::graph::{Graph, LinkFault, Target};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId, Tag, TagId};

/// The rows, and what was found on the way.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    /// Sorted by name.
    pub(super) repositories: Vec<RepositoryRow>,
    /// Sorted by repository and name.
    pub(super) tags: Vec<TagRow>,
    /// The revisions that no tag of their own repository reaches.
    pub(super) untagged: Vec<(RepositoryId, DigestId)>,
}

impl Sizes {
    pub(super) fn of(
        inventory: &Inventory,
        graph: &Graph,
        relations: &Relations<'_>,
        upward: &Upward<'_>,
        policy: &Policy,
    ) -> Self {
        let mut measure = Measure {
            inventory,
            graph,
            relations,
            trusts_links: policy.trusts_links(),
            tagged: Walker::new(inventory.digests.len()),
            walker: Walker::new(inventory.digests.len()),
            target_bytes: target_bytes(inventory, graph, relations),
            platforms: HashMap::new(),
            upload_bytes: upload_bytes(inventory),
            rows: Self::default(),
        };
        let mut names: Vec<_> = inventory.repositories().collect();
        names.sort_unstable_by_key(|&(_, name)| name);
        let mut tags: Vec<Vec<(TagId, &Tag)>> = vec![Vec::new(); names.len()];
        for (id, tag) in inventory.tags().filter(|(_, tag)| tag.current.is_some()) {
            tags[tag.repository.index()].push((id, tag));
        }
        let by_tag = exclusive(
            inventory,
            &owners::by_tag(inventory, graph, relations, upward),
            inventory.tags().count(),
        );
        let by_repository =
            exclusive(inventory, &owners::by_repository(inventory, relations), names.len());
        for (id, name) in names {
            let mut tags = std::mem::take(&mut tags[id.index()]);
            tags.sort_unstable_by_key(|(_, tag)| &*tag.name);
            measure.repository(id, name, &tags, by_repository[id.index()], &by_tag);
        }
        measure.rows
    }
}

/// Bytes that are one owner's alone.
fn exclusive<T: Position>(inventory: &Inventory, owners: &[Owner<T>], rows: usize) -> Vec<u64> {
    let mut bytes = vec![0_u64; rows];
    for (id, blob) in inventory.blobs() {
        if let Owner::One(owner) = &owners[id.index()] {
            let bytes = &mut bytes[owner.position()];
            *bytes = bytes.saturating_add(blob.size);
        }
    }
    bytes
}

/// A server may say absurd sizes, and a manifest name one blob ten thousand times: the sum stops
/// at the largest number.
fn sum(bytes: impl Iterator<Item = u64>) -> u64 {
    bytes.fold(0, u64::saturating_add)
}

fn upload_bytes(inventory: &Inventory) -> Vec<u64> {
    let mut bytes = vec![0_u64; inventory.repositories().count()];
    for upload in inventory.uploads() {
        let bytes = &mut bytes[upload.repository.index()];
        *bytes = bytes.saturating_add(upload.sum.bytes);
    }
    bytes
}

trait Position {
    fn position(&self) -> usize;
}

impl Position for TagId {
    fn position(&self) -> usize {
        self.index()
    }
}

impl Position for RepositoryId {
    fn position(&self) -> usize {
        self.index()
    }
}

struct Measure<'a> {
    inventory: &'a Inventory,
    graph: &'a Graph,
    relations: &'a Relations<'a>,
    trusts_links: bool,
    /// Walks along what tags keep alive, one repository at a time.
    tagged: Walker,
    walker: Walker,
    /// The bytes and the platforms of what tags name: found once, however many name it.
    target_bytes: HashMap<DigestId, u64>,
    platforms: HashMap<DigestId, Vec<String>>,
    upload_bytes: Vec<u64>,
    rows: Sizes,
}

impl Measure<'_> {
    fn repository(
        &mut self,
        id: RepositoryId,
        name: &str,
        tags: &[(TagId, &Tag)],
        exclusive_bytes: u64,
        by_tag: &[u64],
    ) {
        self.tagged.start();
        let mut puller = Puller::new(self.inventory, self.graph, id);
        let first_tag = self.rows.tags.len();
        for &(tag, row) in tags {
            let row = self.tag(tag, row, name, &mut puller, by_tag[tag.index()]);
            self.rows.tags.push(row);
        }
        let (unique_bytes, untagged_bytes) = self.unique_bytes(id);
        let revisions: Vec<_> = self.inventory.revisions_of(id).collect();
        let untagged = revisions.iter().filter(|&&revision| !self.tagged.has_seen(revision));
        let untagged: Vec<_> = untagged.map(|&revision| (id, revision)).collect();
        let pushed = revisions.iter().filter_map(|&rev| self.inventory.revision_time(id, rev));
        let tagged = tags.iter().filter_map(|(_, tag)| tag.current?.last_modified);
        let broken = self.rows.tags[first_tag..].iter().filter(|t| t.pullable == Pullable::No);
        let row = RepositoryRow {
            repository: name.to_owned(),
            tags: tags.len() as u64,
            manifests: revisions.len() as u64,
            untagged_manifests: untagged.len() as u64,
            logical_bytes: sum(revisions.iter().map(|&revision| self.logical_bytes(revision))),
            unique_bytes,
            exclusive_bytes,
            untagged_bytes,
            upload_bytes: self.upload_bytes[id.index()],
            broken_tags: broken.count() as u64,
            last_pushed: pushed.chain(tagged).max(),
        };
        self.rows.untagged.extend(untagged);
        self.rows.repositories.push(row);
    }

    fn tag(
        &mut self,
        tag: TagId,
        row: &Tag,
        repository: &str,
        puller: &mut Puller<'_>,
        exclusive_bytes: u64,
    ) -> TagRow {
        let target = match self.graph.target(tag) {
            Some(Target::Digest(id)) => Some(*id),
            _ => None,
        };
        let pullable = self.pullable(tag, target, puller);
        if let Some(id) = target {
            self.tagged.visit(id, |id| self.relations.kept_alive(id), |_| {});
        }
        let size = target.and_then(|id| self.target_bytes.get(&id)).copied().unwrap_or_default();
        TagRow {
            repository: repository.to_owned(),
            tag: row.name.to_string(),
            digest: target.map(|id| self.inventory.digests.get(id)),
            media_type: target.and_then(|id| self.media_type(id)),
            platforms: target.map(|id| self.platforms(id)).unwrap_or_default(),
            size,
            exclusive_bytes,
            pullable,
            last_modified: row.current.and_then(|current| current.last_modified),
        }
    }

    fn pullable(&self, tag: TagId, target: Option<DigestId>, puller: &mut Puller<'_>) -> Pullable {
        let answer = match (self.graph.link_fault(Link::Tag(tag)), target) {
            (Some(LinkFault::Unreadable(_)), _) | (None, None) => Pullable::Unknown,
            // Registries refuse a link even for a space.
            (Some(_), _) => Pullable::No,
            (None, Some(id)) => puller.manifest(id),
        };
        // What the bucket lacks the registry may have elsewhere.
        if self.trusts_links || answer == Pullable::Yes { answer } else { Pullable::Unknown }
    }

    /// What the repository's revisions reach, and the part that none of its tags does.
    fn unique_bytes(&mut self, id: RepositoryId) -> (u64, u64) {
        let (mut all, mut untagged) = (0_u64, 0_u64);
        self.walker.start();
        for revision in self.inventory.revisions_of(id) {
            self.walker.visit(
                revision,
                |id| self.relations.contained(id),
                |id| {
                    let size = self.inventory.blob(id).map_or(0, |blob| blob.size);
                    all = all.saturating_add(size);
                    if !self.tagged.has_seen(id) {
                        untagged = untagged.saturating_add(size);
                    }
                },
            );
        }
        (all, untagged)
    }

    fn logical_bytes(&self, revision: DigestId) -> u64 {
        let size = |id| {
            let stored = self.graph.stored_as(self.inventory, id);
            stored.and_then(|id| self.inventory.blob(id)).map_or(0, |blob| blob.size)
        };
        let edges = self.graph.edges(revision).iter();
        sum(std::iter::once(revision).chain(edges.map(|edge| edge.to)).map(size))
    }

    fn media_type(&self, id: DigestId) -> Option<String> {
        let node = self.graph.node(id)?;
        let own = node.media_type.map(|name| self.graph.name_text(name));
        own.or_else(|| super::blobs::default_media_type(node.kind)).map(str::to_owned)
    }

    fn platforms(&mut self, id: DigestId) -> Vec<String> {
        let find = || {
            let names = self.graph.edges(id).iter().filter_map(|edge| edge.platform);
            let names: BTreeSet<_> = names.map(|name| self.graph.name_text(name)).collect();
            names.into_iter().take(TagRow::MOST_PLATFORMS).map(str::to_owned).collect()
        };
        self.platforms.entry(id).or_insert_with(find).clone()
    }
}

/// The bytes of the stored blobs that each target of a tag reaches, each blob once.
fn target_bytes(
    inventory: &Inventory,
    graph: &Graph,
    relations: &Relations<'_>,
) -> HashMap<DigestId, u64> {
    let mut targets: Vec<DigestId> = graph
        .targets()
        .filter_map(|(_, target)| match target {
            Target::Digest(id) => Some(*id),
            Target::Broken | Target::Failed => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let mut bytes = Bytes { inventory, now: 0, targets: &targets, found: HashMap::new() };
    let sets = targets.iter().map(std::slice::from_ref);
    gather(inventory.digests.len(), sets, |id| relations.contained(id), &mut bytes);
    bytes.found
}

struct Bytes<'a> {
    inventory: &'a Inventory,
    /// Wide enough for any number of absurd sizes: what is added is taken back.
    now: u128,
    targets: &'a [DigestId],
    found: HashMap<DigestId, u64>,
}

impl Bytes<'_> {
    fn of(&self, id: DigestId) -> u128 {
        self.inventory.blob(id).map_or(0, |blob| blob.size.into())
    }
}

impl Gather for Bytes<'_> {
    fn add(&mut self, id: DigestId) {
        self.now += self.of(id);
    }

    fn remove(&mut self, id: DigestId) {
        self.now -= self.of(id);
    }

    fn take(&mut self, set: usize) {
        let bytes = u64::try_from(self.now).unwrap_or(u64::MAX);
        self.found.insert(self.targets[set], bytes);
    }
}
