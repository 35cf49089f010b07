//! Filling an inventory: each object as it is listed.

use jiff::Timestamp;

use super::blobs::millisecond;
use super::{
    CurrentLink, DigestId, Evidence, Inventory, Link, NEVER, RepositoryId, Stray, Tag, TagId,
    UNKNOWN, Upload,
};
use crate::layout::parse;
use crate::layout::{Entry, Root};
use crate::object::{Object, Sum};

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
