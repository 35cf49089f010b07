//! A registry in memory, and the books about what in it is garbage.
//!
//! The books owe nothing to the program under test: what a manifest needs is what a push of it
//! into an empty registry stores, and garbage is what is stored and no linked manifest needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use ocifsck::oci::Digest;
use ocifsck::testing::{Document, RegistryBuilder};

/// A manifest, and the manifests that its entries name and that are pushed with it.
#[derive(Clone)]
pub(crate) struct Manifest {
    pub(crate) document: Document,
    pub(crate) children: Vec<Self>,
}

impl From<Document> for Manifest {
    fn from(document: Document) -> Self {
        Self { document, children: Vec::new() }
    }
}

impl Manifest {
    /// With an entry more, for a platform.
    pub(crate) fn child(mut self, platform: &str, child: Self) -> Self {
        self.document = self.document.child(platform, child.document.clone());
        self.children.push(child);
        self
    }

    pub(crate) fn digest(&self) -> Digest {
        self.document.digest()
    }
}

/// A registry as it is used, and what is known of each of its blobs.
#[derive(Default)]
pub(crate) struct Ledger {
    registry: RegistryBuilder,
    /// What each linked manifest needs: itself, what it names, what its children name.
    needs: BTreeMap<(String, Digest), Rc<BTreeSet<String>>>,
    /// All that each tag has named, the current one last.
    tags: BTreeMap<(String, String), Vec<Digest>>,
}

impl Ledger {
    /// Pushes a manifest with its children, under a tag or by its digest.
    pub(crate) fn push(&mut self, repository: &str, tag: Option<&str>, manifest: &Manifest) {
        let digest = self.registry.push_untagged(repository, &manifest.document);
        if let Some(tag) = tag {
            self.registry.tag(repository, tag, &digest);
            self.tags.entry((repository.to_owned(), tag.to_owned())).or_default().push(digest);
        }
        self.link(repository, manifest);
    }

    fn link(&mut self, repository: &str, manifest: &Manifest) {
        let needs = Rc::new(needs(&manifest.document));
        self.needs.insert((repository.to_owned(), manifest.digest()), needs);
        for child in &manifest.children {
            self.link(repository, child);
        }
    }

    /// Deletes a manifest as the registry does: its link and every tag that names it go, with
    /// their history; its data and what it refers to stay.
    pub(crate) fn delete(&mut self, repository: &str, digest: &Digest) {
        self.needs.remove(&(repository.to_owned(), digest.clone()));
        self.registry.remove(&self.registry.revision_key(repository, digest));
        let registry = &mut self.registry;
        self.tags.retain(|(of, tag), named| {
            let goes = of == repository && named.last() == Some(digest);
            if goes {
                registry.remove(&registry.tag_key(of, tag));
                for named in named {
                    registry.remove(&registry.history_key(of, tag, named));
                }
            }
            !goes
        });
    }

    /// Does what concerns no linked manifest.
    pub(crate) fn aside(&mut self, act: impl FnOnce(&mut RegistryBuilder)) {
        act(&mut self.registry);
    }

    /// How many objects there are.
    pub(crate) fn objects(&self) -> usize {
        self.registry.objects().count()
    }

    /// How many manifests are linked.
    pub(crate) fn manifests(&self) -> usize {
        self.needs.len()
    }

    /// The digests of all that is stored.
    pub(crate) fn stored(&self) -> BTreeSet<String> {
        stored(&self.registry)
    }

    /// The digests of what is stored and no linked manifest needs.
    pub(crate) fn garbage(&self) -> BTreeSet<String> {
        let mut garbage = self.stored();
        for digest in self.needs.values().flat_map(|needs| needs.iter()) {
            garbage.remove(digest);
        }
        garbage
    }

    /// Every key with its object's bytes, in the order of the keys.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.registry.objects()
    }

    /// Writes all objects below a folder, as Distribution's filesystem driver keeps them.
    pub(crate) fn write_to(&self, folder: &Path) {
        write(&self.registry, folder);
    }
}

/// Writes all objects of a registry below a folder, a file for each.
pub(crate) fn write(registry: &RegistryBuilder, folder: &Path) {
    let mut made = None;
    for (key, bytes) in registry.objects() {
        let file = folder.join(key);
        let parent = file.parent().expect("a key has a folder");
        if made.as_deref() != Some(parent) {
            fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{key}: {error}"));
            made = Some(parent.to_owned());
        }
        fs::write(&file, bytes).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
}

fn needs(document: &Document) -> BTreeSet<String> {
    let mut empty = RegistryBuilder::new();
    empty.push_untagged("only", document);
    stored(&empty)
}

/// The digests of all blobs of a registry.
pub(crate) fn stored(registry: &RegistryBuilder) -> BTreeSet<String> {
    let keys = registry.objects().map(|(key, _)| key);
    keys.filter_map(digest_of_data).collect()
}

/// `docker/registry/v2/blobs/<algorithm>/<shard>/<hex>/data`
fn digest_of_data(key: &str) -> Option<String> {
    let path = key.strip_prefix("docker/registry/v2/blobs/")?.strip_suffix("/data")?;
    let [algorithm, _, hex] = path.split('/').collect::<Vec<_>>()[..] else {
        return None;
    };
    Some(format!("{algorithm}:{hex}"))
}
