//! What is missing, and what a broken tag says of itself.

use super::*;
use crate::audit::Pullable;
use crate::testing::Damage;

#[tokio::test]
async fn a_tag_with_a_lost_layer() {
    let mut registry = RegistryBuilder::new();
    registry.push("shop/app", "1.0", &image("amd64"));
    registry.damage(Damage::LayerLost, "shop/app", "1.0");
    let audited = Audited::of(&registry).await;
    insta::assert_snapshot!(audited.text("shop/app:1.0").await);
}

#[tokio::test]
async fn what_is_not_stored_says_who_asks() {
    let mut registry = RegistryBuilder::new();
    registry.image("a/lost", "1", &["lost"]);
    registry.damage(Damage::LayerLost, "a/lost", "1");
    let foreign = Piece::foreign_layer("foreign");
    registry.push("a/foreign", "1", &Document::docker_image().layer(foreign.clone()));
    registry.mount("a/left", &layer("left behind"));
    let gone = layer("no such subject");
    registry.push("a/referrer", "1", &Document::artifact("a/b").subject(&gone));
    let sha512 = Piece::layer("by another name").sha512();
    registry.push("a/alias", "1", &Document::image().layer(sha512.clone()));
    let audited = Audited::of(&registry).await;
    let mut told = Vec::new();
    for digest in [layer("lost"), foreign.digest(), layer("left behind"), gone] {
        told.push(audited.why(digest).await);
    }
    insta::assert_snapshot!(told.join("\n"));
    let alias = audited.explain(&sha512.digest().to_string()).await.unwrap();
    assert_eq!(alias.digest.unwrap().digest, layer("by another name"));
    assert!(alias.notes[0].contains("is another name of sha256:"), "{:?}", alias.notes);
}

#[tokio::test]
async fn a_manifest_that_its_repository_does_not_link() {
    let mut registry = RegistryBuilder::new();
    let digest = registry.push("a/app", "1", &image("amd64"));
    registry.push("a/other", "1", &image("arm64"));
    let audited = Audited::of(&registry).await;
    let explanation = audited.explain(&format!("a/other@{digest}")).await.unwrap();
    assert_eq!(explanation.notes, ["a/other has no link to it: a pull from there answers 404"]);
    assert!(audited.explain(&format!("a/app@{digest}")).await.unwrap().notes.is_empty());
}

#[tokio::test]
async fn tags_that_name_nothing() {
    let mut registry = RegistryBuilder::new();
    for name in ["garbage", "ghost"] {
        registry.push(&format!("a/{name}"), "1", &image("amd64"));
    }
    registry.damage(Damage::TagLinkReplaced, "a/garbage", "1");
    registry.remove(&registry.tag_key("a/ghost", "1"));
    let audited = Audited::of(&registry).await;
    for (name, meaning, code) in [
        ("garbage", "its link does not say a digest", "invalid-link"),
        ("ghost", "only its history is left: it cannot be pulled", "ghost-tag"),
    ] {
        let explanation = audited.explain(&format!("a/{name}:1")).await.unwrap();
        let tag = explanation.tag.unwrap();
        assert_eq!((tag.meaning.as_str(), tag.pullable), (meaning, Pullable::No));
        assert_eq!(explanation.findings[0].code.as_str(), code);
    }
}

#[tokio::test]
async fn what_is_not_there_is_an_error_of_one_line() {
    let mut registry = RegistryBuilder::new();
    registry.image("library/busybox", "1.36", &["a"]);
    registry.image("library/busybox", "1.37", &["b"]);
    registry.image("mirror/busybox", "edge", &["c"]);
    let digests: Vec<_> = (0..2000).map(|n| registry.blob(format!("{n}"))).collect();
    let audited = Audited::of(&registry).await;
    let mut told = Vec::new();
    for asked in [
        "library/busybox:1.38",
        "library/busybox",
        "busybox:edge",
        "nothing:\u{1b}[2J",
        "sha256:0000000",
        "docker/registry/v2/blobs/sha256/00/x/data",
    ] {
        told.push(audited.explain(asked).await.unwrap_err().to_string());
    }
    insta::assert_snapshot!(told.join("\n"));

    let asked = &digests[7].to_string()["sha256:".len()..][..12];
    assert_eq!(audited.explain(asked).await.unwrap().digest.unwrap().digest, digests[7]);
}

#[tokio::test]
async fn the_beginning_of_several_digests_is_refused() {
    let mut registry = RegistryBuilder::new();
    for end in ["1", "2"] {
        let hex = format!("{}{end}", "a".repeat(63));
        registry.put(format!("docker/registry/v2/blobs/sha256/aa/{hex}/data"), "x");
    }
    let audited = Audited::of(&registry).await;
    let error = audited.explain("sha256:aaaaaaa").await.unwrap_err();
    assert!(matches!(&error, ExplainError::Ambiguous { candidates, .. } if candidates.len() == 2));
}

/// What a repository links as a manifest is one, whatever its bytes say.
#[tokio::test]
async fn a_manifest_without_bytes_is_a_manifest() {
    let mut registry = RegistryBuilder::new();
    let digest = registry.push_untagged("a/app", &image("amd64"));
    registry.edit(&registry.data_key(&digest), Vec::clear);
    let audited = Audited::of(&registry).await;
    let facts = audited.explain(&digest.to_string()).await.unwrap().digest.unwrap();
    assert_eq!((facts.kind, facts.image), (crate::audit::Kind::Manifest, None));
}
