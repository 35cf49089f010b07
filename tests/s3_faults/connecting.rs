//! Refusals, and settings that come to nothing.

use std::time::{Duration, Instant};

use ocifsck::store::ErrorKind;
use ocifsck::store::s3::{PathStyle, S3Credentials, S3Store};

use crate::support::s3_server::{BUCKET, Effect, On};
use crate::{list, list_error, server};

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
