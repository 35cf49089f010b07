//! Keys: what each means, what a link says.

use super::*;
use crate::testing::Damage;

#[tokio::test]
async fn a_layer_link_that_says_something_else() {
    let mut registry = RegistryBuilder::new();
    registry.push("shop/app", "1.0", &image("amd64"));
    let planted = registry.damage(Damage::LayerLinkMisdirected, "shop/app", "1.0");
    let audited = Audited::of(&registry).await;
    insta::assert_snapshot!(audited.text(planted[0].key.as_deref().unwrap()).await);
}

#[tokio::test]
async fn every_kind_of_key() {
    let mut registry = RegistryBuilder::new().root("zarf/");
    let digest = registry.push("a/app", "1", &image("amd64"));
    registry.tag("a/app", "1", &digest);
    registry.upload("a/app", "0f0e0d0c", "so far");
    registry.put("zarf/docker/registry/v2/blobs/sha256/README", "stray");
    registry.put("zarf/docker/registry/v2/repositories/a/empty/", "");
    registry.put("backups/1.tar", "outside");
    registry.put("zarf/docker/registry/lockfiles/filesystem-in-use", "");
    let audited = Audited::of(&registry).await;
    let base = layer("the base layer");
    let mut told = Vec::new();
    for key in [
        registry.data_key(&base),
        registry.layer_key("a/app", &base),
        registry.revision_key("a/app", &digest),
        registry.tag_key("a/app", "1"),
        registry.history_key("a/app", "1", &digest),
        "repositories/a/app/_uploads/0f0e0d0c/data".into(),
        "v2/blobs/sha256/README".into(),
        "docker/registry/v2/repositories/a/empty/".into(),
        "lockfiles/filesystem-in-use".into(),
        "backups/1.tar".into(),
    ] {
        let key = audited.explain(&key).await.unwrap().key.unwrap();
        assert!(key.object.is_some(), "{key:?}");
        let proof = key.proof.map(|proof| format!(" ({proof})")).unwrap_or_default();
        told.push(format!("{}: {}{proof}", key.kind, key.meaning));
    }
    insta::assert_snapshot!(told.join("\n"));
}

/// The key of a finding is taken, though nothing is there.
#[tokio::test]
async fn a_link_that_is_missing() {
    let mut registry = RegistryBuilder::new();
    registry.push("a/app", "1", &image("amd64"));
    let planted = registry.damage(Damage::LayerLinkLost, "a/app", "1");
    let audited = Audited::of(&registry).await;
    let explanation = audited.explain(planted[0].key.as_deref().unwrap()).await.unwrap();
    assert_eq!(explanation.key.as_ref().unwrap().object, None);
    assert_eq!(explanation.findings[0].code, planted[0].code);
    assert!(text_of(&explanation).contains("there is no such object now"));
}
