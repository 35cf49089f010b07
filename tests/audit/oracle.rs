//! What is reachable, found a second time: slowly, by text alone, without the library's parser,
//! layout or graph.

use std::collections::{BTreeMap, BTreeSet};

use ocifsck::oci::Digest;
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
        let (algorithm, hex) = digest.split_once(':')?;
        let end = format!("/v2/blobs/{algorithm}/{}/{hex}/data", &hex[..2]);
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

/// A client that pulls, and a registry that answers it by the links of one repository.
pub(crate) struct Client<'a> {
    pub(crate) bucket: &'a Bucket,
    pub(crate) repository: &'a str,
}

/// What a pull comes to, as reports say it; `unknown` where it is no image that is pulled.
type Pulled = &'static str;

impl Client<'_> {
    pub(crate) fn tag(&self, tag: &str) -> Pulled {
        let said = self.link(&format!("_manifests/tags/{tag}/current"));
        said.map_or("no", |digest| self.manifest(&digest))
    }

    /// Manifests are looked for where revisions are linked, then where layers are: registry 2.1.0
    /// linked them there (distribution, registry/storage/registry.go, `Manifests`).
    fn manifest(&self, digest: &str) -> Pulled {
        let path = digest.replace(':', "/");
        let folders = ["_manifests/revisions", "_layers"];
        let mut links = folders.iter().filter_map(|at| self.link(&format!("{at}/{path}")));
        let Some(bytes) = links.next().and_then(|said| self.content(digest, &said)) else {
            return "no";
        };
        let Ok(document) = serde_json::from_slice::<Value>(bytes) else {
            return "no";
        };
        let members = |name: &str| document[name].as_array().cloned();
        if let Some(entries) = members("manifests") {
            let mut answers: BTreeSet<_> = entries.iter().map(|entry| self.entry(entry)).collect();
            return match answers.pop_first() {
                None => "yes",
                Some(only) if answers.is_empty() => only,
                Some(_) if answers.contains("unknown") => "unknown",
                Some(_) => "partial",
            };
        }
        let lists = ["layers", "blobs", "fsLayers"].map(members);
        if lists.iter().all(Option::is_none) || !document.is_object() {
            return "unknown";
        }
        let config = document.get("config").cloned();
        let parts: Vec<Value> = lists.into_iter().flatten().flatten().chain(config).collect();
        let is_unknown = |part: &Value| part["digest"].as_str().unwrap_or("").contains("unknown:");
        if parts.iter().any(is_unknown) {
            return "unknown";
        }
        if parts.iter().all(|part| self.blob(part)) { "yes" } else { "no" }
    }

    fn entry(&self, entry: &Value) -> Pulled {
        let media_type = entry["mediaType"].as_str().unwrap();
        let is_blob = media_type.contains(".layer.") || media_type.contains("cacheconfig");
        match entry["digest"].as_str().unwrap() {
            _ if is_blob && self.blob(entry) => "yes",
            _ if is_blob => "no",
            digest => self.manifest(digest),
        }
    }

    fn blob(&self, part: &Value) -> bool {
        let digest = part["digest"].as_str().or(part["blobSum"].as_str()).unwrap();
        let is_foreign = part["mediaType"].as_str().is_some_and(|kind| kind.contains("foreign"));
        if is_foreign || part.get("data").is_some() {
            return true;
        }
        let Some(said) = self.link(&format!("_layers/{}", digest.replace(':', "/"))) else {
            return false;
        };
        let size = part["size"].as_u64();
        let content = self.content(digest, &said);
        content.is_some_and(|bytes| size.is_none_or(|size| size == bytes.len() as u64))
    }

    /// What a link says, if there is one, be it nonsense.
    fn link(&self, path: &str) -> Option<String> {
        let end = format!("docker/registry/v2/repositories/{}/{path}/link", self.repository);
        let is_it = |key: &str| {
            key.strip_suffix(&end).is_some_and(|root| root.is_empty() || root.ends_with('/'))
        };
        let (_, bytes) = self.bucket.0.iter().find(|(key, _)| is_it(key))?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The bytes, if they are what the client asked for.
    fn content(&self, asked: &str, said: &str) -> Option<&[u8]> {
        let (asked, said) = (asked.parse::<Digest>().ok()?, said.parse::<Digest>().ok()?);
        let bytes = self.bucket.data(&said.to_string())?;
        asked.of_same_algorithm(bytes).is_none_or(|actual| actual == asked).then_some(bytes)
    }
}
