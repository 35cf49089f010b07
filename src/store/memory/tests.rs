use futures::TryStreamExt;

use super::*;

#[tokio::test]
async fn a_size_that_lies_is_a_broken_body() {
    let store = MemoryStore::new();
    for (claimed, kind) in [(4, ErrorKind::Unavailable), (2, ErrorKind::Protocol)] {
        store.put_with("k", "abc", |object| object.size = claimed);
        let body = store.get("k").await.unwrap().body;
        let error = body.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn a_listing_sees_what_is_put_behind_it() {
    let store = MemoryStore::new().with_page_size(1);
    store.put("a", "");
    store.put("b", "");
    let mut pages = store.list("", "");
    assert_eq!(pages.next().await.unwrap().unwrap()[0].key, "a");
    store.put("c", "");
    let rest: Vec<_> = pages.try_concat().await.unwrap();
    assert_eq!(rest.len(), 2);
    assert!(store.remove("c") && !store.remove("c"));
}

#[test]
fn the_etag_is_the_md5() {
    let store = MemoryStore::new();
    store.put("k", "");
    let empty = ETag::new("d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(store.stored("head", "k").unwrap().object.etag, Some(empty));
}
