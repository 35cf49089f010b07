//! What is answered.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::response::Builder;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt, TryStreamExt, stream};
use ocifsck::object::Object;
use ocifsck::store::ObjectStore;

use super::page::{Page, key_of, token_of};
use super::{ACCESS_KEY, BUCKET, Effect, Recorded, Shared};

pub(super) async fn serve(State(server): State<Arc<Shared>>, request: Request) -> Response {
    let request = Recorded::new(&request);
    server.requests.lock().unwrap().push(request.clone());
    let effect = server.effect(&request);
    match effect {
        Some(Effect::Refuse(status, code)) => return refuse(status, code, ""),
        Some(Effect::RefuseWith(status, code, more)) => return refuse(status, code, more),
        Some(Effect::Html(status)) => return html(status),
        Some(Effect::Stall) => return std::future::pending().await,
        _ => {}
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        return refuse(405, "MethodNotAllowed", "");
    }
    if request.access_key.as_ref().is_some_and(|key| key != ACCESS_KEY) {
        return refuse(403, "InvalidAccessKeyId", "");
    }
    if request.bucket != BUCKET {
        return refuse(404, "NoSuchBucket", "");
    }
    if request.key.is_empty() {
        return list(&server, &request, effect.as_ref()).await;
    }
    let Ok(object) = server.store.head(&request.key).await else {
        return refuse(404, "NoSuchKey", "");
    };
    let etag = object.etag.as_ref().map(|etag| format!("\"{}\"", etag.as_str()));
    let deaf = matches!(effect, Some(Effect::IgnoreIfMatch));
    if request.if_match.is_some() && request.if_match != etag && !deaf {
        return refuse(412, "PreconditionFailed", "");
    }
    let ignored = matches!(effect, Some(Effect::IgnoreRange));
    let content = server.store.content(&request.key).unwrap();
    let mut answer = headers(&object);
    if request.checksum_mode {
        answer = with_checksum(answer, &server, &object.key, effect.as_ref()).await;
    }
    match request.range.filter(|_| !ignored) {
        _ if request.method == Method::HEAD => {
            answer.header(header::CONTENT_LENGTH, content.len()).body(Body::empty()).unwrap()
        }
        Some(range) => partial(answer, &content, &range, effect.as_ref()),
        None => body(answer, content, effect.as_ref()),
    }
}

async fn list(server: &Shared, request: &Recorded, effect: Option<&Effect>) -> Response {
    let prefix = request.parameter("prefix").unwrap_or_default();
    let start = request.parameter("start-after").unwrap_or_default();
    let token = request.parameter("continuation-token");
    let after = token.map_or(start.to_owned(), key_of);
    let max_keys = request.parameter("max-keys").map_or(1000, |keys| keys.parse().unwrap());
    let page_size = usize::min(max_keys, *server.page_size.lock().unwrap());

    let objects = server.store.list(prefix, "").try_concat().await.unwrap();
    let mut objects: Vec<Object> = objects.into_iter().filter(|o| o.key > after).collect();
    let more = objects.len() > page_size;
    objects.truncate(page_size);
    let mut page = Page {
        token: objects.last().filter(|_| more).map(|last| token_of(&last.key)),
        more: Some(more),
        encoded: request.parameter("encoding-type") == Some("url"),
        objects,
    };
    if let Some(effect) = effect {
        page.spoil(effect, &after);
    }
    let answer = Response::builder().header(header::CONTENT_TYPE, "application/xml");
    body(answer, page.document(prefix), effect)
}

fn headers(object: &Object) -> Builder {
    let mut answer = Response::builder().header(header::CONTENT_TYPE, "application/octet-stream");
    if let Some(etag) = &object.etag {
        answer = answer.header(header::ETAG, format!("\"{}\"", etag.as_str()));
    }
    if let Some(time) = object.last_modified {
        let date = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        answer = answer.header(header::LAST_MODIFIED, date);
    }
    if let Some(class) = &object.storage_class {
        answer = answer.header("x-amz-storage-class", class);
    }
    answer
}

/// The SHA-256 that is kept with an object. Some servers do not say what it is of.
async fn with_checksum(
    answer: Builder,
    server: &Shared,
    key: &str,
    effect: Option<&Effect>,
) -> Builder {
    let (_, Some(sha256)) = server.store.checksum(key).await.unwrap() else { return answer };
    let answer = answer.header("x-amz-checksum-sha256", STANDARD.encode(sha256));
    match effect {
        Some(&Effect::ChecksumOf(kind)) => answer.header("x-amz-checksum-type", kind),
        Some(Effect::UntypedChecksum) => answer,
        _ => answer.header("x-amz-checksum-type", "FULL_OBJECT"),
    }
}

/// `range` is always "from here to there".
fn partial(answer: Builder, content: &Bytes, range: &str, effect: Option<&Effect>) -> Response {
    let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let first: usize = first.parse().unwrap();
    let mut end = content.len().min(last.parse::<usize>().unwrap() + 1);
    if first >= end {
        return refuse(416, "InvalidRange", "");
    }
    if matches!(effect, Some(Effect::OtherRange)) {
        end -= 1;
    }
    let content_range = format!("bytes {first}-{}/{}", end - 1, content.len());
    let answer = answer.status(206).header(header::CONTENT_RANGE, content_range);
    body(answer, content.slice(first..end), effect)
}

fn body(answer: Builder, content: Bytes, effect: Option<&Effect>) -> Response {
    let half = content.slice(..content.len() / 2);
    let (length, stream) = match effect {
        Some(Effect::BreakOff) => {
            let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            // Time for the half to leave before the connection is cut.
            let cut = stream::once(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(error)
            });
            (content.len(), stream::iter([Ok(half)]).chain(cut).boxed())
        }
        Some(Effect::TooShort) => (content.len() + 1, stream::iter([Ok(content)]).boxed()),
        Some(&Effect::CutTo(bytes)) => {
            let part = content.slice(..bytes.min(content.len()));
            (part.len(), stream::iter([Ok(part)]).boxed())
        }
        Some(Effect::StallInBody) => {
            (content.len(), stream::iter([Ok(half)]).chain(stream::pending()).boxed())
        }
        _ => (content.len(), stream::iter([Ok(content)]).boxed()),
    };
    let answer = answer.header(header::CONTENT_LENGTH, length);
    answer.body(Body::from_stream(stream)).unwrap()
}

fn refuse(status: u16, code: &str, more: &str) -> Response {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>{code} on purpose.</Message>{more}<RequestId>1</RequestId></Error>"
    );
    let content_type = [(header::CONTENT_TYPE, "application/xml")];
    (StatusCode::from_u16(status).unwrap(), content_type, document).into_response()
}

fn html(status: u16) -> Response {
    let page = "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>";
    let content_type = [(header::CONTENT_TYPE, "text/html")];
    (StatusCode::from_u16(status).unwrap(), content_type, page).into_response()
}
