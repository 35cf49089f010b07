//! What was listed, folded as it comes into compact columns.
//!
//! Digests become small integers, links pairs of them. No string and no map entry is kept for a
//! blob or a link; keys are rendered again when a report asks for them.

mod blobs;
mod digests;
mod pairs;
mod proof;
mod tags;

use std::collections::HashMap;

use jiff::Timestamp;

pub use self::blobs::Blob;
use self::blobs::{BlobColumns, millisecond, timestamp};
pub use self::digests::{DigestId, DigestTable};
use self::pairs::Pairs;
pub use self::proof::Evidence;
use self::tags::Named;
pub use self::tags::{CurrentLink, Tag, TagId, Upload};
use crate::layout::{Entry, Lockfile, Root, UploadPart, parse};
use crate::object::{Object, Sum};
use crate::oci::Digest;

/// The time of what never was.
const NEVER: i64 = i64::MIN;
/// The time that the server did not say: the latest of all.
const UNKNOWN: i64 = i64::MAX;

/// A repository of one [`Inventory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryId(u32);

impl RepositoryId {
    /// The position of its row in a column.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A link of one [`Inventory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// `_layers/<digest>`
    Layer(RepositoryId, DigestId),
    /// `_manifests/revisions/<digest>`
    Revision(RepositoryId, DigestId),
    /// `_manifests/revisions/<revision>/signatures/<digest>`
    Signature(RepositoryId, DigestId, DigestId),
    /// `_manifests/tags/<tag>/current`
    Tag(TagId),
    /// `_manifests/tags/<tag>/index/<digest>`
    History(TagId, DigestId),
}

/// A key below the registry's root that the layout does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The whole key.
    pub key: String,
    /// In bytes.
    pub size: u64,
}

/// The sums of what was listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listed {
    /// Everything below the root.
    pub objects: Sum,
    /// Blobs.
    pub blobs: Sum,
    /// Links of every kind.
    pub links: Sum,
    /// Keys below `_uploads`.
    pub uploads: Sum,
    /// Keys that the layout does not know.
    pub strays: Sum,
    /// Folder placeholders and lock files.
    pub auxiliary: Sum,
    /// Links that their entity tag proves.
    pub proved_links: Sum,
}

/// What one registry's root holds.
#[derive(Debug, Default)]
pub struct Inventory {
    root: Root,
    /// Every digest met, in a key or in a manifest.
    pub digests: DigestTable,
    blobs: BlobColumns,
    repositories: HashMap<String, RepositoryId>,
    names: Vec<String>,
    last_written: Vec<Option<Timestamp>>,
    /// Whether any repository links the digest as a layer, as a revision.
    linked_as: Vec<(bool, bool)>,
    /// When each digest was last linked as a layer, in milliseconds.
    mounted: Vec<i64>,
    layers: Pairs<RepositoryId, DigestId>,
    /// With the time of each, in milliseconds.
    revisions: Pairs<RepositoryId, DigestId, i64>,
    signatures: Pairs<(RepositoryId, DigestId), DigestId>,
    /// With the time of each, in milliseconds.
    history: Pairs<TagId, DigestId, i64>,
    tags: Named<Tag>,
    uploads: Named<Upload>,
    unproved: Vec<Link>,
    /// How many of them somebody has taken to read.
    given: usize,
    strays: Vec<Stray>,
    lockfiles: Vec<Lockfile>,
    listed: Listed,
    repeated: Option<String>,
}

/// Folding.
impl Inventory {
    /// An empty one.
    #[must_use]
    pub fn new(root: Root) -> Self {
        Self { root, ..Self::default() }
    }

    /// Takes an object and its path below `<root>docker/registry/`.
    pub fn fold(&mut self, path: &str, object: &Object) {
        self.listed.objects.add(object.size);
        match parse(path) {
            Some(Entry::Blob { digest }) => {
                let id = self.digests.intern(&digest);
                if self.blobs.put(id, object) {
                    self.repeated.get_or_insert_with(|| object.key.clone());
                }
                self.listed.blobs.add(object.size);
            }
            Some(Entry::Upload { repository, upload, .. }) => {
                self.fold_upload(repository, upload, object);
            }
            Some(Entry::Lockfile(lockfile)) => {
                self.lockfiles.push(lockfile);
                self.listed.auxiliary.add(object.size);
            }
            Some(Entry::Placeholder(_)) if object.size == 0 => {
                self.listed.auxiliary.add(0);
            }
            Some(Entry::Placeholder(_)) | None => {
                self.listed.strays.add(object.size);
                self.strays.push(Stray { key: object.key.clone(), size: object.size });
            }
            Some(link) => self.fold_link(link, object),
        }
    }

