//! Objects by the ten thousand, put many at once below the registry's feet.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::images::{INDEX, MANIFEST, sha256};
use crate::keys;
use crate::lab::{S3Bucket, runtime};

const AT_ONCE: usize = 24;

/// Puts objects into a bucket, below one root.
pub(super) struct Plant {
    client: Client,
    bucket: String,
    root: String,
    queue: BTreeMap<String, Vec<u8>>,
    /// The keys that the server would not take, relative to the root.
    pub(super) refused: Vec<String>,
}

impl Plant {
    pub(super) fn new(bucket: &S3Bucket, root: &str) -> Self {
        let root = format!("{root}/docker/registry/v2/");
        let (client, bucket) = (bucket.client(), bucket.name.clone());
        Self { client, bucket, root, queue: BTreeMap::new(), refused: Vec::new() }
    }

    /// The whole key of what is put under `key`.
    pub(super) fn whole(&self, key: &str) -> String {
        format!("{}{key}", self.root)
    }

    pub(super) fn put(&mut self, key: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.queue.insert(key.into(), bytes.into());
    }

    /// Stores bytes under their digest.
    pub(super) fn blob(&mut self, bytes: impl Into<Vec<u8>>) -> String {
        let bytes = bytes.into();
        let digest = sha256(&bytes);
        self.put(keys::data(&digest), bytes);
        digest
    }

    /// Stores and links a config or layer.
    pub(super) fn layer(&mut self, repository: &str, bytes: impl Into<Vec<u8>>) -> String {
        let digest = self.blob(bytes);
        self.put(keys::layer_link(repository, &digest), digest.clone());
        digest
    }

    /// Stores and links a manifest.
    pub(super) fn manifest(&mut self, repository: &str, bytes: impl Into<Vec<u8>>) -> String {
        let digest = self.blob(bytes);
        self.put(keys::revision_link(repository, &digest), digest.clone());
        digest
    }

    pub(super) fn tag(&mut self, repository: &str, tag: &str, digest: &str) {
        self.put(keys::tag_link(repository, tag), digest);
    }

    /// A small image, tagged; its descriptor as an entry of an index.
    pub(super) fn image(&mut self, repository: &str, tag: &str, layers: &[&str]) -> Value {
        let config = json!({"of": repository}).to_string();
        let size = config.len();
        let config = self.layer(repository, config);
        let layers: Vec<Value> = layers
            .iter()
            .map(|layer| json!({"digest": self.layer(repository, *layer), "size": layer.len()}))
            .collect();
        let config = json!({"digest": config, "size": size});
        let image = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers,
        });
        let bytes = image.to_string();
        let digest = self.manifest(repository, bytes.clone());
        self.tag(repository, tag, &digest);
        json!({"mediaType": MANIFEST, "digest": digest, "size": bytes.len()})
    }

    /// An index, linked; its descriptor.
    pub(super) fn index(&mut self, repository: &str, entries: &[Value], note: &str) -> Value {
        let index = json!({
            "schemaVersion": 2, "mediaType": INDEX, "manifests": entries,
            "annotations": {"note": note},
        });
        let bytes = index.to_string();
        let digest = self.manifest(repository, bytes.clone());
        json!({"mediaType": INDEX, "digest": digest, "size": bytes.len()})
    }

    /// Puts what is queued; how many objects the server took.
    pub(super) fn flush(&mut self) -> usize {
        let queue = std::mem::take(&mut self.queue);
        let of = queue.len();
        let puts = queue.into_iter().map(|(key, bytes)| {
            let request = self.client.put_object().bucket(&self.bucket).key(self.whole(&key));
            let request = request.body(ByteStream::from(bytes));
            async move { (key, request.send().await.is_ok()) }
        });
        let refused: Vec<String> = runtime().block_on(
            futures::stream::iter(puts)
                .buffer_unordered(AT_ONCE)
                .filter_map(async |(key, is_taken)| (!is_taken).then_some(key))
                .collect(),
        );
        let taken = of - refused.len();
        self.refused.extend(refused);
        taken
    }
}
