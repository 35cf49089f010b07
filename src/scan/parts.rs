//! One large object by several ranges at once.
//!
//! Many servers, S3 among them, give each connection only so much. Where there are fewer objects
//! than places left, the free places can carry other parts of the same object; the hash still
//! takes them in their order. Connections that together bring all that the hash can take are left
//! alone: parts take memory, and more work at both ends (docs/performance.md).

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::Store;
use crate::object::{ETag, Object};
use crate::store::{Body, Download, ErrorKind, ObjectStore, StoreError};

/// The size of a part in bytes.
const PART: u32 = 4 << 20;

/// How many parts of one object are on their way at once.
const AHEAD: usize = 4;

/// What is smaller is over before more requests would have helped.
pub(super) const LARGE: u64 = 64 << 20;

/// After so many bytes it is known whether one connection is enough.
const PROBE: u64 = 16 << 20;

/// How many bytes a second are enough, from all connections together.
const ENOUGH: u32 = 256 << 20;

/// The memory for parts that have come and not been read, of all objects together.
#[derive(Debug, Clone)]
pub(super) struct Memory(Arc<Semaphore>);

impl Memory {
    pub(super) fn new(bytes: u32) -> Self {
        Self(Arc::new(Semaphore::new(bytes as usize)))
    }

    async fn room(&self, part: &Range<u64>) -> Result<OwnedSemaphorePermit, AcquireError> {
        let bytes = u32::try_from(part.end - part.start).unwrap_or(PART);
        Arc::clone(&self.0).acquire_many_owned(bytes).await
    }

    /// Whether another object may be read in parts.
    pub(super) fn has_room(&self) -> bool {
        self.0.available_permits() >= AHEAD * PART as usize
    }
}

/// The bytes of an object whose `body` begins to arrive; the most of them in parts if that is slow
/// and there is room.
pub(super) fn where_faster(
    store: &Arc<Store>,
    object: &Object,
    body: Body,
    memory: &Memory,
) -> Body {
    let Some(etag) = object.etag.clone() else { return body };
    let (store, object, memory) = (Arc::clone(store), object.clone(), memory.clone());
    let probe = Probe::new(&store);
    let in_parts = move |from| {
        let free = store.inner().free_places() >= AHEAD && memory.has_room();
        let much_left = object.size.saturating_sub(from) >= LARGE - PROBE;
        (free && much_left).then(|| of(&store, object.clone(), etag.clone(), from, &memory))
    };
    let state = (body, 0, Some((probe, in_parts)));
    stream::try_unfold(state, |(mut body, mut read, mut left)| async move {
        if let Some((probe, in_parts)) = &mut left
            && probe.is_slow(read)
            && let Some(parts) = in_parts(read)
        {
            (body, left) = (parts, None);
        }
        let Some(chunk) = body.try_next().await? else { return Ok(None) };
        read += chunk.len() as u64;
        Ok(Some((chunk, (body, read, left))))
    })
    .boxed()
}

/// Looks at a connection's speed after 16 MiB, and whenever twice as much has come: what else is
/// read may be over by then.
struct Probe {
    store: Arc<Store>,
    since: Instant,
    from: u64,
}

impl Probe {
    fn new(store: &Arc<Store>) -> Self {
        Self { store: Arc::clone(store), since: Instant::now(), from: 0 }
    }

    /// Whether it is time to look, and all connections together would be slow if each were as this
    /// one was since the last look.
    fn is_slow(&mut self, read: u64) -> bool {
        if read < PROBE.max(2 * self.from) {
            return false;
        }
        let connections = self.store.inner().taken_places().max(1);
        let bytes = (read - self.from).saturating_mul(connections as u64);
        let is_slow = self.since.elapsed() > Duration::from_secs(bytes) / ENOUGH;
        (self.since, self.from) = (Instant::now(), read);
        is_slow
    }
}

/// The bytes of a version of an object from an offset on, in order, several parts of it on their way at once.
///
/// Each part takes its memory before it is asked for, and in the parts' order, so that the one
/// that is needed next never waits for one behind it.
fn of(store: &Arc<Store>, object: Object, etag: ETag, from: u64, memory: &Memory) -> Body {
    let size = object.size;
    let version = Arc::new(Version { store: Arc::clone(store), object, etag });
    let memory = memory.clone();
    let parts = (from..size).step_by(PART as usize).map(move |start| {
        let part = start..size.min(start + u64::from(PART));
        let (version, memory) = (Arc::clone(&version), memory.clone());
        async move {
            let room = memory.room(&part).await.map_err(|closed| version.closed(&closed))?;
            // A task of its own, so that it goes on while the hash is busy; gone when dropped.
            let (task, chunks) = async move { version.read(part).await }.remote_handle();
            tokio::spawn(task);
            Ok((chunks.await?, room))
        }
    });
    let in_order = stream::iter(parts).buffered(AHEAD);
    in_order.map_ok(|(chunks, room)| whole(chunks, room)).try_flatten().boxed()
}

/// The chunks of a part, whose memory is free when they have been read.
fn whole(chunks: Vec<Bytes>, room: OwnedSemaphorePermit) -> Body {
    let chunks = stream::unfold((chunks.into_iter(), room), |(mut chunks, room)| async move {
        Some((Ok(chunks.next()?), (chunks, room)))
    });
    chunks.boxed()
}

/// One version of an object.
struct Version {
    store: Arc<Store>,
    object: Object,
    etag: ETag,
}

impl Version {
    async fn read(&self, part: Range<u64>) -> Result<Vec<Bytes>, StoreError> {
        let Download { object, body } =
            self.store.get_part(&self.object.key, part, &self.etag).await?;
        if object.size != self.object.size {
            let reason = "it has another size under the same entity tag";
            return Err(self.error(ErrorKind::Changed, reason));
        }
        body.try_collect().await
    }

    fn closed(&self, closed: &AcquireError) -> StoreError {
        self.error(ErrorKind::Unavailable, closed.to_string())
    }

    fn error(&self, kind: ErrorKind, reason: impl Into<String>) -> StoreError {
        StoreError::new(kind, format!("get {}/{}", self.store, self.object.key), reason)
    }
}

#[cfg(test)]
mod tests;
