//! The least that could be done with the same client: list all, get all, look at nothing.

use std::process::Command;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use ocifsck::scan::Options;
use ocifsck::store::s3::{S3Credentials, S3Settings, S3Store};
use ocifsck::store::{ObjectStore, Page};
use tokio::runtime::Runtime;

use crate::ocifsck::{BUCKET, KEYS, REGION};
use crate::process::{Cost, measure};

/// What this program is told when it is to be that client: a process of its own, as the other is.
pub(crate) const WORD: &str = "read-all";

pub(crate) fn cost(endpoint: &str) -> Cost {
    measure(Command::new(std::env::current_exe().unwrap()).args([WORD, endpoint]))
}

/// As many at once as `ocifsck` reads.
pub(crate) fn read_all(endpoint: &str) {
    let mut settings = S3Settings::new(BUCKET);
    settings.endpoint_url = Some(endpoint.to_owned());
    settings.region = Some(REGION.to_owned());
    settings.credentials = S3Credentials::Keys { id: KEYS.0.to_owned(), secret: KEYS.1.to_owned() };
    Runtime::new().unwrap().block_on(async {
        let store = Arc::new(S3Store::connect(settings).await.unwrap());
        let pages: Vec<Page> = store.list("", "").try_collect().await.unwrap();
        let keys = pages.into_iter().flatten().map(|object| object.key);
        let reads = stream::iter(keys).map(|key| {
            let store = Arc::clone(&store);
            // A task each, so that all cores share the work.
            tokio::spawn(async move { read(&store, &key).await })
        });
        let reads = reads.buffer_unordered(Options::default().concurrency.get());
        reads.for_each(async |read| read.unwrap()).await;
    });
}

async fn read(store: &S3Store, key: &str) {
    let mut body = store.get(key).await.unwrap().body;
    while let Some(chunk) = body.next().await {
        chunk.unwrap();
    }
}
