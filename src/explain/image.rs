//! The four digests of an image side by side: manifest, image ID, layers, diff IDs; and the step
//! that made each layer.

use std::collections::VecDeque;

use serde::Serialize;

use super::read::Contents;
use super::view::View;
use crate::graph::{Edge, EdgeRole, Node};
use crate::inventory::DigestId;
use crate::oci::{Digest, History, ImageConfig, ManifestKind};
use crate::report::text::units::counted;

/// An image, or an artifact in the shape of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The digest of its config, which is an image's ID. Schema 1 has none.
    pub image_id: Option<Digest>,
    /// The media type of the config.
    pub config_media_type: Option<String>,
    /// `os/architecture[/variant]`, as its config says.
    pub platform: Option<String>,
    /// When it was made, as its config says.
    pub created: Option<String>,
    /// Its layers and the steps that left none, the lowest first.
    pub steps: Vec<Step>,
    /// What does not fit together, or could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// A layer and what made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The layer; `None` where the step left none.
    pub layer: Option<Layer>,
    /// The digest of the layer's uncompressed bytes.
    pub diff_id: Option<Digest>,
    /// The command that made it, as the config says.
    pub created_by: Option<String>,
    /// When, as the config says.
    pub created: Option<String>,
    /// Whether the config says that the step left no layer.
    pub is_empty: bool,
}

/// A layer as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// Its digest.
    pub digest: Digest,
    /// Its compressed size in bytes: as stored, or as the manifest says if it is not.
    pub size_bytes: Option<u64>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Whether it is stored.
    pub is_stored: bool,
}

impl Image {
    /// `None` if the manifest is none of an image's shape.
    pub(super) fn of(view: &View<'_>, id: DigestId, contents: &Contents) -> Option<Self> {
        let node = view.graph.node(id)?;
        if node.kind == ManifestKind::Index {
            return None;
        }
        let config = node.edges.iter().find(|edge| edge.role == EdgeRole::Config);
        let layers = layers(view, node);
        let mut problems = Vec::new();
        let read = match &contents.config {
            Some(Ok(read)) => Some(read),
            Some(Err(reason)) => {
                problems.push(format!("the config tells nothing: {reason}"));
                None
            }
            None => None,
        };
        if let Some(read) = read {
            problems.extend(contradictions(read, layers.len(), node.kind));
        }
        Some(Self {
            image_id: config.map(|edge| view.inventory.digests.get(edge.to)),
            config_media_type: config
                .and_then(|edge| edge.media_type)
                .map(|name| view.text(name).to_owned()),
            platform: read.and_then(|read| read.platform.clone()),
            created: read.and_then(|read| read.created.clone()),
            steps: steps(layers, read.cloned().unwrap_or_default()),
            problems,
        })
    }

    /// Whether the config is an image's, so that its digest is an image ID.
    #[must_use]
    pub fn has_image_config(&self) -> bool {
        self.config_media_type.as_deref().is_some_and(ImageConfig::is_image_config)
    }
}

/// The layers, the lowest first. Schema 1 names the topmost first.
fn layers(view: &View<'_>, node: &Node) -> VecDeque<Layer> {
    let edges = node.edges.iter().filter(|edge| edge.role == EdgeRole::Layer);
    let layers = edges.map(|edge| layer(view, edge));
    if node.kind == ManifestKind::Schema1 { layers.rev().collect() } else { layers.collect() }
}

fn layer(view: &View<'_>, edge: &Edge) -> Layer {
    let stored = view.graph.stored_as(view.inventory, edge.to);
    let blob = stored.and_then(|id| view.inventory.blob(id));
    Layer {
        digest: view.inventory.digests.get(edge.to),
        size_bytes: blob.map(|blob| blob.size).or(edge.size),
        media_type: edge.media_type.map(|name| view.text(name).to_owned()),
        is_stored: blob.is_some(),
    }
}

/// Layers and diff IDs are in the same order; each step of the history that is not empty made the
/// next of them.
fn steps(mut layers: VecDeque<Layer>, config: ImageConfig) -> Vec<Step> {
    let mut diff_ids = VecDeque::from(config.diff_ids);
    let mut steps = Vec::new();
    for History { created, created_by, comment, is_empty_layer } in config.history {
        let made = !is_empty_layer;
        steps.push(Step {
            layer: made.then(|| layers.pop_front()).flatten(),
            diff_id: made.then(|| diff_ids.pop_front()).flatten().flatten(),
            created_by: created_by.or(comment),
            created,
            is_empty: is_empty_layer,
        });
    }
    while !layers.is_empty() || !diff_ids.is_empty() {
        let layer = layers.pop_front();
        let diff_id = diff_ids.pop_front().flatten();
        steps.push(Step { layer, diff_id, created_by: None, created: None, is_empty: false });
    }
    steps
}

fn contradictions(config: &ImageConfig, layers: usize, kind: ManifestKind) -> Vec<String> {
    let mut problems = Vec::new();
    let diff_ids = config.diff_ids.len();
    if kind != ManifestKind::Schema1 && diff_ids != layers {
        problems.push(format!(
            "the manifest has {} and the config {}: which belong together is a guess",
            counted(layers as u64, "layer"),
            counted(diff_ids as u64, "diff ID")
        ));
    }
    let made = config.history.iter().filter(|step| !step.is_empty_layer).count();
    if !config.history.is_empty() && made != layers {
        problems.push(format!(
            "the history tells of {} and the manifest has {layers}: which belong together is a guess",
            counted(made as u64, "layer")
        ));
    }
    problems
}
