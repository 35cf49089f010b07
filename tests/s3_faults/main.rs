//! What the S3 store makes of servers that fail, lie or stall: every fault is retried or told,
//! and none looks like an answer.

#![cfg(feature = "s3")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod connecting;
mod listing;
mod reading;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use ocifsck::store::s3::{Patience, S3Store};
use ocifsck::store::{ErrorKind, MemoryStore, ObjectStore, StoreError};
use support::s3_server::{BUCKET, Effect, On, S3Server};

const SIZE: usize = 3_000_000;

/// Three pages of objects, one of them large.
async fn server() -> S3Server {
    let store = MemoryStore::new();
    for number in 0..25 {
        store.put(format!("key/{number:02}"), format!("content {number}"));
    }
    store.put("big", content());
    let server = S3Server::start(Arc::new(store)).await;
    server.page_size(10);
    server
}

fn content() -> Vec<u8> {
    (0..SIZE).flat_map(|n| (n / 7).to_le_bytes()).take(SIZE).collect()
}

async fn list(store: &S3Store) -> Result<usize, StoreError> {
    Ok(store.list("", "").try_concat().await?.len())
}

async fn read(store: &S3Store, key: &str) -> Result<Vec<u8>, StoreError> {
    let chunks: Vec<Bytes> = store.get(key).await?.body.try_collect().await?;
    Ok(chunks.concat())
}

/// The error of a listing, which must be the last thing that the listing yields.
async fn list_error(store: &S3Store) -> StoreError {
    let mut pages: Vec<_> = store.list("key/", "").collect().await;
    let last = pages.pop().unwrap();
    assert!(pages.iter().all(Result::is_ok), "an error ends the listing");
    last.unwrap_err()
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let passing = [
        Effect::Refuse(503, "SlowDown"),
        Effect::Refuse(500, "InternalError"),
        Effect::Html(502),
        Effect::BreakOff,
    ];
    for effect in passing {
        let server = server().await;
        server.quirk(On::List, effect.clone(), 3);
        server.quirk(On::Get("big"), effect.clone(), 3);
        let store = server.connect(BUCKET).await;
        assert_eq!(list(&store).await.unwrap(), 26, "{effect:?}");
        assert!(read(&store, "big").await.unwrap() == content(), "{effect:?}");
        server.assert_only_read();
    }
    let server = server().await;
    server.quirk(On::List, Effect::TooShort, 3);
    server.quirk(On::Head(""), Effect::Refuse(503, "SlowDown"), 3);
    let store = server.connect(BUCKET).await;
    assert_eq!(list(&store).await.unwrap(), 26);
    store.head("big").await.unwrap();
}

#[tokio::test]
async fn what_does_not_pass_is_told_after_so_many_attempts() {
    for effect in [
        Effect::Refuse(503, "SlowDown"),
        Effect::Refuse(500, "InternalError"),
        Effect::BreakOff,
        Effect::TooShort,
    ] {
        let server = server().await;
        server.always(On::List, effect.clone());
        let error = list_error(&server.connect(BUCKET).await).await;
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert_eq!(server.requests().len(), 4, "{effect:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_asked_too_often_is_read_whole() {
    let store = MemoryStore::new();
    for number in 0..400 {
        store.put(format!("key/{number}"), "content");
    }
    let server = S3Server::start(Arc::new(store)).await;
    server.throttle(200.0);
    let mut settings = server.settings(BUCKET);
    settings.patience = Patience::default();
    let store = S3Store::connect(settings).await.unwrap();

    let keys = stream::iter(0..400).map(|number| format!("key/{number}"));
    let store = &store;
    let reads = keys.map(|key| async move { read(store, &key).await });
    let read: Vec<_> = reads.buffer_unordered(200).try_collect().await.unwrap();
    assert_eq!(read.len(), 400);
    assert!(server.requests().len() > 400, "nothing was refused");
}

#[tokio::test]
async fn a_server_that_stalls_is_left_in_time() {
    let server = server().await;
    let mut settings = server.settings(BUCKET);
    settings.patience.attempts = 2;
    settings.patience.attempt = Duration::from_millis(300);
    settings.patience.stall = Duration::from_secs(1);
    let store = S3Store::connect(settings).await.unwrap();
    let begin = Instant::now();

    server.quirk(On::List, Effect::Stall, 2);
    assert_eq!(list_error(&store).await.kind(), ErrorKind::Unavailable);
    server.quirk(On::List, Effect::StallInBody, 2);
    assert_eq!(list_error(&store).await.kind(), ErrorKind::Unavailable);
    server.quirk(On::Head(""), Effect::Stall, 2);
    assert_eq!(store.head("big").await.unwrap_err().kind(), ErrorKind::Unavailable);
    server.quirk(On::Get(""), Effect::Stall, 2);
    assert_eq!(store.get("big").await.unwrap_err().kind(), ErrorKind::Unavailable);
    server.quirk(On::Get(""), Effect::StallInBody, 2);
    let error = read(&store, "big").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");

    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    assert_eq!(list(&store).await.unwrap(), 26, "and it may come back");
}
