//! What is there, and is not what it should be.

use serde_json::json;

use super::{Exhibit, Expected, Stage, of_own_parts, own_layer};
use crate::images::{Blob, Image, MANIFEST};
use crate::keys;
use crate::objects::edit;

pub(super) const EXHIBITS: [fn(&Stage) -> Exhibit; 9] = [
    flipped_layer,
    short_layer,
    zeroed_layer,
    flipped_manifest,
    zeroed_manifest,
    senseless_manifest,
    empty_revision_link,
    garbage_tag_link,
    swapped_layer_link,
];

fn flipped_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/flipped-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    edit(stage.objects, &keys::data(&digest), |bytes| {
        *bytes.last_mut().expect("bytes") ^= 1;
    });
    let done = "one bit of a layer flipped";
    Exhibit::new(repository, done, [Expected::new("digest-mismatch").digest(digest)])
}

fn short_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/short-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    edit(stage.objects, &keys::data(&digest), |bytes| {
        bytes.truncate(bytes.len() - 10);
    });
    let expected = ["size-mismatch", "digest-mismatch"];
    let expected = expected.map(|code| Expected::new(code).digest(&digest));
    Exhibit::new(repository, "the last ten bytes of a layer cut off", expected)
}

fn zeroed_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/zeroed-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    edit(stage.objects, &keys::data(&digest), Vec::clear);
    let done = "a layer emptied";
    Exhibit::new(repository, done, [Expected::new("empty-blob").digest(digest)])
}

fn flipped_manifest(stage: &Stage) -> Exhibit {
    let repository = "broken/flipped-manifest";
    let image = stage.image(repository);
    let note = json!({ "annotations": { "note": "a note" } });
    let image = Image::from_parts(image.config, image.layers, note);
    stage.push_as(repository, "1.0", &image);
    let digest = image.manifest.digest();
    edit(stage.objects, &keys::data(&digest), |bytes| {
        // Still JSON, and still naming the same config and layers.
        let place = bytes.windows(6).position(|window| window == b"a note").expect("the note");
        bytes[place] = b'A';
    });
    let done = "one letter of a manifest's annotation changed";
    Exhibit::new(repository, done, [Expected::new("digest-mismatch").digest(digest)])
}

fn zeroed_manifest(stage: &Stage) -> Exhibit {
    let repository = "broken/zeroed-manifest";
    let image = stage.push(repository);
    let digest = image.manifest.digest();
    edit(stage.objects, &keys::data(&digest), Vec::clear);
    let mut expected = vec![Expected::new("empty-blob").digest(digest)];
    expected.extend(of_own_parts(&image, "undecided-blob"));
    Exhibit::new(repository, "a manifest emptied", expected)
}

fn senseless_manifest(stage: &Stage) -> Exhibit {
    let repository = "broken/senseless-manifest";
    stage.push(repository);
    let senseless = Blob::new(MANIFEST, "<html>502 Bad Gateway</html>\n");
    let digest = senseless.digest();
    stage.objects.put(&keys::data(&digest), senseless.bytes);
    for link in [keys::revision_link(repository, &digest), keys::tag_link(repository, "latest")] {
        stage.objects.put(&link, digest.clone().into_bytes());
    }
    let done = "a page of HTML stored, under its right digest, as the manifest behind `latest`";
    Exhibit::new(repository, done, [Expected::new("invalid-manifest").digest(digest)])
}

fn empty_revision_link(stage: &Stage) -> Exhibit {
    let repository = "broken/empty-revision-link";
    let key = keys::revision_link(repository, &stage.push(repository).manifest.digest());
    edit(stage.objects, &key, Vec::clear);
    Exhibit::new(repository, "a revision link emptied", [Expected::new("invalid-link").key(key)])
}

fn garbage_tag_link(stage: &Stage) -> Exhibit {
    let repository = "broken/garbage-tag-link";
    let image = stage.push(repository);
    stage.push_as(repository, "latest", &image);
    let key = keys::tag_link(repository, "latest");
    stage.objects.put(&key, b"\x1b[2Jnot a digest".to_vec());
    let done = "a tag's link overwritten with an escape sequence";
    Exhibit::new(repository, done, [Expected::new("invalid-link").tagged("latest").key(key)])
}

fn swapped_layer_link(stage: &Stage) -> Exhibit {
    let repository = "broken/swapped-layer-link";
    let key = keys::layer_link(repository, &own_layer(&stage.push(repository)).digest());
    stage.objects.put(&key, stage.base.blob.digest().into_bytes());
    let done = "a layer's link overwritten with the digest of another layer";
    Exhibit::new(repository, done, [Expected::new("invalid-link").key(key)])
}
