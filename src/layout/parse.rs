//! From a key to what it means. Pure, and total: any text is read or is `None`.

use super::entry::{Entry, Lockfile, UploadPart};
use crate::oci::Digest;

/// What a path below `<root>docker/registry/` means; `None` if the layout does not know it.
///
/// ```
/// use ocifsck::layout::{Entry, parse};
/// let entry = parse("v2/repositories/library/nginx/_manifests/tags/1.27/current/link");
/// assert_eq!(entry, Some(Entry::Tag { repository: "library/nginx", tag: "1.27" }));
/// assert_eq!(parse("v2/blobs/sha256/00/ff/data"), None);
/// ```
#[must_use]
pub fn parse(path: &str) -> Option<Entry<'_>> {
    if path.is_empty() || path.ends_with('/') {
        return Some(Entry::Placeholder(path));
    }
    let (area, below) = path.split_once('/')?;
    match area {
        "lockfiles" => lockfile(below),
        "v2" => match below.split_once('/')? {
            ("blobs", below) => blob(below),
            ("repositories", below) => repository(below),
            _ => None,
        },
        _ => None,
    }
}

fn lockfile(name: &str) -> Option<Entry<'static>> {
    match name {
        "database-in-use" => Some(Entry::Lockfile(Lockfile::DatabaseInUse)),
        "filesystem-in-use" => Some(Entry::Lockfile(Lockfile::FilesystemInUse)),
        _ => None,
    }
}

/// `<algorithm>/<hh>/<encoded>/data`
fn blob(path: &str) -> Option<Entry<'static>> {
    let path = path.strip_suffix("/data")?;
    let (path, encoded) = path.rsplit_once('/')?;
    let (algorithm, shard) = path.rsplit_once('/')?;
    let digest = digest(algorithm, encoded)?;
    (shard == self::shard(encoded)).then_some(Entry::Blob { digest })
}

/// `<name>/<_part>/...`
fn repository(path: &str) -> Option<Entry<'_>> {
    let at = marker(path)?;
    let repository = path[..at].strip_suffix('/').filter(|name| !name.is_empty())?;
    let (part, below) = path[at..].split_once('/')?;
    match part {
        "_layers" => Some(Entry::Layer { repository, digest: link(below)? }),
        "_manifests" => manifests(repository, below),
        "_uploads" => upload(repository, below),
        _ => None,
    }
}

/// Where the first component that begins with `_` begins: no component of a name does.
fn marker(path: &str) -> Option<usize> {
    if path.starts_with('_') { Some(0) } else { path.find("/_").map(|slash| slash + 1) }
}

fn manifests<'a>(repository: &'a str, path: &'a str) -> Option<Entry<'a>> {
    let (part, below) = path.split_once('/')?;
    match part {
        "revisions" => match below.split_once("/signatures/") {
            None => Some(Entry::Revision { repository, digest: link(below)? }),
            Some((revision, signature)) => Some(Entry::Signature {
                repository,
                revision: linked(revision)?,
                digest: link(signature)?,
            }),
        },
        "tags" => {
            let (tag, below) = below.split_once('/').filter(|(tag, _)| !tag.is_empty())?;
            match below.split_once('/')? {
                ("current", "link") => Some(Entry::Tag { repository, tag }),
                ("index", below) => {
                    Some(Entry::TagHistory { repository, tag, digest: link(below)? })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn upload<'a>(repository: &'a str, path: &'a str) -> Option<Entry<'a>> {
    let (upload, below) = path.split_once('/').filter(|(upload, _)| !upload.is_empty())?;
    let part = match below.split_once('/') {
        None if below == "startedat" => UploadPart::StartedAt,
        None if below == "data" => UploadPart::Data,
        Some(("hashstates", below)) => {
            let (algorithm, offset) = below.split_once('/')?;
            if algorithm.is_empty() || offset.contains('/') {
                return None;
            }
            UploadPart::HashState { algorithm, offset }
        }
        _ => return None,
    };
    Some(Entry::Upload { repository, upload, part })
}

/// `<algorithm>/<encoded>/link`
fn link(path: &str) -> Option<Digest> {
    linked(path.strip_suffix("/link")?)
}

/// `<algorithm>/<encoded>`
fn linked(path: &str) -> Option<Digest> {
    let (algorithm, encoded) = path.rsplit_once('/')?;
    digest(algorithm, encoded)
}

/// The path does not tell which separators an algorithm had; `+` stands for all of them
/// (see [`Digest::in_path_form`](super::render)).
fn digest(algorithm: &str, encoded: &str) -> Option<Digest> {
    if algorithm.contains(['+', '.', ';']) {
        return None;
    }
    if algorithm.contains('/') {
        Digest::from_parts(&algorithm.replace('/', "+"), encoded).ok()
    } else {
        Digest::from_parts(algorithm, encoded).ok()
    }
}

/// The folder that a blob is in: the first two characters of its digest. The text is ASCII, as
/// the encoded part of any digest.
pub(super) fn shard(encoded: &str) -> &str {
    encoded.get(..2).unwrap_or(encoded)
}
