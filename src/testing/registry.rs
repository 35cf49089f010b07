//! A bucket with a registry in it, object by object.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::layout::{Entry, Root};
use crate::oci::Digest;
use crate::store::MemoryStore;

/// A bucket with a registry in it, as Distribution lays it out.
///
/// What is written is of 1970-01-01, and so older than any grace period, until
/// [`set_time`](Self::set_time) says otherwise.
#[derive(Debug, Clone)]
pub struct RegistryBuilder {
    root: Root,
    written: Option<Timestamp>,
    objects: BTreeMap<String, Stored>,
}

#[derive(Debug, Clone)]
struct Stored {
    bytes: Vec<u8>,
    written: Option<Timestamp>,
}

impl Default for RegistryBuilder {
    fn default() -> Self {
        let written = Some(Timestamp::UNIX_EPOCH);
        Self { root: Root::default(), written, objects: BTreeMap::new() }
    }
}

/// The bucket.
impl RegistryBuilder {
    /// An empty bucket, with its registry at the top.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From here on the registry lies below this prefix: empty, or ending in `/`. Called twice,
    /// it makes two registries in one bucket.
    #[must_use]
    pub fn root(mut self, prefix: &str) -> Self {
        self.root = Root::from(prefix);
        self
    }

    /// From here on what is written is of this time, or of a time that nobody knows.
    pub const fn set_time(&mut self, written: Option<Timestamp>) {
        self.written = written;
    }

    /// Writes an object under any key.
    pub fn put(&mut self, key: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        let stored = Stored { bytes: bytes.into(), written: self.written };
        self.objects.insert(key.into(), stored);
    }

    /// Changes an object's bytes, and nothing else; whether there is one.
    pub fn edit(&mut self, key: &str, change: impl FnOnce(&mut Vec<u8>)) -> bool {
        self.objects.get_mut(key).map(|stored| change(&mut stored.bytes)).is_some()
    }

    /// Takes an object away and gives its bytes.
    pub fn remove(&mut self, key: &str) -> Option<Vec<u8>> {
        self.objects.remove(key).map(|stored| stored.bytes)
    }

    /// An object's bytes.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        self.objects.get(key).map(|stored| &*stored.bytes)
    }

    /// Every key with its object's bytes, in the order of the keys.
    pub fn objects(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.objects.iter().map(|(key, stored)| (key.as_str(), &*stored.bytes))
    }

    /// Hands every object to `put`: its key, its bytes, when it was written.
    pub fn fill(&self, mut put: impl FnMut(&str, &[u8], Option<Timestamp>)) {
        for (key, stored) in &self.objects {
            put(key, &stored.bytes, stored.written);
        }
    }

    /// The bucket, ready to be audited.
    #[must_use]
    pub fn store(&self) -> MemoryStore {
        let store = MemoryStore::new();
        self.fill(|key, bytes, written| {
            store.put_with(key, bytes.to_vec(), |object| object.last_modified = written);
        });
        store
    }
}

/// The registry's objects.
impl RegistryBuilder {
    /// The key of an entry in this registry.
    #[must_use]
    pub fn key(&self, entry: &Entry<'_>) -> String {
        self.root.key(entry)
    }

    /// The key of a blob's data.
    #[must_use]
    pub fn data_key(&self, digest: &Digest) -> String {
        self.key(&Entry::Blob { digest: digest.clone() })
    }

    /// The key of a layer link.
    #[must_use]
    pub fn layer_key(&self, repository: &str, digest: &Digest) -> String {
        self.key(&Entry::Layer { repository, digest: digest.clone() })
    }

    /// The key of a revision link.
    #[must_use]
    pub fn revision_key(&self, repository: &str, digest: &Digest) -> String {
        self.key(&Entry::Revision { repository, digest: digest.clone() })
    }

    /// The key of a tag's link.
    #[must_use]
    pub fn tag_key(&self, repository: &str, tag: &str) -> String {
        self.key(&Entry::Tag { repository, tag })
    }

    /// The key of a link in a tag's history.
    #[must_use]
    pub fn history_key(&self, repository: &str, tag: &str, digest: &Digest) -> String {
        self.key(&Entry::TagHistory { repository, tag, digest: digest.clone() })
    }

    /// What a tag names.
    #[must_use]
    pub fn tagged(&self, repository: &str, tag: &str) -> Option<Digest> {
        let link = self.get(&self.tag_key(repository, tag))?;
        std::str::from_utf8(link).ok()?.parse().ok()
    }

    /// Stores bytes under their digest. Like a registry, leaves alone what is there already.
    pub fn blob(&mut self, bytes: impl Into<Vec<u8>>) -> Digest {
        let bytes = bytes.into();
        let digest = Digest::sha256_of(&bytes);
        self.blob_as(&digest, bytes);
        digest
    }

    pub(super) fn blob_as(&mut self, digest: &Digest, bytes: Vec<u8>) {
        let key = self.data_key(digest);
        if !self.objects.contains_key(&key) {
            self.put(key, bytes);
        }
    }

    /// Writes a link. All that an object is there for is a digest in text.
    pub fn link(&mut self, entry: &Entry<'_>, digest: &Digest) {
        self.put(self.key(entry), digest.to_string());
    }

    /// Links a blob in a repository, as a push or a mount does.
    pub fn mount(&mut self, repository: &str, digest: &Digest) {
        self.link(&Entry::Layer { repository, digest: digest.clone() }, digest);
    }

    /// Points a tag at a manifest, and remembers what it named before.
    pub fn tag(&mut self, repository: &str, tag: &str, digest: &Digest) {
        self.link(&Entry::TagHistory { repository, tag, digest: digest.clone() }, digest);
        self.link(&Entry::Tag { repository, tag }, digest);
    }

    /// Links a signature to a schema 1 manifest, as registries up to 2.4 did.
    pub fn sign(&mut self, repository: &str, revision: &Digest, signature: &str) -> Digest {
        let digest = self.blob(signature);
        let revision = revision.clone();
        self.link(&Entry::Signature { repository, revision, digest: digest.clone() }, &digest);
        digest
    }

    /// Begins an upload that nobody finishes.
    pub fn upload(&mut self, repository: &str, upload: &str, bytes: &str) {
        use crate::layout::UploadPart::{Data, HashState, StartedAt};
        let hash = HashState { algorithm: "sha256", offset: "0" };
        for (part, bytes) in [(StartedAt, "1970-01-01T00:00:00Z"), (Data, bytes), (hash, "hash")] {
            self.put(self.key(&Entry::Upload { repository, upload, part }), bytes);
        }
    }
}
