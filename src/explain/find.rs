//! From what a person asks to what the audit knows by that name.

use super::error::ExplainError;
use super::reference::Reference;
use super::view::View;
use crate::graph::Target;
use crate::inventory::{DigestId, RepositoryId, TagId};
use crate::layout::{Entry, Root, parse};
use crate::oci::Digest;

/// How many names are offered where nothing has the one that was asked for.
const MOST_NEAR: usize = 5;

/// What the audit knows by a name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The whole key, if one was asked for.
    pub(super) key: Option<String>,
    pub(super) tag: Option<TagId>,
    pub(super) repository: Option<RepositoryId>,
    pub(super) digest: Option<DigestId>,
}

/// Looks a reference up. A key is found whatever it is: whether anything is there, only the bucket
/// can tell.
pub(super) fn find(view: &View<'_>, reference: &Reference) -> Result<Found, ExplainError> {
    let inventory = view.inventory;
    let not_found = |near| ExplainError::NotFound { asked: reference.to_string(), near };
    match reference {
        Reference::Digest(digest) => {
            let digest = inventory.digests.find(digest).ok_or_else(|| not_found(Vec::new()))?;
            Ok(Found { digest: Some(digest), ..Found::default() })
        }
        Reference::Abbreviated { algorithm, digits } => {
            let digest = abbreviated(view, algorithm, digits)?.ok_or_else(|| not_found(Vec::new()));
            Ok(Found { digest: Some(digest?), ..Found::default() })
        }
        Reference::Manifest { repository, digest } => {
            let name = repository.as_str();
            let repository = inventory.find_repository(name);
            let repository =
                repository.ok_or_else(|| not_found(near_manifests(view, name, digest)))?;
            let digest = inventory.digests.find(digest).ok_or_else(|| not_found(Vec::new()))?;
            Ok(Found { repository: Some(repository), digest: Some(digest), ..Found::default() })
        }
        Reference::Tag { repository, tag } => find_tag(view, repository, tag)
            .or_else(|| unknown_algorithm(view, repository, tag))
            .or_else(|| is_stray(view, reference).then(|| find_key(view, &reference.to_string())))
            .ok_or_else(|| not_found(near_tags(view, repository, tag))),
        Reference::Key(key) => match inventory.find_repository(key) {
            Some(_) => Err(not_found(near_tags(view, key, ""))),
            None => Ok(find_key(view, key)),
        },
    }
}

fn find_tag(view: &View<'_>, repository: &str, tag: &str) -> Option<Found> {
    let repository = view.inventory.find_repository(repository)?;
    let tag = view.inventory.find_tag(repository, tag)?;
    let digest = target(view, tag);
    Some(Found { key: None, tag: Some(tag), repository: Some(repository), digest })
}

fn target(view: &View<'_>, tag: TagId) -> Option<DigestId> {
    match view.graph.target(tag) {
        Some(Target::Digest(id)) => Some(*id),
        _ => None,
    }
}

/// A digest of an algorithm not known here looks like a tag.
fn unknown_algorithm(view: &View<'_>, algorithm: &str, encoded: &str) -> Option<Found> {
    let digest = Digest::from_parts(algorithm, encoded).ok()?;
    let digest = view.inventory.digests.find(&digest)?;
    Some(Found { digest: Some(digest), ..Found::default() })
}

fn is_stray(view: &View<'_>, reference: &Reference) -> bool {
    let key = reference.to_string();
    view.inventory.strays().iter().any(|stray| stray.key == key)
}

fn abbreviated(
    view: &View<'_>,
    algorithm: &str,
    digits: &str,
) -> Result<Option<DigestId>, ExplainError> {
    let digests = &view.inventory.digests;
    let begins_so =
        |digest: &Digest| digest.algorithm() == algorithm && digest.encoded().starts_with(digits);
    let mut matching: Vec<_> = digests.ids().filter(|&id| begins_so(&digests.get(id))).collect();
    if matching.len() > 1 {
        matching.sort_by_cached_key(|&id| digests.get(id));
        matching.truncate(MOST_NEAR);
        return Err(ExplainError::Ambiguous {
            asked: format!("{algorithm}:{digits}"),
            candidates: matching.into_iter().map(|id| view.digest(id)).collect(),
        });
    }
    Ok(matching.pop())
}

