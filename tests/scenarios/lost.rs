//! What is referred to and is not there, beyond the plain damages.

use ocifsck::layout::Entry;
use ocifsck::oci::Digest;
use ocifsck::testing::{Document, Piece};

use crate::scenario::Scenario;

pub(crate) fn layer_of_many() -> Scenario {
    Scenario::new("One layer lost breaks tags of three repositories: one finding.", |registry| {
        for name in ["a", "b", "c"] {
            registry.image(name, "1.0", &["base", name]);
        }
        let untagged = Document::image().layer("base").layer("untagged");
        registry.push_untagged("d", &untagged);
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"base")))))
}

pub(crate) fn layer_of_an_untagged_image() -> Scenario {
    Scenario::new("No tag breaks: the revision is named.", |registry| {
        registry.push_untagged("app", &Document::image().layer("base"));
        registry.image("app", "2.0", &["other"]);
    })
    .call(&Document::image().layer("base").digest(), "untagged")
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"base")))))
}

pub(crate) fn layer_under_nested_indexes() -> Scenario {
    Scenario::new("The tags above are broken, however far above.", |registry| {
        let image = Document::image().layer("base");
        let inner = Document::index().child("linux/amd64", image.clone());
        registry.push("app", "image", &image);
        registry.push("app", "inner", &inner);
        let sound = Document::image().layer("sound");
        let outer = Document::index().child("any/any", inner).child("linux/arm64", sound);
        registry.push("app", "outer", &outer);
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"base")))))
}

pub(crate) fn inline_config() -> Scenario {
    Scenario::new("The empty config is lost, and its content stands inline.", |registry| {
        registry.push("chart", "1.0", &Document::artifact("application/x").layer("a chart"));
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"{}")))))
}

pub(crate) fn link_of_an_inline_config() -> Scenario {
    let empty = Digest::sha256_of(b"{}");
    Scenario::new("The link to the empty config is lost.", |registry| {
        registry.push("chart", "1.0", &Document::artifact("application/x").layer("a chart"));
    })
    .call(&empty, "empty")
    .then(|registry| drop(registry.remove(&registry.layer_key("chart", &empty))))
}

pub(crate) fn mount_that_failed() -> Scenario {
    Scenario::new("One of two repositories lacks the link to a layer (harbor#21331).", |registry| {
        registry.image("app", "1.0", &["base"]);
        registry.image("other", "1.0", &["base"]);
    })
    .then(|registry| {
        drop(registry.remove(&registry.layer_key("other", &Digest::sha256_of(b"base"))));
    })
}

pub(crate) fn children_collected() -> Scenario {
    Scenario::new(
        "garbage-collect -m of 2.8 takes a tagged index's children (distribution#3178).",
        |registry| {
            let child = |name: &str| Document::image().layer(name);
            let index = Document::index()
                .child("linux/amd64", child("amd64"))
                .child("linux/arm64", child("arm64"));
            registry.push("app", "1.0", &index);
        },
    )
    .then(|registry| {
        for name in ["amd64", "arm64"] {
            let child = Document::image().layer(name).digest();
            registry.remove(&registry.data_key(&child));
            registry.remove(&registry.revision_key("app", &child));
        }
    })
}

pub(crate) fn child_unlinked_beside_a_sibling() -> Scenario {
    unlinked(&["linux/amd64"], "An entry is stored and not linked here; its sibling is.")
}

pub(crate) fn every_child_unlinked() -> Scenario {
    unlinked(&["linux/amd64", "linux/arm64"], "The entries are stored and none is linked here.")
}

fn unlinked(platforms: &[&str], about: &'static str) -> Scenario {
    Scenario::new(about, |registry| {
        let index = ["linux/amd64", "linux/arm64"].into_iter().fold(
            Document::index(),
            |index, platform| index.child(platform, Document::image().layer(platform)),
        );
        registry.push("app", "1.0", &index);
        registry.push("elsewhere", "1.0", &index);
    })
    .then(|registry| {
        for platform in platforms {
            let child = Document::image().layer(*platform).digest();
            registry.remove(&registry.revision_key("app", &child));
        }
    })
}

pub(crate) fn layer_that_is_a_manifest_elsewhere() -> Scenario {
    Scenario::new(
        "An artifact's layer is linked as a manifest alone: blobs/ answers 404.",
        |registry| {
            let image = Document::image().layer("base");
            registry.push("app", "1.0", &image);
            let bundle = Document::artifact("application/x").layer(Piece::layer(image.bytes()));
            registry.push("app", "bundle", &bundle);
        },
    )
    .then(|registry| {
        let image = Document::image().layer("base").digest();
        registry.remove(&registry.layer_key("app", &image));
    })
}

