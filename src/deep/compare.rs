//! What a config says of its image's layers, against what they are.

use super::Unpacked;
use crate::oci::{Digest, ImageConfig};

/// What an image's config says of its layers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The diff ID of each, the lowest first; `None` where what stands there is no digest.
    pub diff_ids: Box<[Option<Digest>]>,
    /// How many of its steps left a layer; `None` where it tells no history, which is legal.
    pub steps: Option<usize>,
}

impl Claims {
    /// What this config says; `None` if it says nothing of layers: it stands in an artifact that
    /// calls itself an image, such as ORAS can push.
    #[must_use]
    pub fn of(config: ImageConfig) -> Option<Self> {
        if config.diff_ids.is_empty() {
            return None;
        }
        let steps = config.history.iter().filter(|step| !step.is_empty_layer).count();
        let steps = (!config.history.is_empty()).then_some(steps);
        Some(Self { diff_ids: config.diff_ids.into(), steps })
    }
}

/// Where a config and the layers of its image do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discrepancy {
    /// A layer is another than the config says.
    Layer {
        /// Which, counted from 0, the lowest first.
        place: usize,
        /// What the config says; `None` where it says no digest.
        expected: Option<Digest>,
        /// What it is.
        actual: Digest,
    },
    /// The config names more or fewer diff IDs than there are layers. No client unpacks it.
    Count {
        /// How many diff IDs.
        diff_ids: usize,
        /// How many layers.
        layers: usize,
    },
    /// The config's history tells of more or fewer layers than there are. Clients unpack it.
    History {
        /// How many steps that left a layer.
        steps: usize,
        /// How many layers.
        layers: usize,
    },
}

/// Where a config and the layers of its image do not agree. `layers` are in the manifest's order;
/// `None` is one of which nothing is known.
///
/// Where they are not as many as they should be, it is not asked which is which.
#[must_use]
pub fn compare(claims: &Claims, layers: &[Option<&Unpacked>]) -> Vec<Discrepancy> {
    let count = layers.len();
    if claims.diff_ids.len() != count {
        return vec![Discrepancy::Count { diff_ids: claims.diff_ids.len(), layers: count }];
    }
    let wrong = claims.diff_ids.iter().zip(layers).enumerate().filter_map(|(place, pair)| {
        let (expected, layer) = pair;
        let actual = &(*layer)?.diff_id;
        let is_right = match expected {
            // Nobody is known to write another algorithm than SHA-256, and none is computed.
            Some(expected) => expected == actual || expected.algorithm() != actual.algorithm(),
            None => false,
        };
        let (expected, actual) = (expected.clone(), actual.clone());
        (!is_right).then_some(Discrepancy::Layer { place, expected, actual })
    });
    let history = claims.steps.filter(|&steps| steps != count);
    let history = history.map(|steps| Discrepancy::History { steps, layers: count });
    wrong.chain(history).collect()
}
