//! What something refers to, and is not there.

use serde_json::json;

use super::{Exhibit, Expected, Stage, of_own_parts, own_layer};
use crate::images::{Image, index, layer};
use crate::keys;
use crate::skopeo;

pub(super) const EXHIBITS: [fn(&Stage) -> Exhibit; 9] = [
    lost_layer,
    lost_config,
    lost_manifest,
    dangling_tag,
    lost_layer_link,
    lost_revision_link,
    lost_child_link,
    lost_child,
    lost_children,
];

fn lost_layer(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-layer";
    let digest = own_layer(&stage.push(repository)).digest();
    stage.objects.delete(&keys::data(&digest));
    let done = "a layer's data deleted";
    Exhibit::new(repository, done, [Expected::new("missing-blob").digest(digest)])
}

fn lost_config(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-config";
    let digest = stage.push(repository).config.digest();
    stage.objects.delete(&keys::data(&digest));
    let done = "a config's data deleted";
    Exhibit::new(repository, done, [Expected::new("missing-blob").digest(digest)])
}

fn lost_manifest(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-manifest";
    let image = stage.push(repository);
    let digest = image.manifest.digest();
    stage.objects.delete(&keys::data(&digest));
    let mut expected = vec![Expected::new("missing-manifest").within(repository).digest(digest)];
    expected.extend(of_own_parts(&image, "undecided-blob"));
    Exhibit::new(repository, "a tagged manifest's data deleted, its links kept", expected)
}

fn dangling_tag(stage: &Stage) -> Exhibit {
    let repository = "broken/dangling-tag";
    let image = stage.push(repository);
    let digest = image.manifest.digest();
    stage.objects.delete(&keys::revision_link(repository, &digest));
    stage.sweep(&image);
    let tag = Expected::new("dangling-tag").within(repository).tagged("1.0").digest(digest);
    // The links to its layers dangle too. While the manifest is missed they are not garbage but
    // a trace of what it needs.
    let done = "the revision link behind a tag deleted, and the image swept by garbage collection";
    Exhibit::new(repository, done, [tag])
}

fn lost_layer_link(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-layer-link";
    let digest = own_layer(&stage.push(repository)).digest();
    stage.objects.delete(&keys::layer_link(repository, &digest));
    let expected = Expected::new("missing-link").within(repository).digest(digest);
    Exhibit::new(repository, "a layer's link deleted, its data kept", [expected])
}

fn lost_revision_link(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-revision-link";
    let digest = stage.push(repository).manifest.digest();
    stage.objects.delete(&keys::revision_link(repository, &digest));
    let expected = Expected::new("missing-link").within(repository).digest(digest);
    Exhibit::new(repository, "the revision link behind a tag deleted, the data kept", [expected])
}

fn lost_child_link(stage: &Stage) -> Exhibit {
    let repository = "broken/lost-child-link";
    let [_, child] = push_pair(stage, repository);
    let digest = child.manifest.digest();
    stage.objects.delete(&keys::revision_link(repository, &digest));
    let expected = Expected::new("missing-link").within(repository).digest(digest);
    Exhibit::new(repository, "the revision link of one platform of an index deleted", [expected])
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
    let expected = pair.iter().flat_map(|child| lose_child(stage, repository, child));
    let done = "both of an index's platforms deleted and swept by garbage collection";
    Exhibit::new(repository, done, expected)
}

/// Pushes an index of two platforms as `1.0`.
fn push_pair(stage: &Stage, repository: &str) -> [Image; 2] {
    let pair = ["amd64", "arm64"].map(|architecture| {
        let own = layer("app/binary", format!("{repository} for {architecture}\n"));
        Image::new(repository, architecture, &[stage.base.clone(), own])
    });
    let entries = ["amd64", "arm64"].iter().zip(&pair).map(|(architecture, image)| {
        let platform = json!({ "platform": { "architecture": architecture, "os": "linux" } });
        image.manifest.descriptor_with(platform)
    });
    let index = index(&entries.collect::<Vec<_>>());
    let reference = format!("{repository}:1.0");
    skopeo::push_index(stage.registry, &reference, &index, &pair, &["--preserve-digests"]);
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
