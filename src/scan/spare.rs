//! What comes and goes while the audit looks, and what must therefore be spared.
//!
//! A listing takes a while, and an image may be linked behind its back: pushed, or copied from a
//! place not yet listed to one that is, before it is deleted from the first. Layers are often old;
//! their images then have left no trace in the listing but a young manifest that nothing links, or
//! the links that a second listing shows.

use std::collections::HashSet;

use futures::StreamExt;
use tracing::info;

use super::options::Options;
use super::read::Reader;
use super::resolve::{ContentRead, read_manifest};
use super::walk::Registry;
use super::{Clock, pool};
use crate::audit::{Policy, unlinked_young};
use crate::choice::Verify;
use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};
use crate::layout::{Root, parse};
use crate::oci::{Digest, Manifest, Role};
use crate::store::{ErrorKind, ObjectStore, StoreError};

/// Lists the repositories a second time, and gives the digests of the links that the first listing
/// did not show. The registry then speaks for the moment between the two.
pub(super) async fn list_again<S: ObjectStore>(
    store: &S,
    registry: &mut Registry,
    clock: &Clock,
) -> Result<Vec<Digest>, StoreError> {
    let prefix = registry.inventory.root().repositories();
    info!(prefix, "listing a second time");
    registry.as_of = clock();
    let mut new = Vec::new();
    let mut pages = store.list(&prefix, "");
    while let Some(page) = pages.next().await {
        for object in page? {
            let entry = Root::split(&object.key).and_then(|(_, path)| parse(path));
            new.extend(entry.and_then(|entry| registry.inventory.unlisted(entry)));
        }
    }
    Ok(new)
}

/// Spares what the digests name, what the young manifests that nothing links name, and all that
/// those refer to.
pub(super) async fn spare(
    reader: &Reader,
    inventory: &mut Inventory,
    graph: &mut Graph,
    policy: &Policy,
    options: &Options,
    linked: Vec<Digest>,
) {
    let linked = linked.iter().map(|digest| inventory.digests.intern(digest));
    let linked: Vec<DigestId> = linked.collect();
    for &id in &linked {
        graph.spare(id);
    }
    let young = unlinked_young(inventory, graph, policy, options.manifest_limit);
    let mut queue: Vec<DigestId> = linked.into_iter().chain(young).collect();
    if queue.is_empty() {
        return;
    }
    info!(of = queue.len(), "reading what came or went while the bucket was listed");
    let asked = queue.iter().copied().collect();
    queue.retain(|&id| graph.node(id).is_none());
    let state = &mut State { inventory, graph, queue, asked };
    let next = |state: &mut State<'_>| {
        let id = state.queue.pop()?;
        let digest = state.inventory.digests.get(id);
        let (key, reader) = (state.inventory.data_key(&digest), reader.clone());
        let limit = options.manifest_limit;
        Some(async move { read_manifest(&reader, &key, &digest, None, limit, Verify::None).await })
    };
    pool::run(reader.concurrency, state, next, |state, reading| match reading {
        Ok(reading) => {
            if let ContentRead::Manifest(manifest) = reading.content {
                state.spare(&manifest);
            }
        }
        // What is gone by now keeps nothing alive, and what cannot be read never could be pulled.
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) if error.kind().is_of_the_object() => {}
        Err(error) => state.graph.put_failure(error.to_string()),
    })
    .await;
}

struct State<'a> {
    inventory: &'a mut Inventory,
    graph: &'a mut Graph,
    queue: Vec<DigestId>,
    asked: HashSet<DigestId>,
}

impl State<'_> {
    /// Spares what a manifest refers to, and asks for its children, which may be new too. Those
    /// that were read before tell the reconciler themselves what they refer to.
    fn spare(&mut self, manifest: &Manifest) {
        for (role, descriptor) in &manifest.references {
            let id = self.inventory.digests.intern(&descriptor.digest);
            self.graph.spare(id);
            if *role == Role::Child && self.graph.node(id).is_none() && self.asked.insert(id) {
                self.queue.push(id);
            }
        }
    }
}
