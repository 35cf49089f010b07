//! Layers that are not the archives that their images' configs name.
//!
//! Their bytes are those of their digests: they were pushed so. What is wrong with the bytes
//! themselves is told elsewhere, and nothing is said here of what is in them.

use std::collections::BTreeMap;

use super::corrupt::Corrupt;
use super::finding::{Code, Finding, Severity};
use super::referrers::Draft;
use crate::deep::{Discrepancy, Fault, Unpacked, compare};
use crate::graph::{Image, Layer};
use crate::inventory::DigestId;

/// What the same finding is told of, by whom it concerns.
type Concerned<K> = BTreeMap<K, Vec<DigestId>>;

impl Corrupt<'_> {
    /// Everything that is wrong with what is in layers, in no order.
    pub(super) fn layers(&self) -> Vec<Draft> {
        let mut wrong: Concerned<(DigestId, String)> = BTreeMap::new();
        let mut counts: Concerned<(DigestId, usize, usize)> = BTreeMap::new();
        let mut histories: Concerned<(DigestId, usize, usize)> = BTreeMap::new();
        let mut faulty: Concerned<DigestId> = BTreeMap::new();
        for image in self.graph.images(self.inventory) {
            for id in image.layers.iter().filter_map(|layer| self.fault(*layer).map(|(id, _)| id)) {
                faulty.entry(id).or_default().push(image.manifest);
            }
            for discrepancy in self.discrepancies(&image) {
                match discrepancy {
                    Discrepancy::Layer { place, expected, .. } => {
                        let Layer::Archive(id) = image.layers[place] else { continue };
                        let expected = expected.map_or_else(String::new, |id| id.to_string());
                        wrong.entry((id, expected)).or_default().push(image.manifest);
                    }
                    Discrepancy::Count { diff_ids, layers } => {
                        let key = (image.config, diff_ids, layers);
                        counts.entry(key).or_default().push(image.manifest);
                    }
                    Discrepancy::History { steps, layers } => {
                        let key = (image.config, steps, layers);
                        histories.entry(key).or_default().push(image.manifest);
                    }
                }
            }
        }
        let wrong = wrong.into_iter().filter_map(|((id, expected), asking)| {
            let finding = self.wrong_layer(id, expected)?;
            Some(self.draft(finding, id, &asking))
        });
        let faulty = faulty.into_iter().filter_map(|(id, asking)| {
            let fault = self.graph.layers.get(id)?.as_ref().err()?;
            Some(self.draft(self.faulty_layer(id, fault), id, &asking))
        });
        let counts = counts.into_iter().map(|((config, diff_ids, layers), asking)| {
            self.draft(self.wrong_count(config, diff_ids, layers), config, &asking)
        });
        let histories = histories.into_iter().map(|((config, steps, layers), asking)| {
            self.draft(self.wrong_history(config, steps, layers), config, &asking)
        });
        wrong.chain(faulty).chain(counts).chain(histories).collect()
    }

    fn discrepancies(&self, image: &Image) -> Vec<Discrepancy> {
        let Some(claims) = self.graph.layers.claims(image.config) else { return Vec::new() };
        let layers: Vec<_> = image.layers.iter().map(|layer| self.unpacked(*layer)).collect();
        compare(claims, &layers)
    }

    /// What is in a layer, as far as it was unpacked.
    fn unpacked(&self, layer: Layer) -> Option<&Unpacked> {
        let Layer::Archive(id) = layer else { return None };
        self.graph.layers.get(id)?.as_ref().ok()
    }

    /// Why a layer could not be unpacked.
    fn fault(&self, layer: Layer) -> Option<(DigestId, &Fault)> {
        let Layer::Archive(id) = layer else { return None };
        self.graph.layers.get(id)?.as_ref().err().map(|fault| (id, fault))
    }

    fn wrong_layer(&self, id: DigestId, expected: String) -> Option<Finding> {
        let unpacked = self.graph.layers.get(id)?.as_ref().ok()?;
        let message = if expected.is_empty() {
            "what the config names as this layer's diff ID is no digest; build and push the image anew"
        } else {
            "unpacked, the layer is not what the config names as its diff ID, though its own bytes are right: it was pushed so; build and push the image anew"
        };
        Some(Finding {
            expected: (!expected.is_empty()).then_some(expected),
            actual: Some(unpacked.diff_id.to_string()),
            ..self.blob(Code::DiffIdMismatch, id, message)
        })
    }

    fn faulty_layer(&self, id: DigestId, fault: &Fault) -> Finding {
        let severity =
            if fault.is_a_matter_of_the_client() { Severity::Warning } else { Severity::Error };
        let message = match fault {
            Fault::Bomb { .. } => format!(
                "the layer could not be unpacked: {fault}, which says nothing of its diff ID; if it is honest, raise --deep-limit"
            ),
            _ => format!(
                "the layer could not be unpacked: {fault}; its own bytes are right: it was pushed so; build and push the image anew"
            ),
        };
        Finding { severity, ..self.blob(Code::DiffIdMismatch, id, &message) }
    }

    fn wrong_count(&self, config: DigestId, diff_ids: usize, layers: usize) -> Finding {
        let message = "the config names more or fewer diff IDs than the image has layers, and no client unpacks it; build and push the image anew";
        Finding {
            expected: Some(layers.to_string()),
            actual: Some(diff_ids.to_string()),
            ..self.blob(Code::DiffIdMismatch, config, message)
        }
    }

    fn wrong_history(&self, config: DigestId, steps: usize, layers: usize) -> Finding {
        let message = "the config's history tells of more or fewer layers than the image has; clients unpack it all the same, and show a wrong history";
        Finding {
            severity: Severity::Warning,
            expected: Some(layers.to_string()),
            actual: Some(steps.to_string()),
            ..self.blob(Code::DiffIdMismatch, config, message)
        }
    }
}
