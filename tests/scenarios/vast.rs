//! Registries that are large in one dimension. Each must be audited in a moment.

use ocifsck::oci::Digest;
use ocifsck::testing::RegistryBuilder;
use serde_json::{Value, json};

use crate::scenario::Scenario;
use crate::whole::push_json;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The entry of an index for a manifest that is stored.
fn entry(registry: &RegistryBuilder, digest: &Digest, media_type: &str) -> Value {
    let size = registry.get(&registry.data_key(digest)).map_or(0, <[u8]>::len);
    json!({"mediaType": media_type, "digest": digest.to_string(), "size": size})
}

/// Indexes over an image, each of which lists the one below so many times.
fn tower(registry: &mut RegistryBuilder, levels: usize, times: usize) {
    let mut below = registry.image("app", "image", &["base"]);
    for level in 0..levels {
        let media_type = if level == 0 { IMAGE } else { INDEX };
        let entries = vec![entry(registry, &below, media_type); times];
        // Levels differ by their annotation alone.
        let index = json!({
            "schemaVersion": 2, "manifests": entries, "annotations": {"level": level.to_string()},
        });
        below = registry.manifest("app", index.to_string());
    }
    registry.tag("app", "tower", &below);
}

fn lose_base(registry: &mut RegistryBuilder) {
    registry.remove(&registry.data_key(&Digest::sha256_of(b"base")));
}

pub(crate) fn indexes_2000_deep() -> Scenario {
    Scenario::new("2,000 indexes, one in the other, over a lost layer.", |registry| {
        tower(registry, 2000, 1);
    })
    .then(lose_base)
}

pub(crate) fn exponential_tree() -> Scenario {
    Scenario::new("40 indexes, each listing the next twice: 2^40 ways down.", |registry| {
        tower(registry, 40, 2);
    })
    .then(lose_base)
}

pub(crate) fn layers_100_000() -> Scenario {
    Scenario::new("100,000 layers in one manifest, of which two are stored.", |registry| {
        let layers: Vec<Value> = (0..100_000)
            .map(|layer| {
                let digest = Digest::sha256_of(format!("layer {}", layer % 2).as_bytes());
                json!({"digest": digest.to_string(), "size": 7})
            })
            .collect();
        for text in ["layer 0", "layer 1", "{}"] {
            let digest = registry.blob(text);
            registry.mount("app", &digest);
        }
        let config = json!({"digest": Digest::sha256_of(b"{}").to_string(), "size": 2});
        let image = json!({"schemaVersion": 2, "config": config, "layers": layers});
        push_json(registry, "app", "1.0", &image);
    })
    .with(|options| options.manifest_limit = 32 << 20)
}

pub(crate) fn lost_layers_100_000() -> Scenario {
    Scenario::new("100,000 layers in one manifest, of which none is stored.", |registry| {
        let layers: Vec<Value> = (0..100_000_u32)
            .map(|layer| json!({"digest": format!("sha256:{layer:064x}"), "size": 7}))
            .collect();
        push_json(registry, "app", "1.0", &json!({"schemaVersion": 2, "layers": layers}));
    })
    .with(|options| options.manifest_limit = 32 << 20)
}

pub(crate) fn tags_1000() -> Scenario {
    Scenario::new("1,000 tags of one image whose layer is lost: a hundred are named.", |registry| {
        let digest = registry.image("app", "0", &["base"]);
        for tag in 1..1000 {
            registry.tag("app", &tag.to_string(), &digest);
        }
    })
    .then(lose_base)
}
