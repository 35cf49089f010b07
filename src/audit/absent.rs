//! Data that is asked for and not stored: who asks, what for, and how large it should be.

use std::collections::BTreeMap;

use super::finding::{Code, Severity};
use crate::graph::{Edge, EdgeRole, Excuse, Graph};
use crate::inventory::{DigestId, Inventory};

/// Data that manifests ask for and that is not stored.
#[derive(Debug)]
pub(super) struct Absent {
    /// The manifests that ask for it, in order.
    pub(super) asking: Vec<DigestId>,
    /// The worst that its absence is to any of them.
    pub(super) severity: Severity,
    is_blob: bool,
    size: Said,
}

/// The size of something, by the descriptors of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Size(u64),
    Different,
}

/// All that manifests ask for and that is not stored, in one walk over what they refer to.
pub(super) fn find(inventory: &Inventory, graph: &Graph) -> BTreeMap<DigestId, Absent> {
    let is_stored = |edge: &Edge| graph.stored_as(inventory, edge.to).is_some();
    let mut absent: BTreeMap<DigestId, Absent> = BTreeMap::new();
    for (parent, node) in graph.true_nodes() {
        let is_any_stored = node.edges.iter().any(is_stored);
        for edge in node.edges.iter().filter(|edge| !is_stored(edge)) {
            let is_excused = edge.is_dispensable() || graph.may_be_alias(edge.to);
            if is_excused && !edge.role.may_be_manifest() {
                continue;
            }
            absent.entry(edge.to).or_default().add(parent, edge, is_any_stored);
        }
    }
    for absent in absent.values_mut() {
        absent.asking.sort_unstable();
    }
    absent
}

impl Absent {
    /// Whoever needs it as a config or layer cannot be pulled; a sparse index can.
    pub(super) const fn code(&self) -> Code {
        if self.is_blob { Code::MissingBlob } else { Code::MissingChild }
    }

    /// Its size in bytes, where all that ask for it agree.
    pub(super) const fn size(&self) -> Option<u64> {
        match self.size {
            Said::Size(size) => Some(size),
            Said::Nothing | Said::Different => None,
        }
    }

    fn add(&mut self, parent: DigestId, edge: &Edge, is_any_stored: bool) {
        // The edges of one manifest come one after the other.
        if self.asking.last() != Some(&parent) {
            self.asking.push(parent);
        }
        self.is_blob |= !edge.role.may_be_manifest();
        self.severity = self.severity.min(severity(edge, is_any_stored));
        self.size = match (self.size, edge.size) {
            (said, None) => said,
            (Said::Nothing, Some(size)) => Said::Size(size),
            (Said::Size(said), Some(size)) if said == size => Said::Size(size),
            _ => Said::Different,
        };
    }
}

impl Default for Absent {
    fn default() -> Self {
        let severity = Severity::Info;
        Self { asking: Vec::new(), severity, is_blob: false, size: Said::Nothing }
    }
}

/// A sparse index is legal: what it lacks is no error while a sibling is there. An entry of
/// unknown media type never is (image-spec, image-index.md, "manifests").
const fn severity(edge: &Edge, is_any_stored: bool) -> Severity {
    match (edge.role, edge.excuse) {
        (EdgeRole::Unknown, _) | (_, Some(Excuse::Inline)) => Severity::Warning,
        (EdgeRole::Child, _) if is_any_stored => Severity::Warning,
        _ => Severity::Error,
    }
}
