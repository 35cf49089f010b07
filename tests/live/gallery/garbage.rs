//! What takes room or is out of place, and breaks nothing.

use super::{Exhibit, Expected, Stage, own_layer};
use crate::images::{Blob, GZIP_LAYER};
use crate::keys;

pub(super) const EXHIBITS: [fn(&Stage) -> Exhibit; 9] = [
    deleted_image,
    untagged_image,
    moved_tag,
    ghost_tag,
    stale_upload,
    only_a_mount,
    stray_blob,
    stray_file,
    wrong_shard,
];

fn deleted_image(stage: &Stage) -> Exhibit {
    let repository = "garbage/deleted-image";
    let kept = stage.image("garbage/deleted-image, the one that is kept");
    stage.push_as(repository, "2.0", &kept);
    let image = stage.push(repository);
    stage.client.delete_manifest(repository, &image.manifest.digest());
    let left = [&image.manifest, &image.config, own_layer(&image)];
    let expected = left.map(|blob| Expected::new("orphaned-blob").digest(blob.digest()));
    Exhibit::new(repository, "an image deleted through the API, its bytes not collected", expected)
}

fn untagged_image(stage: &Stage) -> Exhibit {
    let repository = "garbage/untagged-image";
    stage.push(repository);
    let image = stage.image("garbage/untagged-image, pushed by digest");
    let digest = image.manifest.digest();
    stage.client.push(repository, &digest, &image);
    let expected = Expected::new("untagged-manifest").within(repository).digest(digest);
    Exhibit::new(repository, "an image pushed by its digest, with no tag", [expected])
}

fn moved_tag(stage: &Stage) -> Exhibit {
    let repository = "garbage/moved-tag";
    let old = stage.push(repository);
    stage.push_as(repository, "latest", &old);
    let new = stage.image("garbage/moved-tag, the newer one");
    stage.push_as(repository, "2.0", &new);
    stage.push_as(repository, "latest", &new);
    let expected = Expected::new("stale-tag-history").within(repository).tagged("latest");
    Exhibit::new(
        repository,
        "`latest` moved from `1.0` to `2.0`; its history keeps both",
        [expected],
    )
}

fn ghost_tag(stage: &Stage) -> Exhibit {
    let repository = "garbage/ghost-tag";
    let image = stage.push(repository);
    stage.push_as(repository, "gone", &image);
    stage.objects.delete(&keys::tag_link(repository, "gone"));
    let expected = Expected::new("ghost-tag").within(repository).tagged("gone");
    Exhibit::new(repository, "a tag's current link deleted, its history kept", [expected])
}

/// The registry names uploads at random and dates them now; this one is always the same.
fn stale_upload(stage: &Stage) -> Exhibit {
    let repository = "garbage/stale-upload";
    stage.push(repository);
    stage
        .client
        .interrupt_upload(repository, b"the first half of a layer, and then the client went");
    let new = keys::upload(repository, "0f0e0d0c-0b0a-4908-8706-050403020100");
    for key in stage.objects.keys(&format!("repositories/{repository}/_uploads/")) {
        let name = key.splitn(5, '/').nth(4).and_then(|rest| rest.split_once('/'));
        let (_, name) = name.expect("an upload's key");
        let bytes = if name == "startedat" {
            b"2024-01-01T00:00:00Z".to_vec()
        } else {
            stage.objects.get(&key)
        };
        stage.objects.put(&format!("{new}{name}"), bytes);
        stage.objects.delete(&key);
    }
    let expected = Expected::new("stale-upload").within(repository);
    Exhibit::new(repository, "an upload begun in 2024 and never ended", [expected])
}

fn only_a_mount(stage: &Stage) -> Exhibit {
    let repository = "garbage/only-a-mount";
    stage.client.mount(repository, &stage.base.blob.digest(), "library/base");
    let expected = Expected::new("empty-repository").within(repository);
    Exhibit::new(repository, "a layer mounted, and no manifest pushed", [expected])
}

fn stray_blob(stage: &Stage) -> Exhibit {
    let blob = Blob::new(GZIP_LAYER, "a blob that somebody copied here\n");
    let key = keys::data(&blob.digest());
    let expected = Expected::new("orphaned-blob").digest(blob.digest());
    stage.objects.put(&key, blob.bytes);
    Exhibit::new("blobs/", "a blob that no repository links", [expected])
}

fn stray_file(stage: &Stage) -> Exhibit {
    let key = "blobs/sha256/README.txt";
    stage.objects.put(key, b"Do not delete! - ops\n".to_vec());
    let done = "a file that is no part of the layout";
    Exhibit::new("blobs/", done, [Expected::new("stray-object").key(key)])
}

fn wrong_shard(stage: &Stage) -> Exhibit {
    let blob = Blob::new(GZIP_LAYER, "a blob in the wrong drawer\n");
    let digest = blob.digest();
    let hex = &digest["sha256:".len()..];
    assert!(!hex.starts_with("00"), "the shard is to be the wrong one");
    let key = format!("blobs/sha256/00/{hex}/data");
    stage.objects.put(&key, blob.bytes);
    let done = "a blob in the folder of another prefix";
    Exhibit::new("blobs/", done, [Expected::new("stray-object").key(key)])
}
