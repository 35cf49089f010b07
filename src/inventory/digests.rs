//! Digests as small integers.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::oci::Digest;

/// A digest of one [`DigestTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestId(u32);

impl DigestId {
    /// The position of its row in a column.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Every digest that was met, once: 32 bytes and a table slot each for SHA-256.
///
/// Digests are kept in path form ([`Digest::in_path_form`]), so that a key and a reference that
/// name the same object have the same id.
#[derive(Debug, Default)]
pub struct DigestTable {
    sha256: Vec<[u8; 32]>,
    slots: HashTable<u32>,
    /// The few of other algorithms. Their rows in `sha256` are zero and mean nothing.
    others: HashMap<u32, Digest>,
    other_slots: HashMap<Digest, u32>,
    hasher: DefaultHashBuilder,
}

impl DigestTable {
    /// The id of this digest, a new one if it has not been met.
    pub fn intern(&mut self, digest: &Digest) -> DigestId {
        let next = u32::try_from(self.sha256.len()).unwrap_or(u32::MAX);
        let Some(bytes) = digest.as_sha256() else {
            let digest = digest.in_path_form();
            if let Some(&id) = self.other_slots.get(&digest) {
                return DigestId(id);
            }
            self.sha256.push([0; 32]);
            self.others.insert(next, digest.clone());
            self.other_slots.insert(digest, next);
            return DigestId(next);
        };
        let Self { sha256, slots, hasher, .. } = self;
        let hash = hasher.hash_one(bytes);
        let entry = slots.entry(
            hash,
            |&id| sha256[id as usize] == *bytes,
            |&id| hasher.hash_one(sha256[id as usize]),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(slot) => DigestId(*slot.get()),
            hashbrown::hash_table::Entry::Vacant(slot) => {
                slot.insert(next);
                sha256.push(*bytes);
                DigestId(next)
            }
        }
    }

    /// The id of this digest, if it has been met.
    #[must_use]
    pub fn find(&self, digest: &Digest) -> Option<DigestId> {
        match digest.as_sha256() {
            None => self.other_slots.get(&digest.in_path_form()).copied().map(DigestId),
            Some(bytes) => self
                .slots
                .find(self.hasher.hash_one(bytes), |&id| self.sha256[id as usize] == *bytes)
                .copied()
                .map(DigestId),
        }
    }

    /// The digest behind an id of this table.
    #[must_use]
    pub fn get(&self, id: DigestId) -> Digest {
        if let Some(other) = self.others.get(&id.0) {
            return other.clone();
        }
        Digest::from_sha256(self.sha256[id.index()])
    }

    /// Whether it is a SHA-256.
    #[must_use]
    pub fn is_sha256(&self, id: DigestId) -> bool {
        !self.others.contains_key(&id.0)
    }

    /// How many digests were met.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sha256.len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sha256.is_empty()
    }

    /// Every id, in the order in which they were met.
    pub fn ids(&self) -> impl Iterator<Item = DigestId> + use<> {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(DigestId)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reference_and_a_key_of_the_same_object_have_one_id() {
        let mut table = DigestTable::default();
        let zero = table.intern(&Digest::from_sha256([0; 32]));
        let other = table.intern(&"tarsum.v1+sha256:ab".parse().unwrap());
        assert_ne!(zero, other);
        assert_eq!(table.find(&"tarsum+v1+sha256:ab".parse().unwrap()), Some(other));
        assert_eq!(table.find(&Digest::from_sha256([0; 32])), Some(zero));
    }

    proptest! {
        #[test]
        fn gives_back_what_it_took(digests: Vec<[u8; 1]>) {
            let mut table = DigestTable::default();
            for seed in &digests {
                let digest = Digest::sha256_of(seed);
                let id = table.intern(&digest);
                prop_assert_eq!(table.get(id), digest.clone());
                prop_assert_eq!(table.find(&digest), Some(id));
            }
            let distinct: std::collections::BTreeSet<_> = digests.iter().collect();
            prop_assert_eq!(table.len(), distinct.len());
        }
    }
}
