//! The few objects that an explanation reads: a manifest, a config, and a look at a key.

use futures::StreamExt;

use super::view::View;
use crate::graph::EdgeRole;
use crate::inventory::DigestId;
use crate::object::Object;
use crate::oci::{ImageConfig, Manifest, ManifestKind};
use crate::store::{Download, ErrorKind, ObjectStore, StoreError};

/// The most bytes of a manifest or config that are read: what registries accept of a manifest.
const LIMIT: u64 = 4 << 20;

/// What was read, or why it was not.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) manifest: Option<Manifest>,
    pub(super) config: Option<Result<ImageConfig, String>>,
}

/// Reads what a manifest and its config say beyond what the audit keeps.
pub(super) async fn contents(store: &dyn ObjectStore, view: &View<'_>, id: DigestId) -> Contents {
    let Some(node) = view.graph.node(id) else {
        return Contents::default();
    };
    let bytes = blob(store, view, id).await;
    let manifest = bytes.as_ref().ok().and_then(|bytes| Manifest::parse(bytes).ok());
    if node.kind == ManifestKind::Schema1 {
        let config = bytes
            .and_then(|bytes| ImageConfig::from_schema1(&bytes).map_err(|error| error.to_string()));
        return Contents { manifest, config: Some(config) };
    }
    let config = node.edges.iter().find(|edge| edge.role == EdgeRole::Config);
    let media_type = config.and_then(|edge| edge.media_type).map(|name| view.text(name));
    let config =
        match config {
            Some(edge) if media_type.is_some_and(ImageConfig::is_image_config) => {
                let id = view.graph.stored_as(view.inventory, edge.to).unwrap_or(edge.to);
                let bytes = blob(store, view, id).await;
                Some(bytes.and_then(|bytes| {
                    ImageConfig::parse(&bytes).map_err(|error| error.to_string())
                }))
            }
            _ => None,
        };
    Contents { manifest, config }
}

/// The bytes of a blob, if they are what its name says.
async fn blob(store: &dyn ObjectStore, view: &View<'_>, id: DigestId) -> Result<Vec<u8>, String> {
    let size = view.inventory.blob(id).ok_or("it is not stored")?.size;
    if size > LIMIT {
        return Err(format!("it has {size} bytes, and at most {LIMIT} are read"));
    }
    let digest = view.inventory.digests.get(id);
    let bytes = small(store, &view.inventory.data_key(&digest)).await;
    let bytes = bytes.map_err(|error| error.to_string())?;
    if digest.of_same_algorithm(&bytes).is_some_and(|actual| actual != digest) {
        return Err("its bytes are not what its name says".to_owned());
    }
    Ok(bytes)
}

/// An object that was small when it was listed: whatever it has grown to, no more is kept.
async fn small(store: &dyn ObjectStore, key: &str) -> Result<Vec<u8>, StoreError> {
    let Download { mut body, .. } = store.get(key).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() as u64 > LIMIT {
            break;
        }
    }
    Ok(bytes)
}

/// The object at a key, if there is one.
pub(super) async fn look(store: &dyn ObjectStore, key: &str) -> Result<Option<Object>, StoreError> {
    match store.head(key).await {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
