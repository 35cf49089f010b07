//! What holds of every explanation, whatever is wrong with the registry.

use super::*;
use crate::audit::Verdict;
use crate::report::escape::acts_or_hides;
use crate::report::text::fit::WIDTH;
use crate::testing::Damage;

/// Everything in the bucket, and everything that a finding names, can be asked about.
async fn hold(registry: &RegistryBuilder) {
    let audited = Audited::of(registry).await;
    let audit = &audited.report.audit;
    for blob in audit.blobs() {
        let explanation = audited.explain(&blob.digest.to_string()).await.unwrap();
        let digest = explanation.digest.as_ref().unwrap();
        assert_eq!(digest.status, Status::Stored(blob.verdict), "{}", digest.digest);
        let is_of = match blob.verdict {
            Verdict::Tagged => digest.chains.ends_in == Some(Leaf::Tag),
            Verdict::Untagged => digest.chains.ends_in == Some(Leaf::Revision),
            Verdict::Kept => digest.chains.ends_in == Some(Leaf::Kept),
            _ => matches!(digest.chains.ends_in, None | Some(Leaf::Top)),
        };
        assert!(is_of, "{:?}: {:?}", blob.verdict, digest.chains);
        is_fit_to_read(&explanation);
    }
    for tag in &audit.tags {
        let asked = Reference::Tag { repository: tag.repository.clone(), tag: tag.tag.clone() };
        let explanation = explain(&audited.store, &audited.report, &asked).await.unwrap();
        is_fit_to_read(&explanation);
    }
    for finding in &audit.findings {
        for asked in [finding.key.clone(), finding.digest.as_ref().map(ToString::to_string)] {
            let Some(asked) = asked else { continue };
            let asked = Reference::parse(&asked).unwrap();
            let explanation = explain(&audited.store, &audited.report, &asked).await;
            is_fit_to_read(&explanation.unwrap());
        }
    }
    for key in audited.store.keys() {
        let explanation = explain(&audited.store, &audited.report, &Reference::Key(key)).await;
        is_fit_to_read(&explanation.unwrap());
    }
}

fn is_fit_to_read(explanation: &Explanation) {
    let text = text_of(explanation);
    let mut lines = text.lines().skip(1).skip_while(|line| line.starts_with("Key "));
    for line in lines.by_ref().take_while(|line| *line != "Where") {
        assert!(line.chars().count() <= WIDTH, "{line}");
    }
    let after = lines.skip_while(|line| !line.is_empty());
    assert_eq!(after.map(|line| line.chars().count()).find(|&width| width > WIDTH), None, "{text}");
    let acting = |line: &str| line.find(acts_or_hides);
    assert_eq!(text.lines().find_map(acting), None, "{text}");
    let mut json = Vec::new();
    explanation.write_json(&mut json).unwrap();
    let json = String::from_utf8(json).unwrap();
    assert_eq!(json.lines().find_map(acting), None);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["schema_version"], 1);
}

#[tokio::test]
async fn every_damage_can_be_explained() {
    for damage in Damage::ALL {
        let mut registry = RegistryBuilder::new();
        let index = Document::index().child("linux/amd64", image("amd64"));
        registry.push("a/index", "1", &index);
        registry.push("a/app", "1", &image("amd64"));
        registry.damage(*damage, "a/app", "1");
        hold(&registry).await;
    }
}

#[tokio::test]
async fn every_shape_can_be_explained() {
    let mut registry = RegistryBuilder::new();
    let digest = registry.push("a/app", "1", &image("amd64"));
    registry.referrer("a/app", &digest, Document::artifact("application/x"));
    registry.cosign("a/app", &digest, "signature");
    registry.push("a/old", "1", &Document::schema1().layer("base").layer("top"));
    registry.push("a/cache", "1", &Document::build_cache([Piece::layer("cached")], "{}"));
    registry.push("a/alias", "1", &Document::image().layer(Piece::layer("x").sha512()));
    registry.push("a/odd", "1", &Document::image().layer(Piece::layer("y").unknown_algorithm()));
    registry.push("a/rc", "1", &Document::artifact_manifest().layer("blob"));
    registry.push_untagged("a/untagged", &image("riscv64"));
    registry.upload("a/app", "an-upload", "bytes");
    hold(&registry).await;
}

/// Names that would act on a terminal, fill it, or pass for something else.
#[tokio::test]
async fn hostile_names() {
    let mut registry = RegistryBuilder::new();
    let evil = "\u{1b}]0;pwned\u{7}\u{202e}";
    registry.push(&format!("a/{evil}"), &format!("t{evil}"), &image(evil));
    registry.push(&"long/".repeat(100), &"t".repeat(300), &image("amd64"));
    registry.put(format!("docker/registry/v2/{evil}\n{}", "x".repeat(700)), "stray");
    let index = Document::index().child(&format!("linux/{evil}"), image("amd64"));
    registry.push("a/b", "1", &index);
    let config = Piece::config("{}").media_type(&format!("application/{evil}"));
    registry.push("a/c", "1", &Document::artifact(evil).config(config));
    hold(&registry).await;
}
