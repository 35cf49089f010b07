//! A layer that can be pulled a file at a time: each file a gzip member of its own, then a table of
//! contents, then a footer that says where the table begins.
//!
//! <https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md>

use std::io::{Read as _, Write as _};

use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use serde_json::json;

use crate::images::{GZIP_LAYER, Layer, sha256, tar, tar_entry};

/// The annotation by which a layer's descriptor names the digest of its table of contents.
pub(crate) const TOC_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";

/// A layer of one file, and the digest of its table of contents.
pub(crate) fn layer(path: &str, content: &str) -> (Layer, String) {
    let mut bytes = member(&tar_entry(path, content.as_bytes()), &[]);
    let table = json!({ "version": 1, "entries": [{
        "name": path,
        "type": "reg",
        "size": content.len(),
        "offset": 0,
        "digest": sha256(content.as_bytes()),
        "chunkDigest": sha256(content.as_bytes()),
    }] });
    let table = table.to_string();
    let footer = format!("SG\x16\0{:016x}STARGZ", bytes.len());
    bytes.extend(member(&tar("stargz.index.json", table.as_bytes()), &[]));
    let footer = member(&[], footer.as_bytes());
    assert_eq!(footer.len(), 51, "a reader looks for the footer in the last 51 bytes");
    bytes.extend(footer);
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).expect("gzip members");
    (Layer::new(GZIP_LAYER, bytes, &unpacked), sha256(table.as_bytes()))
}

fn member(content: &[u8], extra: &[u8]) -> Vec<u8> {
    // The footer's place is known by its length: it must not be compressed.
    let level = if content.is_empty() { Compression::none() } else { Compression::default() };
    let mut header = GzBuilder::new();
    if !extra.is_empty() {
        header = header.extra(extra);
    }
    let mut gzip = header.write(Vec::new(), level);
    gzip.write_all(content).expect("memory takes bytes");
    gzip.finish().expect("memory takes bytes")
}
