//! What the S3 store makes of servers that fail, lie or stall: every fault is retried or told,
//! and none looks like an answer.

#![cfg(feature = "s3")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use ocifsck::object::ETag;
use ocifsck::store::s3::{PathStyle, Patience, S3Credentials, S3Store};
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
async fn what_is_no_listing_is_never_an_empty_one() {
    for effect in [Effect::Html(200), Effect::RefuseWith(200, "InternalError", "")] {
        let server = server().await;
        server.always(On::List, effect);
        let error = list_error(&server.connect(BUCKET).await).await;
        let told = matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Unavailable);
        assert!(told, "{error}");
    }
}

/// A proxy that gives up in the middle and says that this was all. The page announces that it is
/// the last one before it lists its first key.
#[tokio::test]
async fn a_page_that_was_cut_short_is_never_a_shorter_page() {
    let server = server().await;
    server.page_size(1000);
    let store = server.connect(BUCKET).await;
    for bytes in (0..4000).step_by(97) {
        server.quirk(On::List, Effect::CutTo(bytes), 1);
        assert_eq!(list(&store).await.unwrap(), 26, "cut to {bytes} bytes and asked for again");
    }
    server.always(On::List, Effect::CutTo(2000));
    let error = list_error(&store).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("broke off"), "{error}");
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
async fn a_refusal_is_told_at_once_and_says_what_to_do() {
    for (status, code, kind, hint) in [
        (403, "AccessDenied", ErrorKind::Denied, "s3:ListBucket"),
        (404, "NoSuchBucket", ErrorKind::NoSuchBucket, "bucket's name"),
        (403, "SignatureDoesNotMatch", ErrorKind::Unauthenticated, "secret"),
        (400, "ExpiredToken", ErrorKind::Unauthenticated, "fresh"),
    ] {
        let server = server().await;
        server.always(On::List, Effect::Refuse(status, code));
        let error = list_error(&server.connect(BUCKET).await).await;
        assert_eq!(error.kind(), kind, "{error}");
        for part in [code, hint, server.endpoint(), "list s3://registry/key/"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert!(!error.to_string().contains('\n'), "{error}");
        assert_eq!(server.requests().len(), 1, "{error}");
    }
}

#[tokio::test]
async fn the_region_that_the_server_wants_is_named() {
    let server = server().await;
    let region = "<Region>eu-north-1</Region>";
    server.always(On::List, Effect::RefuseWith(400, "AuthorizationHeaderMalformed", region));
    let error = list_error(&server.connect(BUCKET).await).await;
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("--region eu-north-1"), "{error}");
}

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
async fn a_listing_that_cannot_be_trusted_is_an_error() {
    for (effect, words) in [
        (Effect::NoToken, "not where it goes on"),
        (Effect::SameToken, "same continuation token twice"),
        (Effect::OtherPrefix, "another prefix"),
        (Effect::SilentOnMore, "does not say whether there is more"),
    ] {
        let server = server().await;
        server.always(On::List, effect);
        let error = list_error(&server.connect(BUCKET).await).await;
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(server.requests().len() <= 3, "a circle is noticed");
    }
}

#[tokio::test]
async fn empty_pages_and_plain_keys_are_no_fault() {
    let server = server().await;
    server.quirk(On::List, Effect::EmptyPage, 1);
    let store = server.connect(BUCKET).await;
    let pages: Vec<_> = store.list("", "").try_collect().await.unwrap();
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [0, 10, 10, 6]);
    server.always(On::List, Effect::NotEncoded);
    assert_eq!(list(&store).await.unwrap(), 26);
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

#[tokio::test]
async fn where_nothing_listens_is_said_at_once() {
    let server = server().await;
    let mut settings = server.settings(BUCKET);
    drop(server);
    settings.patience.attempts = 100;
    settings.patience.first_pause = Duration::from_secs(10);
    let begin = Instant::now();
    let error = list_error(&S3Store::connect(settings.clone()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("nothing listens"), "{error}");

    // A name too long to be asked for, so that no resolver is.
    settings.endpoint_url = Some(format!("http://{}.invalid:9000", "long".repeat(20)));
    let error = list_error(&S3Store::connect(settings).await.unwrap()).await;
    assert!(error.to_string().contains("no such host"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn settings_that_make_no_sense_are_told_before_anything_is_sent() {
    let server = server().await;
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    let broken = directory.path().join("broken.pem");
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    for bundle in [directory.path().join("absent.pem"), empty, broken] {
        let mut settings = server.settings(BUCKET);
        settings.ca_bundle = Some(bundle);
        let error = S3Store::connect(settings).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("--ca-bundle"), "{error}");
    }
    for url in ["", "127.0.0.1:9000", "ftp://host", "http://", "http:///bucket"] {
        let mut settings = server.settings(BUCKET);
        settings.endpoint_url = Some(url.into());
        let error = S3Store::connect(settings).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
    let error = S3Store::connect(server.settings("")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn who_asks_is_who_was_named() {
    let server = server().await;
    let mut settings = server.settings(BUCKET);
    settings.credentials = S3Credentials::Anonymous;
    let store = S3Store::connect(settings.clone()).await.unwrap();
    assert_eq!(list(&store).await.unwrap(), 26);
    assert!(server.requests().iter().all(|request| request.access_key.is_none()));

    server.quirk(On::List, Effect::Refuse(403, "AccessDenied"), 1);
    let error = list_error(&store).await;
    assert!(error.to_string().contains("--no-sign-request"), "{error}");

    settings.credentials =
        S3Credentials::Keys { id: "somebody".into(), secret: "secret-word".into() };
    assert!(!format!("{settings:?}").contains("secret-word"));
    let error = list_error(&S3Store::connect(settings).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
    assert_eq!(server.requests().last().unwrap().access_key.as_deref(), Some("somebody"));
}

#[tokio::test]
async fn a_server_that_refuses_path_style_gets_the_other_one() {
    let server = server().await;
    server.quirk(On::List, Effect::Refuse(403, "SecondLevelDomainForbidden"), 1);
    let mut settings = server.settings(BUCKET);
    let port = server.endpoint().rsplit(':').next().unwrap();
    // A name too long to be asked for, so that no resolver is.
    settings.endpoint_url = Some(format!("http://localhost:{port}"));
    let store = S3Store::connect(settings.clone()).await.unwrap();
    match list(&store).await {
        // Where localhost has subdomains the bucket arrives in the host's name;
        Ok(objects) => assert_eq!(objects, 26),
        // elsewhere that name is not found, which shows that it was tried.
        Err(error) => assert!(error.to_string().contains("no such host"), "{error}"),
    }

    settings.path_style = PathStyle::Always;
    server.quirk(On::List, Effect::Refuse(403, "SecondLevelDomainForbidden"), 1);
    let error = list_error(&S3Store::connect(settings).await.unwrap()).await;
    assert!(error.to_string().contains("SecondLevelDomainForbidden"), "{error}");
}