    fn fold_link(&mut self, entry: Entry<'_>, object: &Object) {
        self.listed.links.add(object.size);
        if let Some(repository) = entry.repository() {
            let repository = self.repository(repository);
            self.written(repository, object);
        }
        let evidence = Evidence::of(object);
        let (link, digest) = match entry {
            Entry::Layer { repository, digest } => {
                let (repository, id) = (self.repository(repository), self.digests.intern(&digest));
                self.layers.push(repository, id, ());
                self.linked_as(id).0 = true;
                self.mount(id, object.last_modified);
                (Link::Layer(repository, id), digest)
            }
            Entry::Revision { repository, digest } => {
                let (repository, id) = (self.repository(repository), self.digests.intern(&digest));
                self.revisions.push(repository, id, millisecond(object.last_modified));
                self.linked_as(id).1 = true;
                (Link::Revision(repository, id), digest)
            }
            Entry::Signature { repository, revision, digest } => {
                let repository = self.repository(repository);
                let (revision, id) = (self.digests.intern(&revision), self.digests.intern(&digest));
                self.signatures.push((repository, revision), id, ());
                (Link::Signature(repository, revision, id), digest)
            }
            Entry::TagHistory { repository, tag, digest } => {
                let (tag, id) = (self.tag(repository, tag), self.digests.intern(&digest));
                self.history.push(tag, id, millisecond(object.last_modified));
                (Link::History(tag, id), digest)
            }
            Entry::Tag { repository, tag } => {
                let tag = self.tag(repository, tag);
                let last_modified = object.last_modified;
                self.tags.rows[tag.index()].current = Some(CurrentLink { evidence, last_modified });
                return;
            }
            Entry::Blob { .. }
            | Entry::Upload { .. }
            | Entry::Lockfile(_)
            | Entry::Placeholder(_) => {
                return;
            }
        };
        if evidence.proves(&digest) {
            self.listed.proved_links.add(object.size);
        } else {
            self.unproved.push(link);
        }
    }

    fn fold_upload(&mut self, repository: &str, id: &str, object: &Object) {
        self.listed.uploads.add(object.size);
        let repository = self.repository(repository);
        self.written(repository, object);
        let place = self.uploads.place(repository, id, |id| Upload {
            repository,
            id,
            sum: Sum::default(),
            newest: Some(Timestamp::MIN),
        });
        let upload = &mut self.uploads.rows[place as usize];
        upload.sum.add(object.size);
        upload.newest = upload.newest.zip(object.last_modified).map(|(a, b)| a.max(b));
    }

    /// Sorts what came out of order. To be called before anything is asked.
    pub fn sort(&mut self) {
        self.layers.sort();
        self.revisions.sort();
        self.signatures.sort();
        self.history.sort();
    }

    fn linked_as(&mut self, id: DigestId) -> &mut (bool, bool) {
        let rows = self.linked_as.len().max(id.index() + 1);
        self.linked_as.resize(rows, (false, false));
        &mut self.linked_as[id.index()]
    }

    fn mount(&mut self, id: DigestId, time: Option<Timestamp>) {
        let rows = self.mounted.len().max(id.index() + 1);
        self.mounted.resize(rows, NEVER);
        let last = &mut self.mounted[id.index()];
        *last = time.map_or(UNKNOWN, Timestamp::as_millisecond).max(*last);
    }

    fn written(&mut self, repository: RepositoryId, object: &Object) {
        let last = &mut self.last_written[repository.index()];
        *last = last.zip(object.last_modified).map(|(a, b)| a.max(b));
    }

    fn repository(&mut self, name: &str) -> RepositoryId {
        if let Some(&id) = self.repositories.get(name) {
            return id;
        }
        let id = RepositoryId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.to_owned());
        self.last_written.push(Some(Timestamp::MIN));
        self.repositories.insert(name.to_owned(), id);
        id
    }

    fn tag(&mut self, repository: &str, tag: &str) -> TagId {
        let repository = self.repository(repository);
        TagId(self.tags.place(repository, tag, |name| Tag { repository, name, current: None }))
    }
}

/// Asking.
impl Inventory {
    /// Where it lies.
    #[must_use]
    pub const fn root(&self) -> &Root {
        &self.root
    }

    /// The sums.
    #[must_use]
    pub const fn listed(&self) -> Listed {
        self.listed
    }

