//! Objects: bodies, parts of them, what HEAD says.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use ocifsck::object::ETag;
use ocifsck::store::s3::S3Store;
use ocifsck::store::{ErrorKind, ObjectStore, StoreError};

use crate::support::s3_server::{BUCKET, Effect, On};
use crate::{SIZE, content, read, server};

#[tokio::test]
async fn reads_are_refused_each_for_its_own_reason() {
    let server = server().await;
    let refusals = [
        ("key/01", 403, "InvalidObjectState", ErrorKind::Unreadable),
        ("key/02", 403, "AccessDenied", ErrorKind::Denied),
        ("key/03", 404, "NoSuchKey", ErrorKind::NotFound),
        ("key/04", 404, "NoSuchBucket", ErrorKind::NoSuchBucket),
    ];
    let store = server.connect(BUCKET).await;
    for (key, status, code, kind) in refusals {
        server.quirk(On::Get(key), Effect::Refuse(status, code), 1);
        let error = store.get(key).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    server.quirk(On::Head("key/05"), Effect::Refuse(403, ""), 1);
    let error = store.head("key/05").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
    // Some other server's 404 is no proof that an object is absent.
    server.quirk(On::Get("key/06"), Effect::Html(404), 1);
    let error = store.get("key/06").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    assert_eq!(read(&store, "key/06").await.unwrap(), b"content 6");
}

#[tokio::test]
async fn a_body_is_taken_up_where_it_broke_off() {
    let server = server().await;
    server.quirk(On::Get("big"), Effect::BreakOff, 2);
    let store = server.connect(BUCKET).await;
    assert!(read(&store, "big").await.unwrap() == content());
    assert_eq!(server.requests().len(), 3);

    server.always(On::Get("big"), Effect::BreakOff);
    let error = read(&store, "big").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("broke off after"), "{error}");
    assert_eq!(server.requests().len(), 3 + 4);
    assert_eq!(read(&store, "key/07").await.unwrap(), b"content 7");
}

#[tokio::test]
async fn a_body_is_never_put_together_from_two() {
    let first = server().await;
    first.quirk(On::Get("big"), Effect::BreakOff, 1);
    first.quirk(On::Get("big"), Effect::IgnoreRange, 1);
    let store = first.connect(BUCKET).await;
    let error = read(&store, "big").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");

    let lying = server().await;
    lying.always(On::Get("big"), Effect::TooShort);
    let error = read(&lying.connect(BUCKET).await, "big").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed, "what was promised is not there: {error}");

    let second = server().await;
    second.quirk(On::Get("big"), Effect::BreakOff, 1);
    let store = second.connect(BUCKET).await;
    let body = store.get("big").await.unwrap().body;
    second.store().put("big", vec![0; SIZE]);
    let error = body.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
    assert!(error.to_string().contains("PreconditionFailed"), "{error}");

    // Servers that do not know the condition are seen through, and so is a size of its own.
    for other in [vec![0; SIZE], vec![0; SIZE + 1], vec![0; 9]] {
        let deaf = server().await;
        deaf.quirk(On::Get("big"), Effect::BreakOff, 1);
        deaf.quirk(On::Get("big"), Effect::IgnoreIfMatch, 1);
        let store = deaf.connect(BUCKET).await;
        let body = store.get("big").await.unwrap().body;
        deaf.store().put("big", other);
        let error = body.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
    }
}

#[tokio::test]
async fn a_body_without_a_version_is_not_taken_up() {
    let server = server().await;
    server.store().put_with("big", content(), |object| object.etag = None);
    server.quirk(On::Get("big"), Effect::BreakOff, 1);
    let store = server.connect(BUCKET).await;
    let error = read(&store, "big").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(server.requests().len(), 1);
}

async fn part(store: &S3Store, part: Range<u64>, of: &ETag) -> Result<Vec<u8>, StoreError> {
    let body = store.get_part("big", part, of).await?.body;
    Ok(body.try_collect::<Vec<Bytes>>().await?.concat())
}

