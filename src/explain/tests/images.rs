//! The four digests of an image, and what stands for them elsewhere.

use super::*;

#[tokio::test]
async fn an_image() {
    let mut registry = RegistryBuilder::new();
    registry.push("shop/app", "1.0", &image("amd64"));
    let audited = Audited::of(&registry).await;
    insta::assert_snapshot!(audited.text("shop/app:1.0").await);
}

#[tokio::test]
async fn an_index() {
    let mut registry = RegistryBuilder::new();
    let index = Document::index()
        .child("linux/amd64", image("amd64"))
        .child("linux/arm/v7", image("arm"))
        .absent_child("windows/amd64", image("windows"));
    let digest = registry.push("shop/app", "1.0", &index);
    registry.tag("shop/app", "latest", &digest);
    let audited = Audited::of(&registry).await;
    insta::assert_snapshot!(audited.text("shop/app:1.0").await);
}

#[tokio::test]
async fn an_image_as_json() {
    let mut registry = RegistryBuilder::new();
    registry.push("shop/app", "1.0", &image("amd64"));
    let audited = Audited::of(&registry).await;
    let mut json = Vec::new();
    audited.explain("shop/app:1.0").await.unwrap().write_json(&mut json).unwrap();
    insta::assert_snapshot!(String::from_utf8(json).unwrap());
}

/// Its config is none of an image's, whatever it looks like.
#[tokio::test]
async fn an_artifact_is_not_read_as_an_image() {
    let mut registry = RegistryBuilder::new();
    let config = Piece::config(r#"{"os":"linux","architecture":"amd64","history":[{}]}"#)
        .media_type("application/vnd.cncf.helm.config.v1+json");
    let chart =
        Piece::layer("chart").media_type("application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    registry.push("charts/web", "1.0.0", &Document::image().config(config).layer(chart));
    let audited = Audited::of(&registry).await;
    let digest = audited.explain("charts/web:1.0.0").await.unwrap().digest.unwrap();
    let image = digest.image.unwrap();
    assert_eq!(digest.artifact_type.as_deref(), Some("application/vnd.cncf.helm.config.v1+json"));
    assert_eq!((image.platform, image.steps.len(), image.problems), (None, 1, Vec::new()));
}

#[tokio::test]
async fn schema_1_tells_its_layers_from_the_base_up() {
    let mut registry = RegistryBuilder::new();
    registry.push("old/app", "1", &Document::schema1().layer("base").layer("top"));
    let audited = Audited::of(&registry).await;
    let image = audited.explain("old/app:1").await.unwrap().digest.unwrap().image.unwrap();
    let layers: Vec<_> = image.steps.into_iter().map(|step| step.layer.unwrap().digest).collect();
    assert_eq!(layers, [layer("base"), layer("top")]);
    assert_eq!((image.image_id, image.problems), (None, Vec::new()));
}

/// Each is told, and all else is told all the same.
#[tokio::test]
async fn a_config_that_tells_nothing() {
    let large = format!(r#"{{"os":"{}"}}"#, "x".repeat(4 << 20));
    let config = |bytes: &str| image("amd64").config(Piece::config(bytes));
    let mut registry = RegistryBuilder::new();
    registry.push("a/page", "1", &config("<html>"));
    registry.push("a/large", "1", &config(&large));
    registry.push("a/lost", "1", &config("lost"));
    registry.remove(&registry.data_key(&layer("lost")));
    registry.push("a/flipped", "1", &config("flipped"));
    registry.edit(&registry.data_key(&layer("flipped")), |bytes| bytes[0] ^= 1);
    registry.push("a/few", "1", &config(r#"{"rootfs":{"diff_ids":[]},"history":[{}]}"#));
    let audited = Audited::of(&registry).await;
    let mut told = Vec::new();
    for name in ["page", "large", "lost", "flipped", "few"] {
        let explanation = audited.explain(&format!("a/{name}:1")).await.unwrap();
        let image = explanation.digest.unwrap().image.unwrap();
        assert_eq!(image.steps.iter().filter(|step| step.layer.is_some()).count(), 2, "{name}");
        told.push(format!("{name}: {}", image.problems.join("\n  ")));
    }
    insta::assert_snapshot!(told.join("\n"));
}