    /// A blob's key that the listing gave twice: it cannot be trusted to be whole.
    #[must_use]
    pub fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }

    /// What is stored under a digest.
    #[must_use]
    pub fn blob(&self, id: DigestId) -> Option<Blob<'_>> {
        self.blobs.get(id)
    }

    /// When the blob was stored or last linked as a layer: a push that finds it stored only links
    /// it. `None` where the server does not say of one of them, or where nothing is stored.
    #[must_use]
    pub fn last_claimed(&self, id: DigestId) -> Option<Timestamp> {
        let stored = self.blob(id)?.last_modified?;
        match self.mounted.get(id.index()).copied().unwrap_or(NEVER) {
            NEVER => Some(stored),
            mounted => timestamp(mounted).map(|mounted| mounted.max(stored)),
        }
    }

    /// Every stored blob, in no order.
    pub fn blobs(&self) -> impl Iterator<Item = (DigestId, Blob<'_>)> {
        self.digests.ids().filter_map(|id| Some((id, self.blob(id)?)))
    }

    /// Every repository, in no order.
    pub fn repositories(&self) -> impl Iterator<Item = (RepositoryId, &str)> {
        (0..).map(RepositoryId).zip(self.names.iter().map(String::as_str))
    }

    /// A repository's name.
    #[must_use]
    pub fn repository_name(&self, id: RepositoryId) -> &str {
        &self.names[id.index()]
    }

    /// The repository of this name.
    #[must_use]
    pub fn find_repository(&self, name: &str) -> Option<RepositoryId> {
        self.repositories.get(name).copied()
    }

    /// Every tag, in no order.
    pub fn tags(&self) -> impl Iterator<Item = (TagId, &Tag)> {
        (0..).map(TagId).zip(&self.tags.rows)
    }

    /// A tag.
    #[must_use]
    pub fn tag_row(&self, id: TagId) -> &Tag {
        &self.tags.rows[id.index()]
    }

    /// The tag of this name.
    #[must_use]
    pub fn find_tag(&self, repository: RepositoryId, name: &str) -> Option<TagId> {
        self.tags.find(repository, name).map(TagId)
    }

    /// Every layer link, by repository.
    pub fn layers(&self) -> impl Iterator<Item = (RepositoryId, DigestId)> {
        self.layers.all().iter().map(|&(repository, id, ())| (repository, id))
    }

    /// The layer links of a repository.
    pub fn layers_of(&self, id: RepositoryId) -> impl Iterator<Item = DigestId> {
        self.layers.of(id).iter().map(|pair| pair.1)
    }

    /// Whether a repository links this layer or config.
    #[must_use]
    pub fn has_layer(&self, repository: RepositoryId, digest: DigestId) -> bool {
        self.layers.get(repository, digest).is_some()
    }

    /// Whether any repository links this layer or config.
    #[must_use]
    pub fn is_layer(&self, digest: DigestId) -> bool {
        self.linked_as.get(digest.index()).is_some_and(|linked| linked.0)
    }

    /// Whether any repository links this manifest.
    #[must_use]
    pub fn is_revision(&self, digest: DigestId) -> bool {
        self.linked_as.get(digest.index()).is_some_and(|linked| linked.1)
    }

    /// Every revision link, by repository.
    pub fn revisions(&self) -> impl Iterator<Item = (RepositoryId, DigestId)> {
        self.revisions.all().iter().map(|&(repository, id, _)| (repository, id))
    }

    /// The revision links of a repository.
    pub fn revisions_of(&self, id: RepositoryId) -> impl Iterator<Item = DigestId> {
        self.revisions.of(id).iter().map(|pair| pair.1)
    }

    /// Whether a repository links this manifest.
    #[must_use]
    pub fn has_revision(&self, repository: RepositoryId, digest: DigestId) -> bool {
        self.revisions.get(repository, digest).is_some()
    }

    /// When a revision was linked, where the server says.
    #[must_use]
    pub fn revision_time(&self, repository: RepositoryId, digest: DigestId) -> Option<Timestamp> {
        timestamp(self.revisions.get(repository, digest)?)
    }

    /// Every signature link: repository, revision, signature.
    pub fn signatures(&self) -> impl Iterator<Item = (RepositoryId, DigestId, DigestId)> {
        self.signatures
            .all()
            .iter()
            .map(|&((repository, revision), id, ())| (repository, revision, id))
    }

    /// Every digest that a tag ever had.
    pub fn history(&self) -> impl Iterator<Item = (TagId, DigestId)> {
        self.history.all().iter().map(|&(tag, id, _)| (tag, id))
    }

    /// The digests that this tag ever had.
    pub fn history_of(&self, tag: TagId) -> impl Iterator<Item = DigestId> {
        self.history.of(tag).iter().map(|pair| pair.1)
    }

    /// When a tag was last pointed at a digest, where the server says.
    #[must_use]
    pub fn history_time(&self, tag: TagId, digest: DigestId) -> Option<Timestamp> {
        timestamp(self.history.get(tag, digest)?)
    }

    /// When anything in a repository was last written; `None` if that is not known of all.
    #[must_use]
    pub fn last_written(&self, id: RepositoryId) -> Option<Timestamp> {
        self.last_written[id.index()]
    }

    /// Every upload that was not finished, in no order.
    #[must_use]
    pub fn uploads(&self) -> &[Upload] {
        &self.uploads.rows
    }

    /// The links whose path tells what they should say, and whose entity tag does not prove that
    /// they do. Each is given once: whoever takes them reads them.
    pub fn take_unproved_links(&mut self) -> Vec<Link> {
        let given = std::mem::replace(&mut self.given, self.unproved.len());
        self.unproved[given..].to_vec()
    }

    /// All of them, whether they were taken or not.
    #[must_use]
    pub fn unproved_links(&self) -> &[Link] {
        &self.unproved
    }

    /// The keys that the layout does not know.
    #[must_use]
    pub fn strays(&self) -> &[Stray] {
        &self.strays
    }

    /// Whether this lock file is there.
    #[must_use]
    pub fn has_lockfile(&self, lockfile: Lockfile) -> bool {
        self.lockfiles.contains(&lockfile)
    }

    /// Whether anything below the root is a registry's.
    #[must_use]
    pub fn is_registry(&self) -> bool {
        self.listed.blobs.count + self.listed.links.count + self.listed.uploads.count > 0
            || !self.lockfiles.is_empty()
    }

    /// The key of a blob's data.
    #[must_use]
    pub fn data_key(&self, digest: &Digest) -> String {
        self.root.key(&Entry::Blob { digest: digest.clone() })
    }

    /// The key of what an upload began with.
    #[must_use]
    pub fn upload_key(&self, upload: &Upload) -> String {
        let repository = self.repository_name(upload.repository);
        let part = UploadPart::StartedAt;
        self.root.key(&Entry::Upload { repository, upload: &upload.id, part })
    }

    /// The digest that a link's path names; none is in a tag's.
    #[must_use]
    pub const fn linked(&self, link: Link) -> Option<DigestId> {
        match link {
            Link::Layer(_, id)
            | Link::Revision(_, id)
            | Link::Signature(_, _, id)
            | Link::History(_, id) => Some(id),
            Link::Tag(_) => None,
        }
    }

    /// Whether a link was listed.
    #[must_use]
    pub fn has_link(&self, link: Link) -> bool {
        match link {
            Link::Layer(repository, id) => self.has_layer(repository, id),
            Link::Revision(repository, id) => self.has_revision(repository, id),
            Link::Signature(repository, revision, id) => {
                self.signatures.get((repository, revision), id).is_some()
            }
            Link::Tag(tag) => self.tag_row(tag).current.is_some(),
            Link::History(tag, id) => self.history.get(tag, id).is_some(),
        }
    }

    /// The repository that a link is in.
    #[must_use]
    pub fn repository_of(&self, link: Link) -> RepositoryId {
        match link {
            Link::Layer(repository, _)
            | Link::Revision(repository, _)
            | Link::Signature(repository, _, _) => repository,
            Link::Tag(tag) | Link::History(tag, _) => self.tag_row(tag).repository,
        }
    }

    /// The key of a link.
    #[must_use]
    pub fn link_key(&self, link: Link) -> String {
        let repository = self.repository_name(self.repository_of(link));
        let digest = |id| self.digests.get(id);
        self.root.key(&match link {
            Link::Layer(_, id) => Entry::Layer { repository, digest: digest(id) },
            Link::Revision(_, id) => Entry::Revision { repository, digest: digest(id) },
            Link::Signature(_, revision, id) => {
                Entry::Signature { repository, revision: digest(revision), digest: digest(id) }
            }
            Link::Tag(tag) => Entry::Tag { repository, tag: &self.tag_row(tag).name },
            Link::History(tag, id) => {
                Entry::TagHistory { repository, tag: &self.tag_row(tag).name, digest: digest(id) }
            }
        })
    }
}