/// What a key means, and the whole of it where only its end was given.
fn find_key(view: &View<'_>, text: &str) -> Found {
    let inventory = view.inventory;
    let root = inventory.root().as_str();
    let key = match text.split('/').next() {
        Some("v2" | "lockfiles") => format!("{root}docker/registry/{text}"),
        Some("blobs" | "repositories") => format!("{root}docker/registry/v2/{text}"),
        Some("docker") => format!("{root}{text}"),
        _ => text.to_owned(),
    };
    let mut found = Found::default();
    let id = |digest: &Digest| inventory.digests.find(digest);
    match entry(view, &key) {
        Some(Entry::Blob { digest }) => found.digest = id(&digest),
        Some(
            Entry::Layer { repository, digest }
            | Entry::Revision { repository, digest }
            | Entry::Signature { repository, digest, .. }
            | Entry::TagHistory { repository, digest, .. },
        ) => {
            found.repository = inventory.find_repository(repository);
            found.digest = id(&digest);
        }
        Some(Entry::Tag { repository, tag }) => {
            found = find_tag(view, repository, tag).unwrap_or_default();
        }
        Some(Entry::Upload { repository, .. }) => {
            found.repository = inventory.find_repository(repository);
        }
        Some(Entry::Lockfile(_) | Entry::Placeholder(_)) | None => {}
    }
    Found { key: Some(key), ..found }
}

/// What a key of this registry means; `None` if the layout does not know it, or if it is outside.
pub(super) fn entry<'k>(view: &View<'_>, key: &'k str) -> Option<Entry<'k>> {
    parse(below_root(view, key)?)
}

/// The path below `docker/registry/`; `None` outside the registry's root.
pub(super) fn below_root<'k>(view: &View<'_>, key: &'k str) -> Option<&'k str> {
    let (root, path) = Root::split(key)?;
    (root == view.inventory.root().as_str()).then_some(path)
}

/// Other tags of the repository, those with the longest common beginning first; or the same tag
/// in repositories whose last component is the same.
fn near_tags(view: &View<'_>, repository: &str, tag: &str) -> Vec<String> {
    let inventory = view.inventory;
    let Some(id) = inventory.find_repository(repository) else {
        let is_there = |id| inventory.find_tag(id, tag).is_some();
        return near_repositories(view, repository)
            .filter(|&(id, _)| is_there(id))
            .map(|(_, name)| format!("{name}:{tag}"))
            .take(MOST_NEAR)
            .collect();
    };
    let mut names: Vec<_> = inventory
        .tags()
        .filter(|(_, row)| row.repository == id)
        .map(|(_, row)| &*row.name)
        .collect();
    names.sort_unstable_by_key(|name| (std::cmp::Reverse(common(name, tag)), *name));
    names.into_iter().take(MOST_NEAR).map(|name| format!("{repository}:{name}")).collect()
}

fn near_manifests(view: &View<'_>, repository: &str, digest: &Digest) -> Vec<String> {
    let names = near_repositories(view, repository);
    names.take(MOST_NEAR).map(|(_, name)| format!("{name}@{digest}")).collect()
}

/// Repositories whose last component is the same, sorted.
fn near_repositories<'a>(
    view: &View<'a>,
    name: &str,
) -> impl Iterator<Item = (RepositoryId, &'a str)> {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let asked = last(name);
    let mut names: Vec<_> =
        view.inventory.repositories().filter(|(_, name)| last(name) == asked).collect();
    names.sort_unstable_by_key(|&(_, name)| name);
    names.into_iter()
}

fn common(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}
