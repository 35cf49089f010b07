//! What unpacking layers has shown, and what configs say of them.

use std::collections::BTreeMap;

use crate::deep::{Claims, Fault, Unpacked};
use crate::inventory::DigestId;

/// What unpacking layers has shown, and what configs say of them.
#[derive(Debug, Default)]
pub struct Layers {
    is_asked: bool,
    unpacked: BTreeMap<DigestId, Result<Unpacked, Fault>>,
    claims: BTreeMap<DigestId, Claims>,
}

impl Layers {
    /// Somebody wants to know.
    pub const fn ask(&mut self) {
        self.is_asked = true;
    }

    /// Whether anybody wanted to know.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Takes what came of unpacking a layer whose bytes are its own.
    pub fn record(&mut self, id: DigestId, outcome: Result<Unpacked, Fault>) {
        self.unpacked.insert(id, outcome);
    }

    /// Takes what a config says whose bytes are its own.
    pub fn record_claims(&mut self, id: DigestId, claims: Claims) {
        self.claims.insert(id, claims);
    }

    /// What came of unpacking a layer; `None` if nobody did.
    #[must_use]
    pub fn get(&self, id: DigestId) -> Option<&Result<Unpacked, Fault>> {
        self.unpacked.get(&id)
    }

    /// What a config says; `None` if it was not read, or says nothing of layers.
    #[must_use]
    pub fn claims(&self, id: DigestId) -> Option<&Claims> {
        self.claims.get(&id)
    }

    /// What came of each layer that was unpacked.
    pub fn iter(&self) -> impl Iterator<Item = (DigestId, &Result<Unpacked, Fault>)> {
        self.unpacked.iter().map(|(&id, outcome)| (id, outcome))
    }
}