#[tokio::test]
async fn a_part_is_what_was_asked_for_or_an_error() {
    let server = server().await;
    let store = server.connect(BUCKET).await;
    let etag = store.head("big").await.unwrap().etag.unwrap();
    let range = 1_000_000..2_000_000;
    for passing in [Effect::Refuse(503, "SlowDown"), Effect::BreakOff] {
        server.quirk(On::Get("big"), passing, 2);
        let bytes = part(&store, range.clone(), &etag).await.unwrap();
        assert!(bytes == content()[1_000_000..2_000_000]);
    }
    let last = server.requests().pop().unwrap();
    assert_eq!(last.range.as_deref(), Some("bytes=1750000-1999999"), "taken up where it broke");
    assert_eq!(last.if_match, Some(etag.quoted()));

    for (effect, kind) in [
        (Effect::IgnoreRange, ErrorKind::Protocol),
        (Effect::OtherRange, ErrorKind::Protocol),
        (Effect::Refuse(416, "InvalidRange"), ErrorKind::Changed),
        (Effect::Refuse(412, "PreconditionFailed"), ErrorKind::Changed),
        (Effect::Refuse(404, "NoSuchKey"), ErrorKind::NotFound),
        (Effect::Refuse(403, "InvalidObjectState"), ErrorKind::Unreadable),
    ] {
        server.quirk(On::Get("big"), effect.clone(), 1);
        let error = part(&store, range.clone(), &etag).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{effect:?}: {error}");
    }
    server.store().put("big", vec![0; SIZE]);
    server.quirk(On::Get("big"), Effect::IgnoreIfMatch, 1);
    for _ in ["deaf", "not deaf"] {
        let error = part(&store, range.clone(), &etag).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
    }
    server.assert_only_read();
}

#[tokio::test]
async fn a_checksum_counts_only_if_it_is_of_the_whole_object() {
    let server = server().await;
    let store = server.connect(BUCKET).await;
    assert_eq!(store.checksum("big").await.unwrap().1, None);
    assert!(server.store().keep_sha256("big", [7; 32]));
    let head = store.head("big").await.unwrap();
    assert!(!server.requests().pop().unwrap().checksum_mode, "only if it is wanted");
    assert_eq!(store.checksum("big").await.unwrap(), (head, Some([7; 32])));
    for effect in [Effect::ChecksumOf("COMPOSITE"), Effect::ChecksumOf("SOMETHING")] {
        server.quirk(On::Head("big"), effect, 1);
        assert_eq!(store.checksum("big").await.unwrap().1, None);
    }
    server.quirk(On::Head("big"), Effect::UntypedChecksum, 1);
    assert_eq!(store.checksum("big").await.unwrap().1, Some([7; 32]));
    server.store().put_with("big", content(), |object| object.etag = Some(ETag::new("0123-3")));
    server.store().keep_sha256("big", [7; 32]);
    server.quirk(On::Head("big"), Effect::UntypedChecksum, 1);
    assert_eq!(store.checksum("big").await.unwrap().1, None);
    server.assert_only_read();
}

/// HEAD has no body to say why: GET is asked.
#[tokio::test]
async fn what_is_under_a_customers_key_is_unreadable_with_the_reason() {
    let server = server().await;
    let store = server.connect(BUCKET).await;
    let words = "<Message>The object was stored using a form of Server Side Encryption.</Message>";
    server.always(On::Head("key/01"), Effect::Refuse(400, ""));
    server.always(On::Get("key/01"), Effect::RefuseWith(400, "InvalidRequest", words));
    for error in [
        store.get("key/01").await.unwrap_err(),
        store.head("key/01").await.unwrap_err(),
        store.checksum("key/01").await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{error}");
        assert!(error.to_string().contains("customer's key"), "{error}");
    }
    // The same answer to HEAD, for another reason.
    server.quirk(On::Head("key/02"), Effect::Refuse(400, ""), 1);
    server.quirk(On::Get("key/02"), Effect::Refuse(400, "ExpiredToken"), 1);
    let error = store.head("key/02").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
    server.quirk(On::Head("key/02"), Effect::Refuse(400, ""), 1);
    let error = store.head("key/02").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");

    let class = "<StorageClass>DEEP_ARCHIVE</StorageClass>";
    server.always(On::Get("key/03"), Effect::RefuseWith(403, "InvalidObjectState", class));
    store.head("key/03").await.unwrap();
    let error = store.get("key/03").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable, "{error}");
    assert!(error.to_string().contains("archive (DEEP_ARCHIVE)"), "{error}");
}

/// With `--max-bandwidth` whoever reads may take long, which is none of the server's fault.
#[tokio::test]
async fn a_body_that_is_read_slowly_does_not_come_too_slowly() {
    let server = server().await;
    let mut settings = server.settings(BUCKET);
    settings.patience.total = Duration::from_millis(700);
    settings.patience.stall = Duration::from_millis(300);
    let store = S3Store::connect(settings).await.unwrap();
    let mut body = store.get("big").await.unwrap().body;
    let mut bytes = body.next().await.unwrap().unwrap().to_vec();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bytes.extend_from_slice(&body.next().await.unwrap().unwrap());
    }
    let rest: Vec<Bytes> = body.try_collect().await.unwrap();
    bytes.extend_from_slice(&rest.concat());
    assert!(bytes == content());
    assert_eq!(server.requests().len(), 1);
}
