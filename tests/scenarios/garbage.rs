//! What nothing needs, and what only seems so.

use jiff::Timestamp;
use ocifsck::audit::Roots;
use ocifsck::oci::Digest;
use ocifsck::testing::{Document, Piece, RegistryBuilder};

use crate::late::late;
use crate::scenario::Scenario;

fn an_hour_ago() -> Timestamp {
    "2026-01-01T23:00:00Z".parse().unwrap()
}

fn a_day(scenario: Scenario) -> Scenario {
    scenario.with(|options| options.min_age = jiff::SignedDuration::from_hours(24))
}

/// An image that was deleted through the registry: its links are gone, its data is not.
fn deleted_image(registry: &mut RegistryBuilder) {
    let digest = registry.image("app", "1.0", &["base", "old"]);
    registry.image("app", "2.0", &["base", "new"]);
    registry.remove(&registry.tag_key("app", "1.0"));
    registry.remove(&registry.history_key("app", "1.0", &digest));
    registry.remove(&registry.revision_key("app", &digest));
}

pub(crate) fn image_deleted() -> Scenario {
    Scenario::new("Deleted through the registry: links go, and leave data behind.", deleted_image)
        .call(&Document::image().layer("base").layer("old").digest(), "deleted manifest")
}

pub(crate) fn orphan_revived() -> Scenario {
    Scenario::new("A deleted image's layer that another repository uses since.", |registry| {
        deleted_image(registry);
        registry.image("fork", "1.0", &["base", "old"]);
    })
}

pub(crate) fn orphan_being_mounted() -> Scenario {
    a_day(Scenario::new(
        "An old orphan was mounted an hour ago, and its manifest has not come yet.",
        |registry| {
            deleted_image(registry);
            registry.set_time(Some(an_hour_ago()));
            registry.mount("fork", &Digest::sha256_of(b"old"));
        },
    ))
    .call(&Document::image().layer("base").layer("old").digest(), "deleted manifest")
}

pub(crate) fn push_under_way() -> Scenario {
    a_day(Scenario::new("Blobs of an hour ago, without a manifest as yet.", |registry| {
        registry.image("app", "1.0", &["base"]);
        registry.set_time(Some(an_hour_ago()));
        let layer = registry.blob("pushed a moment ago");
        registry.mount("new", &layer);
        registry.set_time(None);
        registry.blob("of unknown age");
    }))
}

pub(crate) fn untagged_by_tags() -> Scenario {
    Scenario::new("With tags as roots, what no tag reaches is worth a warning.", |registry| {
        registry.image("app", "1.0", &["base", "old"]);
        registry.image("app", "1.0", &["base", "new"]);
    })
    .call(&Document::image().layer("base").layer("old").digest(), "old 1.0")
    .with(|options| options.roots = Roots::Tags)
}

pub(crate) fn tag_pushed_over() -> Scenario {
    Scenario::new("A tag was pushed over: the old image stays, untagged.", |registry| {
        registry.image("app", "1.0", &["base", "old"]);
        registry.image("app", "1.0", &["base", "new"]);
    })
    .call(&Document::image().layer("base").layer("old").digest(), "old 1.0")
}

pub(crate) fn untagged_here_and_tagged_there() -> Scenario {
    Scenario::new("Untagged in one repository, tagged in another: nothing is freed.", |registry| {
        registry.push_untagged("app", &Document::image().layer("base"));
        registry.image("other", "1.0", &["base"]);
    })
}

pub(crate) fn kept_by_list() -> Scenario {
    Scenario::new("Orphans that a list names, and what they refer to.", |registry| {
        deleted_image(registry);
        registry.blob("another orphan");
    })
    .call(&Document::image().layer("base").layer("old").digest(), "deleted manifest")
    .with(|options| {
        options.keep = Some(vec![Document::image().layer("base").layer("old").digest()]);
    })
}

pub(crate) fn everything_deleted() -> Scenario {
    Scenario::new("Every image was deleted: folders and data are left.", |registry| {
        let image = Document::image().layer("base");
        let digest = registry.push("app", "1.0", &image);
        registry.remove(&registry.tag_key("app", "1.0"));
        registry.remove(&registry.history_key("app", "1.0", &digest));
        registry.remove(&registry.revision_key("app", &digest));
    })
    .call(&Document::image().layer("base").digest(), "deleted manifest")
}

pub(crate) fn referrer_of_a_deleted_image() -> Scenario {
    Scenario::new("A referrer does not keep its deleted subject alive.", |registry| {
        let subject = registry.image("app", "1.0", &["base"]);
        registry.push_untagged("app", &Document::artifact("sbom").subject(&subject));
        registry.remove(&registry.tag_key("app", "1.0"));
        registry.remove(&registry.history_key("app", "1.0", &subject));
        registry.remove(&registry.revision_key("app", &subject));
    })
    .call(&Document::image().layer("base").digest(), "deleted manifest")
    .call(
        &Document::artifact("sbom").subject(&Document::image().layer("base").digest()).digest(),
        "the sbom",
    )
}

pub(crate) fn referrer_in_doubt() -> Scenario {
    Scenario::new(
        "The subject may hang on an index that cannot be read: nobody knows whether it is gone.",
        |registry| {
            let image = Document::image().layer("base");
            let index = Document::index().child("linux/amd64", image.clone());
            registry.push("app", "1.0", &image);
            let digest = registry.push("app", "1.0", &index);
            registry.push_untagged("app", &Document::artifact("sbom").subject(&image.digest()));
            registry.remove(&registry.revision_key("app", &image.digest()));
            let key = registry.data_key(&digest);
            registry.edit(&key, |bytes| *bytes = b"<html>".to_vec());
        },
    )
    .call(&Document::image().layer("base").digest(), "the subject")
    .call(
        &Document::artifact("sbom").subject(&Document::image().layer("base").digest()).digest(),
        "the sbom",
    )
}

pub(crate) fn tag_beside_its_history() -> Scenario {
    a_day(Scenario::new(
        "A tag that is written while it is listed: its history is seen, its link comes just after.",
        |registry| {
            registry.image("app", "1.0", &["base"]);
            registry.set_time(Some(an_hour_ago()));
            registry.image("app", "2.0", &["base"]);
        },
    ))
    .opened(|store| late(store, |key| key.ends_with("tags/2.0/current/link")))
}

pub(crate) fn layers_listed_in_an_index_and_gone() -> Scenario {
    Scenario::new("A build cache of which a layer is gone.", |registry| {
        let cached = ["cached 1", "cached 2"].map(Piece::layer);
        registry.push("app", "cache", &Document::build_cache(cached, "the records"));
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"cached 1")))))
}
