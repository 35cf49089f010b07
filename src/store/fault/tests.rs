use bytes::Bytes;
use futures::TryStreamExt;

use super::*;
use crate::store::MemoryStore;

async fn read(store: &dyn ObjectStore, key: &str) -> Result<Vec<u8>, StoreError> {
    let body = store.get(key).await?.body;
    let chunks: Vec<Bytes> = body.try_collect().await?;
    Ok(chunks.concat())
}

fn store() -> FaultStore<MemoryStore> {
    let memory = MemoryStore::new().with_page_size(2);
    for key in ["a", "b", "c", "d", "e"] {
        memory.put(key, vec![b'0'; 200_000]);
    }
    FaultStore::new(memory)
}

#[tokio::test]
async fn a_failing_page_ends_the_listing() {
    let fail = Fault::Fail(ErrorKind::Unavailable);
    let store = store().with(Operation::List, |key| key == "c", fail);
    let pages: Vec<_> = store.list("", "").collect().await;
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[0].as_ref().unwrap().len(), 2);
    assert_eq!(pages[1].as_ref().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(read(&store, "c").await.is_ok(), "only the listing fails");
}

#[tokio::test]
async fn bodies_are_cut_and_flipped_at_any_offset() {
    for offset in [0, 1, 65_535, 65_536, 199_999] {
        let store = store().with(Operation::Get, |key| key == "a", Fault::Cut(offset)).with(
            Operation::Get,
            |key| key == "b",
            Fault::Flip(offset),
        );
        let error = read(&store, "a").await.unwrap_err();
        assert_eq!(error.reason(), format!("the body of 200000 bytes broke off after {offset}"));
        let flipped = read(&store, "b").await.unwrap();
        let mut expected = vec![b'0'; 200_000];
        expected[usize::try_from(offset).unwrap()] = b'1';
        assert!(flipped == expected, "{offset}");
    }
}

#[tokio::test]
async fn a_part_has_the_fault_that_is_in_it() {
    let at = |fault| store().with(Operation::Get, |key| key == "a", fault);
    let etag = store().head("a").await.unwrap().etag.unwrap();
    let part = async |store: &FaultStore<MemoryStore>, part| {
        let body = store.get_part("a", part, &etag).await?.body;
        Ok::<_, StoreError>(body.try_collect::<Vec<Bytes>>().await?.concat())
    };
    let flipped = at(Fault::Flip(10));
    assert_eq!(part(&flipped, 8..12).await.unwrap(), b"0010");
    assert_eq!(part(&flipped, 4..10).await.unwrap(), b"000000");
    assert_eq!(part(&flipped, 11..13).await.unwrap(), b"00");
    let cut = at(Fault::Cut(10));
    assert_eq!(part(&cut, 4..10).await.unwrap(), b"000000");
    assert!(part(&cut, 8..12).await.unwrap_err().reason().contains("broke off after 2"));
    part(&cut, 20..30).await.unwrap_err();
}

#[tokio::test]
async fn a_chance_depends_on_seed_and_key_alone() {
    let keys: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    let chosen = |seed, share| keys.iter().filter(|key| chance(seed, share)(key)).count();
    assert_eq!(chosen(1, 0.0), 0);
    assert_eq!(chosen(1, 1.0), 10_000);
    assert!((800..1200).contains(&chosen(1, 0.1)));
    assert!(keys.iter().all(|key| chance(1, 0.5)(key) == chance(1, 0.5)(key)));
    assert!(keys.iter().any(|key| chance(1, 0.5)(key) != chance(2, 0.5)(key)));
}
