//! Objects in parts.

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
    store_of(inner, 2)
}

fn store_of(inner: impl ObjectStore, places: usize) -> Arc<Store> {
    let inner: Arc<dyn ObjectStore> = Arc::new(inner);
    Arc::new(CountStore::new(LimitStore::new(inner, NonZeroUsize::new(places).unwrap())))
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

/// A stream of a large object, each 64 KiB of which take a millisecond.
async fn read_slowly(store: &Arc<Store>) {
    let Download { object, body } = store.get("k").await.unwrap();
    let slow = |chunk| async { (tokio::time::sleep(Duration::from_millis(1)).await, chunk).1 };
    let body = body.then(slow).boxed();
    let body = where_faster(store, &object, body, &Memory::new(32 << 20));
    assert!(body.try_for_each(async |_| Ok(())).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn connections_that_bring_enough_together_are_left_alone() {
    let memory = MemoryStore::new();
    memory.put("k", vec![0; usize::try_from(LARGE).unwrap()]);
    let memory: Arc<dyn ObjectStore> = Arc::new(memory);
    for (others, in_parts) in [(0, true), (2, true), (5, false)] {
        let store = store_of(Arc::clone(&memory), 16);
        let held = join_all((0..others).map(|_| store.get("k"))).await;
        read_slowly(&store).await;
        assert_eq!(store.snapshot().get > others + 1, in_parts, "{others}");
        drop(held);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_looked_at_again_when_others_are_over() {
    let memory = MemoryStore::new();
    memory.put("k", vec![0; 2 * usize::try_from(LARGE).unwrap()]);
    let store = store_of(memory, 16);
    let held = join_all((0..5).map(|_| store.get("k"))).await;
    let reading = read_slowly(&store);
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(held);
    };
    futures::join!(reading, others);
    assert!(store.snapshot().get > 6);
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
