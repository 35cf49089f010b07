//! The document says what the program prints.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const EXPLAIN: &str = include_str!("../../../docs/explain.md");

/// The names of the fields of every object in a value; of findings, `docs/reports.md` tells.
fn fields(value: &Value, into: &mut BTreeSet<String>) {
    for item in value.as_array().into_iter().flatten() {
        fields(item, into);
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        into.insert(name.clone());
        if name != "findings" {
            fields(value, into);
        }
    }
}

#[tokio::test]
async fn every_field_of_the_json_is_told() {
    let mut registry = RegistryBuilder::new();
    let digest = registry.push("a/app", "1", &image("amd64"));
    let index = Document::index().child("linux/amd64", image("amd64"));
    registry.push("a/index", "1", &index);
    let referrer = Document::artifact("application/x").subject(&digest);
    let referrer = registry.push_untagged("a/app", &referrer);
    let audited = Audited::of(&registry).await;
    let mut names = BTreeSet::new();
    let asked = ["a/app:1", "a/index:1", &referrer.to_string(), &digest.to_string()];
    let key = registry.layer_key("a/app", &layer("the base layer"));
    for asked in asked.into_iter().chain([key.as_str()]) {
        let explanation = audited.explain(asked).await.unwrap();
        fields(&serde_json::to_value(&explanation).unwrap(), &mut names);
    }
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        let told = EXPLAIN.contains(&format!("`{name}`")) || EXPLAIN.contains(&format!(".{name}`"));
        assert!(told, "{name}");
    }
}

#[test]
fn every_status_is_told() {
    for status in [Status::Missing, Status::Elsewhere, Status::Gone, Status::Unknown] {
        assert!(EXPLAIN.contains(&format!("| `{}` | ", status.as_str())), "{status:?}");
    }
}
