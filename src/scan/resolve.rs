//! Reads each manifest once.

use std::collections::HashSet;

use tracing::info;

use super::options::Options;
use super::pool;
use super::progress::{Observer, Progress};
use super::read::{Reader, Small};
use super::readings::{AsListed, Next, Readings, of_size, unsteady};
use super::zeros::Zeros;
use crate::choice::Verify;
use crate::graph::{Checked, Content, Graph};
use crate::inventory::{DigestId, Inventory};
use crate::oci::{Digest, Manifest};
use crate::store::{ErrorKind, StoreError};

/// What is being filled.
struct State<'a> {
    inventory: &'a mut Inventory,
    graph: &'a mut Graph,
    done: u64,
    of: u64,
}

/// Wants the revisions. (Tags want what they name as they are settled.)
pub(super) fn want_revisions(inventory: &Inventory, graph: &mut Graph) {
    for (_, id) in inventory.revisions() {
        graph.want(id);
    }
}

/// Wants what the caller's list names, once all else has been read: what some manifest refers to
/// is a config, a layer or a child by its word, and anything else may be a manifest.
pub(super) fn guess_kept(inventory: &mut Inventory, graph: &mut Graph, options: &Options) {
    let Some(kept) = &options.keep else { return };
    let known: HashSet<DigestId> =
        graph.true_nodes().flat_map(|(_, node)| &node.edges).map(|edge| edge.to).collect();
    for digest in kept {
        let id = inventory.digests.intern(digest);
        let is_small = inventory.blob(id).is_some_and(|blob| blob.size <= options.manifest_limit);
        if is_small && !known.contains(&id) {
            graph.guess(id);
        }
    }
}

/// Reads the manifests that are wanted, and those that they want.
pub(super) async fn manifests(
    reader: &Reader,
    inventory: &mut Inventory,
    graph: &mut Graph,
    options: &Options,
    observer: &dyn Observer,
) {
    let state = &mut State { inventory, graph, done: 0, of: 0 };
    let next = |state: &mut State<'_>| {
        loop {
            let id = state.graph.next_wanted()?;
            let listed = state.inventory.blob(id).map(|blob| AsListed::of(&blob));
            let limit = options.manifest_limit;
            match listed {
                None => state.graph.put_other(id, Content::Absent),
                Some(AsListed { size, .. }) if size > limit => {
                    state.graph.put_other(id, Content::TooLarge { size, limit });
                }
                Some(_) => {
                    state.of += 1;
                    let digest = state.inventory.digests.get(id);
                    let (key, reader) = (state.inventory.data_key(&digest), reader.clone());
                    let verify = options.verify;
                    return Some(async move {
                        let reading = read_manifest(&reader, &key, &digest, listed, limit, verify);
                        (id, reading.await)
                    });
                }
            }
        }
    };
    pool::run(reader.concurrency, state, next, |state, (id, reading)| {
        state.done += 1;
        observer.progress(Progress::Manifests { done: state.done, of: state.of });
        put(state, id, reading);
    })
    .await;
    if state.done > 0 {
        info!(manifests = state.done, "read manifests");
    }
}

/// What came of reading a manifest.
pub(super) struct Reading {
    checked: Option<Checked>,
    pub(super) content: ContentRead,
}

/// What the bytes are.
pub(super) enum ContentRead {
    Manifest(Manifest),
    Other(Content),
}

fn put(state: &mut State<'_>, id: DigestId, reading: Result<Reading, StoreError>) {
    let State { inventory, graph, .. } = state;
    match reading {
        Ok(Reading { checked, content }) => {
            if let Some(checked) = checked {
                graph.checksums.record(id, checked);
            }
            match content {
                // A config or layer that the caller's list names is no manifest. Of bytes that
                // are not its own nobody knows.
                _ if graph.is_guess(id) && graph.checksums.is_wrong(id) => {
                    graph.put_other(id, Content::Invalid("its bytes are not its own".into()));
                }
                ContentRead::Manifest(manifest)
                    if graph.is_guess(id)
                        && !manifest.is_declared
                        && manifest.references.is_empty() =>
                {
                    graph.forget(id);
                }
                ContentRead::Other(_) if graph.is_guess(id) => graph.forget(id),
                ContentRead::Manifest(manifest) => graph.put_manifest(inventory, id, manifest),
                ContentRead::Other(content) => graph.put_other(id, content),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => graph.put_other(id, Content::Absent),
        Err(error) if error.kind().is_of_the_object() => {
            graph.checksums.record(id, Checked::Unreadable(error.to_string()));
            graph.put_other(id, Content::Unreadable(error.to_string()));
        }
        Err(error) => {
            graph.put_other(id, Content::Failed);
            graph.put_failure(error.to_string());
        }
    }
}

/// Reads, hashes and parses a manifest. One whose bytes are not its own is read until readings in a
/// row agree before anybody is told, and has to be as long as it was `listed`, if it was.
pub(super) async fn read_manifest(
    reader: &Reader,
    key: &str,
    digest: &Digest,
    listed: Option<AsListed>,
    limit: u64,
    verify: Verify,
) -> Result<Reading, StoreError> {
    let mut readings = Readings::default();
    loop {
        let (bytes, etag) = match reader.small(key, limit).await? {
            Small::Bytes(bytes, etag) => (bytes, etag),
            Small::TooLarge { size } => {
                of_size(key, size, listed)?;
                let content = ContentRead::Other(Content::TooLarge { size, limit });
                return Ok(Reading { checked: None, content });
            }
        };
        // Whatever is to be proved: a manifest of wrong bytes refers to anything but what it says.
        let is_asked = verify != Verify::None;
        let checked = match digest.of_same_algorithm(&bytes) {
            None => is_asked.then_some(Checked::Unverifiable),
            Some(actual) if actual == *digest => is_asked.then_some(Checked::Proved),
            Some(actual) => {
                let size = bytes.len() as u64;
                let needed = listed.map_or(2, |listed| listed.needed(size, etag.as_ref()));
                match readings.take(actual.clone(), needed) {
                    Next::Believe => of_size(key, size, listed)?,
                    Next::ReadAgain => continue,
                    Next::GiveUp => return Err(unsteady(key)),
                }
                let mut zeros = Zeros::default();
                zeros.update(&bytes);
                Some(Checked::Mismatch { actual, size, zeros_from: zeros.from() })
            }
        };
        let content = match Manifest::parse(&bytes) {
            Ok(manifest) => ContentRead::Manifest(manifest),
            Err(error) => ContentRead::Other(Content::Invalid(error.to_string())),
        };
        return Ok(Reading { checked, content });
    }
}
