//! Listings.

use futures::TryStreamExt;
use ocifsck::store::{ErrorKind, ObjectStore};

use crate::support::s3_server::{BUCKET, Effect, On};
use crate::{list, list_error, server};

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
