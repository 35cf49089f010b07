//! The images of the storm: small, and no two the same unless they are meant to be.

use std::rc::Rc;

use serde_json::json;

use crate::images::{Blob, CONFIG, GZIP_LAYER, Image, index, noise};

/// A manifest or an index, and what it refers to.
#[derive(Clone)]
pub(super) struct Made {
    digest: String,
    pub(super) manifest: Blob,
    /// Config and layers, by digest; empty for an index.
    pub(super) parts: Vec<Part>,
    /// The images of an index.
    pub(super) children: Vec<Rc<Made>>,
}

/// A blob and its digest, which is not to be computed at each use.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) digest: String,
    pub(super) blob: Blob,
}

impl Part {
    pub(super) fn new(blob: Blob) -> Self {
        Self { digest: blob.digest(), blob }
    }

    /// A layer; nobody looks inside.
    pub(super) fn layer(name: &str) -> Self {
        Self::new(Blob::new(GZIP_LAYER, noise(name, 400)))
    }

    pub(super) fn config(name: &str) -> Self {
        let config = json!({ "architecture": "amd64", "os": "linux", "name": name,
            "rootfs": { "type": "layers", "diff_ids": [] } });
        Self::new(Blob::json(CONFIG, &config))
    }
}

impl Made {
    /// An image whose manifest says `name`, so that old parts can make a new image.
    pub(super) fn image(name: &str, config: Part, layers: Vec<Part>) -> Self {
        let blobs = layers.iter().map(|layer| layer.blob.clone()).collect();
        let more = json!({ "annotations": { "name": name } });
        let manifest = Image::from_parts(config.blob.clone(), blobs, more).manifest;
        let parts = std::iter::once(config).chain(layers).collect();
        Self { digest: manifest.digest(), manifest, parts, children: Vec::new() }
    }

    pub(super) fn index(children: Vec<Rc<Self>>) -> Self {
        let entry = |(child, architecture): (&Rc<Self>, _)| {
            let platform = json!({ "architecture": architecture, "os": "linux" });
            child.manifest.descriptor_with(json!({ "platform": platform }))
        };
        let entries: Vec<_> = children.iter().zip(["amd64", "arm64", "s390x"]).map(entry).collect();
        let manifest = index(&entries);
        Self { digest: manifest.digest(), manifest, parts: Vec::new(), children }
    }

    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// The digests that the manifest names.
    pub(super) fn names(&self) -> Vec<String> {
        let parts = self.parts.iter().map(|part| part.digest.clone());
        parts.chain(self.children.iter().map(|child| child.digest.clone())).collect()
    }

    /// The index's images, or the image itself.
    pub(super) fn images(self: &Rc<Self>) -> Vec<Rc<Self>> {
        if self.children.is_empty() { vec![Rc::clone(self)] } else { self.children.clone() }
    }
}
