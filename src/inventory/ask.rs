//! Asking an inventory, once it is sorted.

use jiff::Timestamp;

use super::blobs::timestamp;
use super::{
    Blob, DigestId, Inventory, Link, Listed, NEVER, RepositoryId, Stray, Tag, TagId, Upload,
};
use crate::layout::{Entry, Lockfile, Root, UploadPart};
use crate::oci::Digest;

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

    /// The digest that a link's path names, unless that link was listed.
    #[must_use]
    pub fn unlisted(&self, link: Entry<'_>) -> Option<Digest> {
        let id = |digest: &Digest| self.digests.find(digest);
        let repository = link.repository().and_then(|name| self.find_repository(name));
        let (digest, listed) = match link {
            Entry::Layer { digest, .. } => {
                let link = repository.zip(id(&digest));
                (digest, link.map(|(repository, id)| Link::Layer(repository, id)))
            }
            Entry::Revision { digest, .. } => {
                let link = repository.zip(id(&digest));
                (digest, link.map(|(repository, id)| Link::Revision(repository, id)))
            }
            Entry::Signature { revision, digest, .. } => {
                let link = repository.zip(id(&revision)).zip(id(&digest));
                (digest, link.map(|((a, b), c)| Link::Signature(a, b, c)))
            }
            Entry::TagHistory { tag, digest, .. } => {
                let tag = repository.and_then(|repository| self.find_tag(repository, tag));
                let link = tag.zip(id(&digest));
                (digest, link.map(|(tag, id)| Link::History(tag, id)))
            }
            Entry::Blob { .. }
            | Entry::Tag { .. }
            | Entry::Upload { .. }
            | Entry::Lockfile(_)
            | Entry::Placeholder(_) => return None,
        };
        let is_listed = listed.is_some_and(|link| self.has_link(link));
        (!is_listed).then_some(digest)
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
