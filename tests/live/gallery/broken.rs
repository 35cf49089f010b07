//! What is corrupt or missing.

use serde_json::json;

use super::{Exhibit, Expected, Stage, of_own_parts, own_layer};
use crate::images::{Blob, Image, MANIFEST, index, layer};
use crate::keys;
use crate::objects::edit;
use crate::skopeo;

pub(super) const EXHIBITS: [fn(&Stage) -> Exhibit; 18] = [
    flipped_layer,
    short_layer,
    zeroed_layer,
    lost_layer,
    lost_config,
    flipped_manifest,
    zeroed_manifest,
    senseless_manifest,
    lost_manifest,
    dangling_tag,
    lost_layer_link,
    lost_revision_link,
    lost_child_link,
    lost_child,
    lost_children,
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
    Exhibit::new(
        repository,
        done,
        [Expected::new("digest-mismatch").digest(digest)],
    )
}

fn short_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/short-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    edit(stage.objects, &keys::data(&digest), |bytes| {
        bytes.truncate(bytes.len() - 10);
    });
    let expected = ["size-mismatch", "digest-mismatch"];
    let expected = expected.map(|code| Expected::new(code).digest(&digest));
    Exhibit::new(
        repository,
        "the last ten bytes of a layer cut off",
        expected,
    )
}

fn zeroed_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/zeroed-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    edit(stage.objects, &keys::data(&digest), Vec::clear);
    let done = "a layer emptied";
    Exhibit::new(
        repository,
        done,
        [Expected::new("empty-blob").digest(digest)],
    )
}

fn lost_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    stage.objects.delete(&keys::data(&digest));
    let done = "a layer's data deleted";
    Exhibit::new(
        repository,
        done,
        [Expected::new("missing-blob").digest(digest)],
    )
}

fn lost_config(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-config";
    let digest = stage.push(repository).config.digest();
    stage.objects.delete(&keys::data(&digest));
    let done = "a config's data deleted";
    Exhibit::new(
        repository,
        done,
        [Expected::new("missing-blob").digest(digest)],
    )
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
        let place = bytes
            .windows(6)
            .position(|window| window == b"a note")
            .expect("the note");
        bytes[place] = b'A';
    });
    let done = "one letter of a manifest's annotation changed";
    Exhibit::new(
        repository,
        done,
        [Expected::new("digest-mismatch").digest(digest)],
    )
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
    for link in [
        keys::revision_link(repository, &digest),
        keys::tag_link(repository, "latest"),
    ] {
        stage.objects.put(&link, digest.clone().into_bytes());
    }
    let done = "a page of HTML stored, under its right digest, as the manifest behind `latest`";
    Exhibit::new(
        repository,
        done,
        [Expected::new("invalid-manifest").digest(digest)],
    )
}

fn lost_manifest(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-manifest";
    let image = stage.push(repository);
    let digest = image.manifest.digest();
    stage.objects.delete(&keys::data(&digest));
    let mut expected = vec![
        Expected::new("missing-manifest")
            .within(repository)
            .digest(digest),
    ];
    expected.extend(of_own_parts(&image, "undecided-blob"));
    Exhibit::new(
        repository,
        "a tagged manifest's data deleted, its links kept",
        expected,
    )
}

fn dangling_tag(stage: &Stage) -> Exhibit {
    let repository = "broken/dangling-tag";
    let image = stage.push(repository);
    let digest = image.manifest.digest();
    stage
        .objects
        .delete(&keys::revision_link(repository, &digest));
    stage.sweep(&image);
    let tag = Expected::new("dangling-tag")
        .within(repository)
        .tagged("1.0")
        .digest(digest);
    let links = of_own_parts(&image, "dangling-link").map(|link| link.within(repository));
    let done = "the revision link behind a tag deleted, and the image swept by garbage collection";
    Exhibit::new(repository, done, [tag].into_iter().chain(links))
}

fn lost_layer_link(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-layer-link";
    let digest = own_layer(&stage.push(repository)).digest();
    stage.objects.delete(&keys::layer_link(repository, &digest));
    let expected = Expected::new("missing-link")
        .within(repository)
        .digest(digest);
    Exhibit::new(
        repository,
        "a layer's link deleted, its data kept",
        [expected],
    )
}

