//! Names that steer terminals, spreadsheets, pages and parsers.

use std::collections::BTreeSet;

use serde_json::json;

use super::plant::Plant;
use crate::images::{CONFIG, sha256};
use crate::keys;

/// Names for repositories, tags, strays, media types and platforms.
const NAMES: &[&str] = &[
    "\u{1b}[2J\u{1b}[31mred",
    "\u{1b}]8;;http://127.0.0.1/\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJm\u{7}",
    "\u{9b}31mc1",
    "\u{202e}gpj.exe\u{2069}",
    "zero\u{200b}width\u{feff}",
    "tag\u{e0041}s",
    "line\u{2028}separator",
    "caf\u{e9}",
    "cafe\u{301}",
    "Case",
    "case",
    "<script>alert(1)<",
    "<img src=x onerror=alert(1)>",
    "two\nlines",
    "carriage\r\nreturn",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\u{ff1d}1",
    "'=1",
    "a,\"b\",=1",
    ";=1",
    "\\u{41}\\n",
    "%0A%00%2F",
    "$(reboot)`reboot`",
    "a b  c",
    "日本",
    "&amp;&#10;",
];

/// Keys that servers mend, refuse or take.
const KEYS: &[&str] = &["a/../b", "a/./b", "a//b", "/a", "a/", "nul\0", "a\\b", "\u{fffe}"];

/// What the server took.
#[derive(Default)]
pub(super) struct Planted {
    pub(super) repositories: BTreeSet<String>,
    pub(super) tags: BTreeSet<String>,
    /// Whole keys.
    pub(super) strays: BTreeSet<String>,
    /// An image whose config is full of such names.
    pub(super) image: String,
}

/// A repository, a tag and a stray of each name, and what else can bear a name. Each repository
/// lacks a layer, so that its name is told.
pub(super) fn plant(plant: &mut Plant) -> Planted {
    let mut planted = Planted::default();
    for name in NAMES {
        let repository = format!("{name}/{name}");
        let manifest = image(plant, &repository, name);
        plant.tag(&repository, name, &manifest);
        plant.put(*name, "stray");
        planted.repositories.insert(repository);
        // What has a slash is no tag.
        planted.tags.extend((!name.contains('/')).then(|| (*name).to_owned()));
        planted.strays.insert((*name).to_owned());
        planted.image = manifest;
    }
    let long = ["x".repeat(200), "y".repeat(200), "z".repeat(200)].join("/");
    for key in KEYS.iter().map(|key| (*key).to_owned()).chain([long]) {
        plant.put(key.clone(), "stray");
        planted.strays.insert(key);
    }
    let capitals = sha256(b"capitals").to_uppercase().replace("SHA256", "sha256");
    plant.put(keys::data(&capitals), "capitals");
    planted.strays.insert(keys::data(&capitals));
    planted
}

/// An image of which everything that can bear a name bears this one, and whose layer is lost.
fn image(plant: &mut Plant, repository: &str, name: &str) -> String {
    let config = json!({
        "os": name, "architecture": name, "author": name, "created": name,
        "config": {"Labels": {name: name}, "Env": [name], "Cmd": [name]},
        "rootfs": {"type": name, "diff_ids": [name]},
        "history": [{"created_by": name, "comment": name}],
    })
    .to_string();
    let size = config.len();
    let config = plant.layer(repository, config);
    let manifest = json!({
        "schemaVersion": 2,
        "artifactType": name,
        "config": {"mediaType": CONFIG, "digest": config, "size": size},
        "layers": [{"mediaType": name, "digest": sha256(name.as_bytes()), "size": 1}],
        "annotations": {name: name},
    });
    let manifest = plant.manifest(repository, manifest.to_string());
    let platform = json!({"os": name, "architecture": name, "variant": name});
    let entry = json!({"mediaType": name, "digest": manifest, "platform": platform});
    let index = plant.index(repository, &[entry], name);
    plant.tag(repository, &format!("{name}-all"), index["digest"].as_str().unwrap_or_default());
    manifest
}

impl Planted {
    /// Without what the server would not take.
    pub(super) fn without(mut self, plant: &Plant) -> Self {
        let is_refused = |key: &str| plant.refused.iter().any(|refused| refused == key);
        self.strays.retain(|key| !is_refused(key));
        self.strays = self.strays.iter().map(|key| plant.whole(key)).collect();
        let concerns = |part: &str| plant.refused.iter().any(|refused| refused.contains(part));
        self.repositories.retain(|name| !concerns(&format!("repositories/{name}/")));
        self.tags.retain(|tag| !concerns(&format!("/tags/{tag}/")));
        self
    }
}
