//! What is reachable, found a second time: slowly, by text alone, without the library's parser,
//! layout or graph.

use std::collections::{BTreeMap, BTreeSet};

use ocifsck::testing::RegistryBuilder;
use serde_json::Value;

type Texts = BTreeSet<String>;

/// A bucket as a map from keys to bytes.
#[derive(Debug, Clone)]
pub(crate) struct Bucket(BTreeMap<String, Vec<u8>>);

/// A link: repository, tag if it is one's, and the digest that it says.
type Linked = (String, String, String);

impl Bucket {
    pub(crate) fn of(registry: &RegistryBuilder) -> Self {
        let objects = registry.objects();
        Self(objects.map(|(key, bytes)| (key.to_owned(), bytes.to_vec())).collect())
    }

    /// Stored blobs and their sizes.
    pub(crate) fn blobs(&self) -> BTreeMap<String, u64> {
        let mut blobs = BTreeMap::new();
        for (key, bytes) in &self.0 {
            if let Some((_, path)) = key.split_once("docker/registry/v2/blobs/")
                && let [algorithm, shard, hex, "data"] = path.split('/').collect::<Vec<_>>()[..]
                && hex.starts_with(shard)
            {
                blobs.insert(format!("{algorithm}:{hex}"), bytes.len() as u64);
            }
        }
        blobs
    }

    /// `current` links: repository, tag, digest.
    pub(crate) fn tags(&self) -> BTreeSet<Linked> {
        self.links("/_manifests/tags/", "/current/link")
    }

    /// Revision links: repository, path of the digest, digest.
    pub(crate) fn revisions(&self) -> BTreeSet<Linked> {
        let links = self.links("/_manifests/revisions/", "/link");
        links.into_iter().filter(|(_, path, _)| !path.contains("/signatures/")).collect()
    }

    fn links(&self, folder: &str, end: &str) -> BTreeSet<Linked> {
        let mut links = BTreeSet::new();
        for (key, bytes) in &self.0 {
            if let Some((_, path)) = key.split_once("docker/registry/v2/repositories/")
                && let Some((repository, path)) = path.rsplit_once(folder)
                && let Some(name) = path.strip_suffix(end)
            {
                let says = String::from_utf8(bytes.clone()).unwrap();
                links.insert((repository.to_owned(), name.to_owned(), says));
            }
        }
        links
    }

    fn data(&self, digest: &str) -> Option<&[u8]> {
        let (_, hex) = digest.split_once(':')?;
        let end = format!("/{hex}/data");
        let found = self.0.iter().find(|(key, _)| key.ends_with(&end))?;
        Some(found.1)
    }

    /// What a manifest contains: the digests in the members that refer, the signatures, and what
    /// an alias stands for.
    fn contained(&self, digest: &str) -> Texts {
        let mut found = Texts::new();
        let document: Option<Value> =
            self.data(digest).and_then(|bytes| serde_json::from_slice(bytes).ok());
        if let Some(document) = document {
            found.extend(document["config"]["digest"].as_str().map(str::to_owned));
            for member in ["layers", "blobs", "manifests", "fsLayers"] {
                for entry in document[member].as_array().into_iter().flatten() {
                    let digest = entry["digest"].as_str().or(entry["blobSum"].as_str());
                    found.insert(digest.unwrap().to_owned());
                }
            }
        }
        let (algorithm, hex) = digest.split_once(':').unwrap();
        for (_, path, says) in self.links("/_manifests/revisions/", "/link") {
            if path.contains(&format!("{algorithm}/{hex}/signatures/")) {
                found.insert(says);
            }
        }
        for (_, path, says) in self.links("/_layers/", "/link") {
            if path == format!("{algorithm}/{hex}") && says != digest {
                found.insert(says);
            }
        }
        found
    }

    /// Linked manifests about this one.
    fn referrers(&self, digest: &str) -> Texts {
        let revisions = self.revisions().into_iter().map(|(_, _, digest)| digest);
        revisions
            .filter(|revision| {
                let document: Option<Value> =
                    self.data(revision).and_then(|bytes| serde_json::from_slice(bytes).ok());
                document.is_some_and(|document| document["subject"]["digest"] == digest)
            })
            .collect()
    }

    /// All that can be reached, referrers among it if they count.
    fn reach(&self, from: impl IntoIterator<Item = String>, with_referrers: bool) -> Texts {
        let mut todo: Vec<String> = from.into_iter().collect();
        let mut seen = Texts::new();
        while let Some(digest) = todo.pop() {
            if seen.insert(digest.clone()) {
                todo.extend(self.contained(&digest));
                if with_referrers {
                    todo.extend(self.referrers(&digest));
                }
            }
        }
        seen
    }

    /// The stored blobs that are tagged, untagged and orphaned.
    pub(crate) fn verdicts(&self) -> [Texts; 3] {
        let says = |links: BTreeSet<Linked>| links.into_iter().map(|(_, _, digest)| digest);
        let from_tags = self.reach(says(self.tags()), true);
        let from_revisions = self.reach(says(self.revisions()), true);
        let mut verdicts = [Texts::new(), Texts::new(), Texts::new()];
        for digest in self.blobs().into_keys() {
            let verdict = match &digest {
                digest if from_tags.contains(digest) => 0,
                digest if from_revisions.contains(digest) => 1,
                _ => 2,
            };
            verdicts[verdict].insert(digest);
        }
        verdicts
    }

    /// The bytes that no tag and no revision reaches.
    fn unreached(&self) -> u64 {
        let roots = self.tags().into_iter().chain(self.revisions()).map(|(_, _, digest)| digest);
        let reached = self.reach(roots, false);
        let blobs = self.blobs().into_iter();
        blobs.filter(|(digest, _)| !reached.contains(digest)).map(|(_, size)| size).sum()
    }

    /// The bytes that really deleting a repository frees.
    pub(crate) fn freed_with_repository(&self, repository: &str) -> u64 {
        let mut without = self.clone();
        let folder = format!("docker/registry/v2/repositories/{repository}/_");
        without.0.retain(|key, _| !key.contains(&folder));
        without.unreached() - self.unreached()
    }

    /// The bytes that really deleting a tag frees, with the revisions that it alone reaches.
    pub(crate) fn freed_with_tag(&self, repository: &str, tag: &str) -> u64 {
        let is_this = |link: &Linked| link.0 == repository && link.1 == tag;
        let (these, others): (Vec<_>, Vec<_>) = self.tags().into_iter().partition(is_this);
        let digests = |links: Vec<Linked>| links.into_iter().map(|(_, _, digest)| digest);
        let reached = self.reach(digests(these), false);
        let by_others = self.reach(digests(others), false);
        let mut without = self.clone();
        let folder = format!("repositories/{repository}/_manifests/tags/{tag}/");
        without.0.retain(|key, _| !key.contains(&folder));
        for digest in reached.difference(&by_others) {
            let link = format!(
                "repositories/{repository}/_manifests/revisions/{}/link",
                digest.replace(':', "/")
            );
            without.0.retain(|key, _| !key.ends_with(&link));
        }
        without.unreached() - self.unreached()
    }
}
