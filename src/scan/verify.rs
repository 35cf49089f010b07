//! Reads blobs through their hashes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::options::Options;
use super::pool;
use super::progress::{Observer, Progress};
use super::read::Reader;
use super::readings::{AsListed, Next, Readings, of_size, unsteady};
use crate::graph::{Checked, Graph};
use crate::inventory::{DigestId, Inventory};
use crate::oci::{Digest, Hasher};
use crate::store::{ErrorKind, StoreError};

/// Reads and hashes these blobs, in this order, and tells `note` what came of each. Memory is bounded by the chunks under way,
/// whatever the size of a blob.
pub(super) async fn blobs(
    reader: &Reader,
    inventory: &Inventory,
    graph: &mut Graph,
    queue: Vec<DigestId>,
    options: &Options,
    mut note: impl FnMut(DigestId, &Checked),
    observer: &dyn Observer,
) {
    let size = |id: &DigestId| inventory.blob(*id).map_or(0, |blob| blob.size);
    let of = queue.iter().map(size).fold(0, u64::saturating_add);
    let bytes = Arc::new(AtomicU64::new(0));
    let mut queue = queue.into_iter();
    let next = |graph: &mut Graph| {
        loop {
            let id = queue.next()?;
            let digest = inventory.digests.get(id);
            let Some(hasher) = digest.hasher() else {
                graph.checksums.record(id, Checked::Unverifiable);
                continue;
            };
            let (key, reader) = (inventory.data_key(&digest), reader.clone());
            let Some(listed) = inventory.blob(id).map(|blob| AsListed::of(&blob)) else { continue };
            let (bytes, use_checksums) = (Arc::clone(&bytes), options.use_checksums);
            return Some(async move {
                if use_checksums && is_vouched_for(&reader, &key, &digest, listed).await {
                    bytes.fetch_add(listed.size, Ordering::Relaxed);
                    return (id, Ok(Checked::Vouched));
                }
                (id, check(&reader, &key, &digest, listed, &hasher, &bytes).await)
            });
        }
    };
    pool::run(reader.concurrency, graph, next, |graph, (id, checked)| {
        observer.progress(Progress::Verified { bytes: bytes.load(Ordering::Relaxed), of });
        let checked = match checked {
            Ok(checked) => checked,
            // Deleted since it was listed.
            Err(error) if error.kind() == ErrorKind::NotFound => Checked::Gone,
            Err(error) if error.kind().is_of_the_object() => Checked::Unreadable(error.to_string()),
            Err(error) => return graph.put_failure(error.to_string()),
        };
        note(id, &checked);
        graph.checksums.record(id, checked);
    })
    .await;
}

/// Whether the server stores the digest as the checksum of the object that was listed. Whatever it
/// answers instead is a reason to read.
async fn is_vouched_for(reader: &Reader, key: &str, digest: &Digest, listed: AsListed) -> bool {
    let Ok((object, Some(sha256))) = reader.checksum(key).await else { return false };
    digest.as_sha256() == Some(&sha256) && listed.is_of(&object)
}

/// A blob whose bytes are not its own is read until two readings in a row agree before anybody is
/// told, and has to be as long as it was listed.
async fn check(
    reader: &Reader,
    key: &str,
    digest: &Digest,
    listed: AsListed,
    hasher: &Hasher,
    bytes: &AtomicU64,
) -> Result<Checked, StoreError> {
    let mut progress = Some(bytes);
    let mut readings = Readings::default();
    loop {
        let told = progress.take();
        let count = |read| {
            told.map(|bytes| bytes.fetch_add(read, Ordering::Relaxed));
        };
        let read = reader.digest(key, hasher, count).await?;
        if read.digest == *digest {
            return Ok(Checked::Proved);
        }
        let needed = listed.needed(read.size, read.etag.as_ref());
        match readings.take(read.clone(), needed) {
            Next::Believe => {}
            Next::ReadAgain => continue,
            Next::GiveUp => return Err(unsteady(key)),
        }
        of_size(key, read.size, Some(listed))?;
        return Ok(Checked::Mismatch {
            actual: read.digest,
            size: read.size,
            zeros_from: read.zeros_from,
        });
    }
}
