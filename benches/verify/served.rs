//! A generated bucket behind HTTP, in this process: GET and `ListObjectsV2`, no more than is asked.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use futures::stream;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::generated::{Blob, Bucket};
use crate::ocifsck::BUCKET;

const PAGE: usize = 1000;
/// Long ago, so that nothing is too young to be judged.
const WRITTEN: (&str, &str) = ("2020-01-02T03:04:05.678Z", "Thu, 02 Jan 2020 03:04:05 GMT");

/// A server, gone when dropped.
pub(crate) struct Served {
    pub(crate) endpoint: String,
    _runtime: Runtime,
}

struct Shared {
    bucket: Arc<Bucket>,
    /// The most bytes a second of one answer, of which a connection carries one at a time.
    rate: Option<u64>,
}

impl Served {
    /// Serves the bucket; each connection gets so many bytes a second.
    pub(crate) fn start(bucket: &Arc<Bucket>, rate: Option<u64>) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let shared = Shared { bucket: Arc::clone(bucket), rate };
        let router = Router::new().fallback(answer).with_state(Arc::new(shared));
        let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { endpoint, _runtime: runtime }
    }
}

async fn answer(
    State(server): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let key = path.strip_prefix(BUCKET).unwrap_or_default().trim_start_matches('/');
    if key.is_empty() {
        return list(&server.bucket, &query).into_response();
    }
    let Some(blob) = server.bucket.get(key) else { return StatusCode::NOT_FOUND.into_response() };
    let range = range(request.headers(), blob.size);
    let answer = Response::builder()
        .header(header::ETAG, blob.etag())
        .header(header::LAST_MODIFIED, WRITTEN.1);
    let answer = match &range {
        Some(Range { start, end }) => answer
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {start}-{}/{}", end - 1, blob.size)),
        None => answer,
    };
    let range = range.unwrap_or(0..blob.size);
    let answer = answer.header(header::CONTENT_LENGTH, range.end - range.start);
    answer.body(body(blob, range, server.rate)).unwrap()
}

/// `bytes=0-7`, the only form that is asked for.
fn range(headers: &HeaderMap, size: u64) -> Option<Range<u64>> {
    let range = headers.get(header::RANGE)?.to_str().unwrap();
    let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    Some(first.parse().unwrap()..size.min(last.parse::<u64>().unwrap() + 1))
}

fn body(blob: &Blob, range: Range<u64>, rate: Option<u64>) -> Body {
    let mut chunks = blob.chunks(range);
    let Some(rate) = rate else {
        return Body::from_stream(stream::iter(chunks.map(Ok::<Bytes, Infallible>)));
    };
    let began = Instant::now();
    Body::from_stream(stream::unfold((began, 0), move |(began, sent)| {
        let chunk = chunks.next();
        async move {
            let chunk = chunk?;
            let sent = sent + chunk.len() as u64;
            let due = Duration::from_secs_f64(sent as f64 / rate as f64);
            tokio::time::sleep_until(began + due).await;
            Some((Ok::<_, Infallible>(chunk), (began, sent)))
        }
    }))
}

/// A page. No key here has a character that XML or a URL would escape.
fn list(bucket: &Bucket, query: &HashMap<String, String>) -> String {
    let parameter = |name| query.get(name).map_or("", String::as_str);
    let after = parameter("start-after").max(parameter("continuation-token"));
    let prefix = parameter("prefix");
    let mut listed = bucket.list(prefix, after).peekable();
    let (mut contents, mut last) = (String::new(), "");
    for (key, blob) in listed.by_ref().take(PAGE) {
        last = key;
        let (etag, size) = (blob.etag().replace('"', "&quot;"), blob.size);
        write!(
            contents,
            "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>{etag}</ETag>\
             <Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>",
            WRITTEN.0
        )
        .unwrap();
    }
    let more = listed.peek().is_some();
    let token = if more {
        format!("<NextContinuationToken>{last}</NextContinuationToken>")
    } else {
        String::new()
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{BUCKET}</Name>\
         <Prefix>{prefix}</Prefix><IsTruncated>{more}</IsTruncated>{token}{contents}\
         </ListBucketResult>"
    )
}
