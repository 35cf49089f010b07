//! One large object by several ranges at once.
//!
//! Many servers, S3 among them, give each connection only so much. Where there are fewer objects
//! than places left, the free places can carry other parts of the same object; the hash still
//! takes them in their order. A connection that brings all that the hash can take is left alone:
//! parts take memory, and more work at both ends (docs/performance.md).

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

/// How long these may take: a connection that brings 256 MiB a second or more is enough.
const ENOUGH: Duration = Duration::from_micros(62_500);

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
    let began = Instant::now();
    let in_parts = move |from| {
        let free = store.inner().free_places() >= AHEAD && memory.has_room();
        let slow = began.elapsed() > ENOUGH;
        (free && slow).then(|| of(&store, object.clone(), etag.clone(), from, &memory))
    };
    stream::try_unfold((body, 0, Some(in_parts)), |(mut body, mut read, mut probe)| async move {
        if read >= PROBE
            && let Some(in_parts) = probe.take()
        {
            body = in_parts(read).unwrap_or(body);
        }
        let Some(chunk) = body.try_next().await? else { return Ok(None) };
        read += chunk.len() as u64;
        Ok(Some((chunk, (body, read, probe))))
    })
    .boxed()
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
mod tests {
    use std::num::NonZeroUsize;

    use futures::future::join_all;

    use super::*;
    use crate::store::{CountStore, Fault, FaultStore, LimitStore, MemoryStore, Operation};

    const SIZE: u64 = 3 * PART as u64 + 7;

    /// Each MiB is another one.
    fn content() -> Bytes {
        let mut bytes = vec![0; usize::try_from(SIZE).unwrap()];
        for (number, mebibyte) in (0_u8..).zip(bytes.chunks_mut(1 << 20)) {
            mebibyte.fill(number);
        }
        bytes.into()
    }

    fn store(inner: impl ObjectStore) -> Arc<Store> {
        let inner: Arc<dyn ObjectStore> = Arc::new(inner);
        Arc::new(CountStore::new(LimitStore::new(inner, NonZeroUsize::new(2).unwrap())))
    }

    fn memory_store() -> MemoryStore {
        let store = MemoryStore::new();
        store.put("k", content());
        store
    }

    async fn read(store: &Arc<Store>, memory: &Memory) -> Result<Vec<u8>, StoreError> {
        let object = store.head("k").await?;
        let etag = object.etag.clone().unwrap();
        let chunks: Vec<Bytes> = of(store, object, etag, 0, memory).try_collect().await?;
        Ok(chunks.concat())
    }

    #[tokio::test]
    async fn parts_come_in_their_order_however_little_room_there_is() {
        let content = content();
        for parts in [1, 2, 100] {
            let (store, memory) = (store(memory_store()), Memory::new(parts * PART));
            for bytes in join_all((0..4).map(|_| read(&store, &memory))).await {
                assert!(bytes.unwrap() == content, "{parts}");
            }
            assert_eq!(store.snapshot().get, 4 * 4);
            assert_eq!(memory.0.available_permits(), (parts * PART) as usize, "all given back");
        }
    }

    #[tokio::test]
    async fn no_part_is_asked_for_without_room() {
        let (store, memory) = (store(memory_store()), Memory::new(2 * PART));
        let object = store.head("k").await.unwrap();
        let etag = object.etag.clone().unwrap();
        let mut body = of(&store, object, etag, 0, &memory);
        body.next().await.unwrap().unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(store.snapshot().get, 2);
        drop(body);
        tokio::task::yield_now().await;
        assert_eq!(memory.0.available_permits(), 2 * PART as usize);
        assert_eq!(store.inner().free_places(), 2, "what nobody waits for is stopped");
    }

    #[tokio::test]
    async fn a_part_that_fails_is_an_error_in_its_place() {
        let memory = Memory::new(64 << 20);
        let cut = FaultStore::new(memory_store()).with(
            Operation::Get,
            |_| true,
            Fault::Cut(2 * u64::from(PART) + 5),
        );
        let store = store(cut);
        let object = store.head("k").await.unwrap();
        let etag = object.etag.clone().unwrap();
        let chunks: Vec<_> = of(&store, object, etag, 0, &memory).collect().await;
        let good: usize = chunks.iter().flatten().map(Bytes::len).sum();
        assert_eq!(good, 2 * PART as usize);
        assert!(chunks.last().unwrap().is_err());
    }

    #[tokio::test]
    async fn parts_of_two_versions_are_never_joined() {
        let memory = Memory::new(PART);
        let inner = Arc::new(memory_store());
        let store = store(Arc::clone(&inner));
        let object = store.head("k").await.unwrap();
        let etag = object.etag.clone().unwrap();
        let mut body = of(&store, object.clone(), etag.clone(), 0, &memory);
        body.next().await.unwrap().unwrap();
        inner.put("k", vec![0; 15_000_000]);
        let error = body.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
        // Of another size, which only a server without shame gives the same entity tag.
        inner.put_with("k", vec![0; 15_000_000], |object| object.etag = Some(etag.clone()));
        let error = of(&store, object, etag, 0, &memory).try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
    }
}