fn lost_revision_link(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-revision-link";
    let digest = stage.push(repository).manifest.digest();
    stage
        .objects
        .delete(&keys::revision_link(repository, &digest));
    let expected = Expected::new("missing-link")
        .within(repository)
        .digest(digest);
    Exhibit::new(
        repository,
        "the revision link behind a tag deleted, the data kept",
        [expected],
    )
}

fn lost_child_link(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-child-link";
    let [_, child] = push_pair(stage, repository);
    let digest = child.manifest.digest();
    stage
        .objects
        .delete(&keys::revision_link(repository, &digest));
    let expected = Expected::new("missing-link")
        .within(repository)
        .digest(digest);
    Exhibit::new(
        repository,
        "the revision link of one platform of an index deleted",
        [expected],
    )
}

fn lost_child(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-child";
    let [_, child] = push_pair(stage, repository);
    let done = "one of an index's two platforms deleted and swept by garbage collection";
    Exhibit::new(repository, done, lose_child(stage, repository, &child))
}

fn lost_children(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-children";
    let pair = push_pair(stage, repository);
    let expected = pair
        .iter()
        .flat_map(|child| lose_child(stage, repository, child));
    let done = "both of an index's platforms deleted and swept by garbage collection";
    Exhibit::new(repository, done, expected)
}

/// Pushes an index of two platforms as `1.0`.
fn push_pair(stage: &Stage, repository: &str) -> [Image; 2] {
    let pair = ["amd64", "arm64"].map(|architecture| {
        let own = layer("app/binary", format!("{repository} for {architecture}\n"));
        Image::new(repository, architecture, &[stage.base.clone(), own])
    });
    let entries = ["amd64", "arm64"]
        .iter()
        .zip(&pair)
        .map(|(architecture, image)| {
            let platform = json!({ "platform": { "architecture": architecture, "os": "linux" } });
            image.manifest.descriptor_with(platform)
        });
    let index = index(&entries.collect::<Vec<_>>());
    let reference = format!("{repository}:1.0");
    skopeo::push_index(
        stage.registry,
        &reference,
        &index,
        &pair,
        &["--preserve-digests"],
    );
    pair
}

/// What `garbage-collect --delete-untagged` of Distribution 2.8 does to the children of an index.
fn lose_child(stage: &Stage, repository: &str, child: &Image) -> Vec<Expected> {
    let digest = child.manifest.digest();
    stage.client.delete_manifest(repository, &digest);
    stage.sweep(child);
    let mut expected = vec![Expected::new("missing-child").digest(digest)];
    expected.extend(of_own_parts(child, "dangling-link").map(|link| link.within(repository)));
    expected
}

fn empty_revision_link(stage: &Stage) -> Exhibit {
    let repository = "broken/empty-revision-link";
    let key = keys::revision_link(repository, &stage.push(repository).manifest.digest());
    edit(stage.objects, &key, Vec::clear);
    Exhibit::new(
        repository,
        "a revision link emptied",
        [Expected::new("invalid-link").key(key)],
    )
}

fn garbage_tag_link(stage: &Stage) -> Exhibit {
    let repository = "broken/garbage-tag-link";
    let image = stage.push(repository);
    stage.push_as(repository, "latest", &image);
    let key = keys::tag_link(repository, "latest");
    stage.objects.put(&key, b"\x1b[2Jnot a digest".to_vec());
    let done = "a tag's link overwritten with an escape sequence";
    Exhibit::new(
        repository,
        done,
        [Expected::new("invalid-link").tagged("latest").key(key)],
    )
}

fn swapped_layer_link(stage: &Stage) -> Exhibit {
    let repository = "broken/swapped-layer-link";
    let key = keys::layer_link(repository, &own_layer(&stage.push(repository)).digest());
    stage
        .objects
        .put(&key, stage.base.blob.digest().into_bytes());
    let done = "a layer's link overwritten with the digest of another layer";
    Exhibit::new(repository, done, [Expected::new("invalid-link").key(key)])
}
