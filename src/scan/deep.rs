//! `--deep`: what is in each image's layers, and what its config says of it.
//!
//! A layer is read once for both of its digests, that of its bytes and that of what is in them.
//! Unpacking takes several times the work of hashing, and it is done where the bytes arrive: each
//! layer is a task of its own, and twice as many as there are cores keep all of them busy. So
//! many decoders with their windows are all that is in memory.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::info;

use super::options::Options;
use super::pool;
use super::progress::{Observer, Progress};
use super::read::{Hashed, Reader, Small};
use super::readings::unsteady;
use super::verify;
use crate::deep::{Claims, Fault, Unpacked, Unpacker, default_limit};
use crate::graph::{Checked, Graph, Layer};
use crate::inventory::{DigestId, Inventory};
use crate::oci::{Hasher, ImageConfig};
use crate::store::{ErrorKind, StoreError};

/// How often a blob is read for what is in it whose first reading is not what a second one says.
const READINGS: u32 = 3;

/// Reads the config of every image, and unpacks every layer of it that is stored and belongs to the
/// shard.
pub(super) async fn layers(
    reader: &Reader,
    inventory: &Inventory,
    graph: &mut Graph,
    options: &Options,
    observer: &dyn Observer,
) {
    graph.layers.ask();
    let (mut configs, mut layers) = (BTreeSet::new(), BTreeSet::new());
    let shard = options.shard.unwrap_or_default();
    for image in graph.images(inventory) {
        configs.insert(image.config);
        layers.extend(image.layers.into_iter().filter_map(|layer| match layer {
            Layer::Archive(id) => shard.holds(&inventory.digests.get(id)).then_some(id),
            Layer::Encrypted(_) | Layer::Elsewhere => None,
        }));
    }
    info!(configs = configs.len(), layers = layers.len(), "unpacking");
    // Bytes that were wrong once are not settled by what the server says of them.
    let by_bytes = Options { use_checksums: false, ..options.clone() };
    for _ in 0..READINGS {
        let mut suspects = read_configs(reader, inventory, graph, &configs, options).await;
        suspects.extend(unpack(reader, inventory, graph, &layers, options, observer).await);
        if suspects.is_empty() {
            return;
        }
        verify::blobs(reader, inventory, graph, suspects.clone(), &by_bytes, |_, _| {}, observer)
            .await;
        // The blob is right, and what was read first was not.
        suspects.retain(|id| graph.checksums.is_proved(*id));
        configs.retain(|id| suspects.contains(id));
        layers.retain(|id| suspects.contains(id));
    }
    for id in configs.into_iter().chain(layers) {
        let key = inventory.data_key(&inventory.digests.get(id));
        graph.put_failure(unsteady(&key).to_string());
    }
}

/// Those that are not what their names say.
async fn read_configs(
    reader: &Reader,
    inventory: &Inventory,
    graph: &mut Graph,
    configs: &BTreeSet<DigestId>,
    options: &Options,
) -> Vec<DigestId> {
    let mut configs = configs.iter().copied();
    let limit = options.manifest_limit;
    let next = |_: &mut (&mut Graph, Vec<DigestId>)| {
        let id = configs.next()?;
        let digest = inventory.digests.get(id);
        let (key, reader) = (inventory.data_key(&digest), reader.clone());
        Some(async move { (id, reader.small(&key, limit).await, digest) })
    };
    let state = &mut (graph, Vec::new());
    pool::run(reader.concurrency, state, next, |(graph, suspects), (id, read, digest)| {
        match read {
            Ok(Small::Bytes(bytes, _)) if digest.of_same_algorithm(&bytes) == Some(digest) => {
                graph.checksums.record(id, Checked::Proved);
                if let Some(claims) = ImageConfig::parse(&bytes).ok().and_then(Claims::of) {
                    graph.layers.record_claims(id, claims);
                }
            }
            Ok(Small::Bytes(..)) => suspects.push(id),
            // Nothing of that size says what layers there are.
            Ok(Small::TooLarge { .. }) => {}
            Err(error) => put_failure(graph, id, &error),
        }
    })
    .await;
    std::mem::take(&mut state.1)
}

/// Those that are not what their names say.
async fn unpack(
    reader: &Reader,
    inventory: &Inventory,
    graph: &mut Graph,
    layers: &BTreeSet<DigestId>,
    options: &Options,
    observer: &dyn Observer,
) -> Vec<DigestId> {
    let size = |id: DigestId| inventory.blob(id).map_or(0, |blob| blob.size);
    let of = layers.iter().map(|&id| size(id)).fold(0, u64::saturating_add);
    let bytes = Arc::new(AtomicU64::new(0));
    let mut layers = layers.iter().copied();
    let next = |_: &mut (&mut Graph, Vec<DigestId>)| {
        let id = layers.find(|&id| inventory.digests.get(id).is_verifiable())?;
        let digest = inventory.digests.get(id);
        let (key, reader) = (inventory.data_key(&digest), reader.clone());
        let (hasher, bytes) = (digest.hasher()?, Arc::clone(&bytes));
        let stored = size(id);
        let limit = options.deep.most().unwrap_or_else(|| default_limit(stored));
        Some(async move {
            let read = reader.unpack(&key, &hasher, limit).await;
            bytes.fetch_add(stored, Ordering::Relaxed);
            (id, read, digest)
        })
    };
    let state = &mut (graph, Vec::new());
    pool::run(at_once(reader), state, next, |(graph, suspects), (id, read, digest)| {
        observer.progress(Progress::Verified { bytes: bytes.load(Ordering::Relaxed), of });
        match read {
            Ok((hashed, outcome)) if hashed.digest == digest => {
                graph.checksums.record(id, Checked::Proved);
                graph.layers.record(id, outcome);
            }
            Ok(_) => suspects.push(id),
            Err(error) => put_failure(graph, id, &error),
        }
    })
    .await;
    std::mem::take(&mut state.1)
}

fn at_once(reader: &Reader) -> NonZeroUsize {
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    cores.saturating_add(cores.get()).min(reader.concurrency)
}

fn put_failure(graph: &mut Graph, id: DigestId, error: &StoreError) {
    if error.kind().is_of_the_object() {
        graph.checksums.record(id, Checked::Unreadable(error.to_string()));
    } else if error.kind() != ErrorKind::NotFound {
        graph.put_failure(error.to_string());
    }
}

impl Reader {
    /// The digest of a layer's bytes, and what is in it. An attempt that broke off says nothing of
    /// either.
    async fn unpack(
        &self,
        key: &str,
        hasher: &Hasher,
        limit: u64,
    ) -> Result<(Hashed, Result<Unpacked, Fault>), StoreError> {
        for attempt in 1.. {
            let mut unpacker = Unpacker::new(limit);
            // A fault is told again in the end.
            let take = |chunk: &[u8]| drop(unpacker.write(chunk));
            // Not in parts: it is unpacked more slowly than it comes.
            let outcome = self.try_digest(key, false, hasher.clone(), take).await;
            let outcome = outcome.map(|read| read.map(|hashed| (hashed, unpacker.finish())));
            if let Some(outcome) = self.settle(attempt, outcome).await {
                return outcome;
            }
        }
        Err(self.given_up())
    }
}
