//! Digests under other algorithms than SHA-256, and the links that say which blob has their data.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, LinkFault};
use crate::inventory::{DigestId, Inventory};

impl Graph {
    /// Where repositories' links say different blobs for one digest: puts the one first that is
    /// stored and as long as manifests say, and finds fault with the links that say another.
    /// Where none is, or several are, nobody knows which it should be.
    ///
    /// To be called once all links and manifests have been read.
    pub fn settle_aliases(&mut self, inventory: &Inventory) {
        for (id, said) in self.disputed() {
            let Some(aliases) = self.aliases.get_mut(&id) else { continue };
            let rank = |alias: &DigestId| match inventory.blob(*alias) {
                Some(blob) if said.contains(&blob.size) => 0,
                Some(_) => 1,
                None => 2,
            };
            aliases.sort_by_key(rank);
            let right: Vec<_> = aliases.iter().copied().filter(|alias| rank(alias) == 0).collect();
            match right[..] {
                [only] => self.find_fault_with_others(inventory, id, only),
                _ if aliases.iter().any(|alias| inventory.blob(*alias).is_some()) => {
                    self.unknown_aliases.insert(id);
                }
                _ => {}
            }
        }
    }

    /// The digests that are disputed, and the sizes that manifests give for each.
    fn disputed(&self) -> BTreeMap<DigestId, BTreeSet<u64>> {
        let disputed = self.aliases.iter().filter(|(_, aliases)| aliases.len() > 1);
        let mut said: BTreeMap<DigestId, BTreeSet<u64>> =
            disputed.map(|(&id, _)| (id, BTreeSet::new())).collect();
        if !said.is_empty() {
            for edge in self.true_nodes().flat_map(|(_, node)| &node.edges) {
                if let Some(sizes) = said.get_mut(&edge.to) {
                    sizes.extend(edge.size);
                }
            }
        }
        said
    }

    fn find_fault_with_others(&mut self, inventory: &Inventory, id: DigestId, right: DigestId) {
        for &(link, says) in &self.alias_links {
            if inventory.linked(link) == Some(id) && says != right {
                let fault = LinkFault::OtherBlob(inventory.digests.get(says));
                self.link_faults.insert(link, fault);
            }
        }
    }
}
