//! Layers, and what their images' configs say of them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use ocifsck::scan::Deep;
use ocifsck::oci::Digest;
use ocifsck::testing::{Document, Piece, RegistryBuilder};
use serde_json::json;

use crate::scenario::Scenario;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// An image of these layers, packed, whose config is right.
fn image(contents: &[&str]) -> Document {
    let ids: Vec<_> = contents.iter().map(|content| Digest::sha256_of(content.as_bytes())).collect();
    with_diff_ids(contents, &ids)
}

fn with_diff_ids(contents: &[&str], ids: &[Digest]) -> Document {
    let layers = contents.iter().map(|content| gzip(content.as_bytes()));
    layers.fold(Document::image(), Document::layer).config(Piece::image_config(ids))
}

fn scenario(about: &'static str, fill: impl FnOnce(&mut RegistryBuilder)) -> Scenario {
    Scenario::new(about, fill).deep()
}

pub(crate) fn right() -> Scenario {
    scenario("Whatever a layer is packed with.", |registry| {
        let plain = Document::image().layer("base").layer(gzip(b"app"));
        let ids = [b"base", &b"app"[..]].map(Digest::sha256_of);
        registry.push("app", "half", &plain.config(Piece::image_config(&ids)));
        registry.push("app", "1.0", &image(&["base", "app"]));
    })
}

pub(crate) fn in_another_order() -> Scenario {
    scenario("", |registry| {
        let ids = [b"app", &b"base"[..]].map(Digest::sha256_of);
        registry.push("app", "1.0", &with_diff_ids(&["base", "app"], &ids));
    })
}

pub(crate) fn wrong_in_one_image_of_two() -> Scenario {
    scenario("Only the image that is wrong is told.", |registry| {
        registry.push("app", "right", &image(&["base"]));
        let ids = [Digest::sha256_of(b"older base")];
        registry.push("app", "wrong", &with_diff_ids(&["base"], &ids));
    })
}

pub(crate) fn more_than_the_config_names() -> Scenario {
    scenario("Then nobody knows which is which.", |registry| {
        let ids = [Digest::sha256_of(b"app")];
        registry.push("app", "1.0", &with_diff_ids(&["base", "app"], &ids));
    })
}

pub(crate) fn history_of_another_length() -> Scenario {
    scenario("", |registry| {
        let ids = [b"base", &b"app"[..]].map(Digest::sha256_of);
        let steps = json!([{"created_by": "ADD"}, {"created_by": "ENV", "empty_layer": true}]);
        let rootfs = json!({"type": "layers", "diff_ids": ids});
        let config = json!({"rootfs": rootfs, "history": steps}).to_string();
        registry.push("app", "1.0", &image(&["base", "app"]).config(Piece::config(config)));
    })
}

pub(crate) fn diff_id_that_is_no_digest() -> Scenario {
    scenario("", |registry| {
        let config = json!({"rootfs": {"diff_ids": ["<base>"]}}).to_string();
        registry.push("app", "1.0", &image(&["base"]).config(Piece::config(config)));
    })
}

pub(crate) fn bomb() -> Scenario {
    let bomb = scenario("Cut off, and no word on what is in it.", |registry| {
        let zeros = "\0".repeat(1 << 20);
        registry.push("app", "1.0", &image(&["base", &zeros]));
    });
    bomb.with(|options| options.deep = Deep::UpTo(1 << 19))
}

pub(crate) fn zeros_behind_the_archive() -> Scenario {
    scenario("Go's gzip refuses them; gzip and pigz do not.", |registry| {
        let layer = [gzip(b"base"), vec![0; 512]].concat();
        let config = Piece::image_config(&[Digest::sha256_of(b"base")]);
        registry.push("app", "1.0", &Document::image().layer(layer).config(config));
    })
}

pub(crate) fn that_cannot_be_unpacked() -> Scenario {
    scenario("Encrypted, kept elsewhere, lost: nothing is said of them.", |registry| {
        let ids = [b"one", b"two", b"six"].map(|content| Digest::sha256_of(content));
        let encrypted = Piece::layer("noise");
        let encrypted =
            encrypted.media_type("application/vnd.oci.image.layer.v1.tar+gzip+encrypted");
        let image = Document::image().layer(encrypted).layer(Piece::foreign_layer("elsewhere"));
        let image = image.layer(gzip(b"six")).config(Piece::image_config(&ids));
        registry.push("app", "1.0", &image);
    })
}

pub(crate) fn of_artifacts_that_look_like_images() -> Scenario {
    scenario("As cosign, BuildKit and ORAS push them.", |registry| {
        let subject = registry.push("app", "1.0", &image(&["base"]));
        registry.cosign("app", &subject, "a signature");
        let statement = Piece::layer("{}").media_type("application/vnd.in-toto+json");
        let wrong = Piece::image_config(&[Digest::sha256_of(b"whatever")]);
        registry.push("app", "attestation", &Document::image().layer(statement).config(wrong));
        let file = Piece::layer("any file").media_type("application/vnd.oci.image.layer.v1.tar");
        let empty = Piece::config("");
        registry.push("app", "file", &Document::image().layer(file).config(empty));
    })
}