pub(crate) fn layer_that_is_a_child_elsewhere() -> Scenario {
    let lost = Document::image().layer("of the lost");
    Scenario::new(
        "Lost: what a sparse index of one repository lists, and what is content in another.",
        |registry| {
            let lost = Document::image().layer("of the lost");
            let sibling = Document::image().layer("sibling");
            let sparse =
                Document::index().child("linux/amd64", sibling).absent_child("linux/arm64", lost);
            registry.push("sparse", "1.0", &sparse);
            let lost = Piece::layer(Document::image().layer("of the lost").bytes());
            registry.push("bundles", "1.0", &Document::artifact("application/x").layer(lost));
        },
    )
    .call(&lost.digest(), "lost")
    .then(|registry| drop(registry.remove(&registry.data_key(&lost.digest()))))
}

pub(crate) fn manifest_of_two_repositories() -> Scenario {
    Scenario::new("A manifest that two repositories link is lost.", |registry| {
        for repository in ["team/app", "mirror/app"] {
            registry.image(repository, "1.0", &["base"]);
        }
    })
    .then(|registry| {
        let digest = registry.tagged("team/app", "1.0").unwrap();
        registry.remove(&registry.data_key(&digest));
    })
}

pub(crate) fn child_that_is_linked() -> Scenario {
    let child = Document::image().layer("amd64");
    Scenario::new("An index's entry is linked, and its data is lost.", |registry| {
        let sibling = Document::image().layer("arm64");
        let index =
            Document::index().child("linux/amd64", child.clone()).child("linux/arm64", sibling);
        registry.push("app", "1.0", &index);
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&child.digest()))))
}

pub(crate) fn tag_of_another_repositorys_manifest() -> Scenario {
    Scenario::new("A tag names what only another repository links.", |registry| {
        let digest = registry.image("app", "1.0", &["base"]);
        registry.image("other", "1.0", &["base"]);
        registry.tag("other", "copied", &digest);
        registry.remove(&registry.revision_key("other", &digest));
    })
}

pub(crate) fn repository_of_a_deleted_image() -> Scenario {
    Scenario::new("A tag's manifest was collected, and its layer too.", |registry| {
        registry.image("app", "1.0", &["base"]);
        registry.image("app", "2.0", &["other"]);
    })
    .then(|registry| {
        let image = Document::image().layer("base");
        registry.remove(&registry.revision_key("app", &image.digest()));
        registry.remove(&registry.data_key(&image.digest()));
        registry.remove(&registry.data_key(&Digest::sha256_of(b"base")));
    })
}

pub(crate) fn alias_without_data() -> Scenario {
    Scenario::new("The alias says its SHA-256, and that is not stored.", |registry| {
        registry.push("app", "1.0", &Document::image().layer(Piece::layer("base").sha512()));
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"base")))))
}

pub(crate) fn alias_link_broken() -> Scenario {
    Scenario::new("Which data an alias stands for, nobody can tell any more.", |registry| {
        let image = Document::image().layer(Piece::layer("base").sha512());
        registry.push("app", "1.0", &image);
        let orphan = registry.blob("an orphan of another repository");
        registry.mount("other", &orphan);
    })
    .then(|registry| {
        let digest = Piece::layer("base").sha512().digest();
        let key = registry.key(&Entry::Layer { repository: "app", digest });
        registry.edit(&key, Vec::clear);
    })
}

pub(crate) fn alias_link_lost() -> Scenario {
    Scenario::new("No link says any more where the SHA-512 lies.", |registry| {
        registry.push("app", "1.0", &Document::image().layer(Piece::layer("base").sha512()));
    })
    .then(|registry| {
        let digest = Piece::layer("base").sha512().digest();
        registry.remove(&registry.key(&Entry::Layer { repository: "app", digest }));
    })
}

pub(crate) fn signature_lost() -> Scenario {
    Scenario::new("The signature of a schema 1 manifest is gone; pulls go on without.", |registry| {
        let digest = registry.push("old", "1.0", &Document::schema1().layer("base"));
        registry.sign("old", &digest, "a signature");
    })
    .then(|registry| drop(registry.remove(&registry.data_key(&Digest::sha256_of(b"a signature")))))
}

pub(crate) fn subject_gone() -> Scenario {
    let gone = Document::image().layer("base").digest();
    let about = "A subject that was deleted is no fault; what is about it has no use.";
    Scenario::new(about, |_| ()).call(&gone, "gone").then(|registry| {
        registry.referrer("app", &gone, Document::artifact("sbom").layer("an sbom"));
        registry.cosign("app", &gone, "a signature");
    })
}
