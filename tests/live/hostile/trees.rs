//! Indexes in indexes.

use serde_json::{Value, json};

use super::plant::Plant;
use crate::images::{INDEX, sha256};
use crate::keys;

/// How deep the long chain is.
const DEEP: usize = 3_000;

/// The repositories of these trees, each with the codes of its findings, and a digest to explain.
pub(super) fn plant(plant: &mut Plant) -> Vec<(&'static str, &'static [&'static str], String)> {
    vec![
        ("hostile/chain", &[], chain(plant)),
        ("hostile/tower", &[], tower(plant)),
        ("hostile/cycle", &["digest-mismatch"], cycle(plant)),
    ]
}

/// Each index in the next, and every tenth is tagged; the layer at the bottom.
fn chain(plant: &mut Plant) -> String {
    let mut below = plant.image("hostile/chain", "bottom", &["below the chain"]);
    for level in 0..DEEP {
        below = plant.index("hostile/chain", &[below], "");
        if level % 10 == 9 {
            plant.tag("hostile/chain", &format!("level-{level}"), name(&below));
        }
    }
    sha256(b"below the chain")
}

/// Each of forty indexes lists the next ten times: 10^40 ways down.
fn tower(plant: &mut Plant) -> String {
    let mut below = plant.image("hostile/tower", "bottom", &["below the tower"]);
    for level in 0..40 {
        below = plant.index("hostile/tower", &vec![below; 10], &level.to_string());
    }
    plant.tag("hostile/tower", "top", name(&below));
    sha256(b"below the tower")
}

/// Two indexes that list each other, and one that lists itself: under names that are not theirs.
fn cycle(plant: &mut Plant) -> String {
    let names = ["one", "other", "itself"].map(|name| sha256(name.as_bytes()));
    let [one, other, itself] = &names;
    for (name, to) in [(one, other), (other, one), (itself, itself)] {
        let entry = json!({"mediaType": INDEX, "digest": to, "size": 142 + to.len()});
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]});
        plant.put(keys::data(name), index.to_string());
        plant.put(keys::revision_link("hostile/cycle", name), name.clone());
    }
    plant.tag("hostile/cycle", "latest", one);
    one.clone()
}

fn name(descriptor: &Value) -> &str {
    descriptor["digest"].as_str().expect("a descriptor names a digest")
}
