//! Why a blob is kept, or is not: each verdict, and the chains behind it.

use super::*;
use crate::testing::Damage;

#[tokio::test]
async fn a_layer_of_an_image_of_an_index() {
    let mut registry = RegistryBuilder::new().root("zarf/");
    let index =
        Document::index().child("linux/amd64", image("amd64")).child("linux/arm64", image("arm64"));
    registry.push("shop/app", "1.0", &index);
    registry.push("shop/app", "latest", &index);
    registry.push("shop/tools", "amd64", &image("amd64"));
    let audited = Audited::of(&registry).await;
    insta::assert_snapshot!(audited.text(&layer("the base layer").to_string()).await);
}

#[tokio::test]
async fn a_layer_of_very_many_tags() {
    let mut registry = RegistryBuilder::new();
    for number in 10..60 {
        registry.image("team/app", &format!("1.{number}"), &["shared", &format!("own {number}")]);
    }
    let audited = Audited::of(&registry).await;
    let explanation = audited.explain(&layer("shared").to_string()).await.unwrap();
    let text = text_of(&explanation);
    let tree = text.lines().skip_while(|line| *line != "Needed by").skip(1);
    let tree: Vec<_> = tree.take_while(|line| !line.is_empty()).collect();
    assert_eq!(tree.len(), 21, "{text}");
    assert_eq!(tree[1], "│  └─ tag team/app:1.10");
    assert_eq!(tree[20], "… and 40 more tags");
    assert_eq!(explanation.digest.unwrap().chains.ends, 50);
}

#[tokio::test]
async fn each_verdict_says_why() {
    let mut registry = RegistryBuilder::new();
    registry.image("a/tagged", "1", &["tagged"]);
    let untagged = registry.push_untagged("a/untagged", &Document::image().layer("untagged"));
    registry.blob("orphaned");
    let listed = Document::image().layer("kept");
    registry.mount("a/kept", &layer("kept"));
    registry.blob("kept");
    registry.blob(listed.bytes());
    registry.set_time(Some("2026-01-01T23:00:00Z".parse().unwrap()));
    registry.blob("recent");
    registry.set_time(None);
    registry.blob("of no known time");
    let options = Options { keep: Some(vec![listed.digest()]), ..Options::default() };
    let audited = Audited::with(&registry, options).await;
    let mut told = Vec::new();
    for text in ["tagged", "untagged", "kept", "recent", "of no known time", "orphaned"] {
        told.push(audited.why(layer(text)).await);
    }
    told.push(audited.why(untagged).await);
    told.push(audited.why(listed.digest()).await);
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn what_is_undecided_names_what_is_in_doubt() {
    let mut told = Vec::new();
    for damage in [
        Damage::ManifestEmptied,
        Damage::ManifestReplaced,
        Damage::ManifestLost,
        Damage::TagLinkReplaced,
        Damage::UnknownManifest,
    ] {
        let mut registry = RegistryBuilder::new();
        registry.image("a/app", "1", &["lost sight of"]);
        registry.mount("a/app", &layer("nobody's"));
        registry.blob("nobody's");
        registry.damage(damage, "a/app", "1");
        let audited = Audited::of(&registry).await;
        told.push(format!("{damage:?}\n  {}", audited.why(layer("nobody's")).await));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn an_incomplete_audit_decides_nothing() {
    let mut registry = RegistryBuilder::new();
    registry.image("a/app", "1", &["layer"]);
    registry.blob("nobody's");
    let mut audited = Audited::of(&registry).await;
    audited.report.audit.incomplete_because = vec!["get s3://bucket/x: timed out".to_owned(); 3];
    let explanation = audited.explain("a/app:1").await.unwrap();
    assert!(!explanation.complete);
    assert_eq!(
        explanation.notes,
        ["the audit is incomplete, and what could not be looked at is not in this: \
          get s3://bucket/x: timed out"]
    );
}

/// What refers to a manifest keeps nothing alive upward; its subject keeps it alive.
#[tokio::test]
async fn a_referrer_lives_by_its_subject() {
    let mut registry = RegistryBuilder::new();
    let subject = registry.push("a/app", "1", &image("amd64"));
    let referrer = Document::artifact("application/vnd.example.sbom.v1+json")
        .layer(Piece::layer("{\"packages\":[]}").media_type("application/spdx+json"))
        .subject(&subject);
    let digest = registry.push_untagged("a/app", &referrer);
    let audited = Audited::of(&registry).await;
    insta::assert_snapshot!(audited.text(&digest.to_string()).await);
}

/// Bytes that are not what their names say can refer to each other in a circle.
#[tokio::test]
async fn a_circle_ends() {
    let mut registry = RegistryBuilder::new();
    let (a, b) = (registry.manifest("a/app", "first"), registry.manifest("a/app", "second"));
    for (from, to) in [(&a, &b), (&b, &a)] {
        let index = format!(r#"{{"schemaVersion":2,"manifests":[{{"digest":"{to}","size":1}}]}}"#);
        registry.edit(&registry.data_key(from), |bytes| *bytes = index.into_bytes());
    }
    registry.tag("a/app", "round", &a);
    let audited = Audited::of(&registry).await;
    let chains = audited.explain(&b.to_string()).await.unwrap().digest.unwrap().chains;
    assert_eq!((chains.ends, chains.nearest.as_deref()), (1, Some("a/app:round")));
    assert_eq!(chains.tree.above[0].digest, a);
    assert_eq!(chains.tree.above[0].above, []);
}
