//! What a tag names, from the listing alone where it proves it.

use std::collections::HashMap;

use crate::inventory::{DigestId, Inventory, RepositoryId, TagId};

/// What a tag names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A manifest.
    Digest(DigestId),
    /// Its link is broken, and says nothing that could be a digest.
    Broken,
    /// It is not known: the reading failed for reasons of the moment.
    Failed,
}

/// Settles tags by entity tags.
///
/// A tag's link says some digest; the likely ones are those of its own history, then the
/// revisions of its repository. Whichever has the entity tag's MD5 is the one.
#[derive(Debug, Default)]
pub struct TagSettler {
    repository: Option<RepositoryId>,
    by_md5: HashMap<[u8; 16], DigestId>,
}

impl TagSettler {
    /// What the tag names, if the listing proves it. Cheapest if asked repository by repository:
    /// the MD5s of one repository's revisions are kept.
    pub fn settle(&mut self, inventory: &Inventory, tag: TagId) -> Option<DigestId> {
        let row = inventory.tag_row(tag);
        let evidence = row.current?.evidence;
        let md5 = evidence.md5?;
        let proves = |id: &DigestId| evidence.proves(&inventory.digests.get(*id));
        if let Some(id) = inventory.history_of(tag).find(proves) {
            return Some(id);
        }
        if self.repository != Some(row.repository) {
            self.repository = Some(row.repository);
            self.by_md5 = inventory
                .revisions_of(row.repository)
                .map(|id| (md5_of(&inventory.digests.get(id).to_string()), id))
                .collect();
        }
        self.by_md5.get(&md5).copied().filter(proves)
    }
}

fn md5_of(text: &str) -> [u8; 16] {
    use md5::Digest as _;
    md5::Md5::digest(text).into()
}
