//! Sums of a finished audit. All are derived; none is counted twice.

use crate::object::Sum;

/// The sums of one registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Everything listed, whatever it is.
    pub objects: Sum,
    /// Stored blobs.
    pub blobs: Sum,
    /// Stored blobs by [`Verdict`](super::Verdict), in the order of `Verdict::ALL`.
    pub by_verdict: [Sum; 6],
    /// What is reclaimable where every revision is a root: the orphaned blobs.
    pub reclaimable_by_revisions: Sum,
    /// What is reclaimable where only tags are roots: those, and the untagged blobs that are old
    /// enough, of old revisions alone, not on the caller's list, and that no tag in doubt could
    /// reach.
    pub reclaimable_by_tags: Sum,
    /// Stored blobs by [`Kind`](super::Kind), in the order of `Kind::ALL`.
    pub by_kind: [Sum; 5],
    /// Links of every kind.
    pub links: Sum,
    /// Keys below `_uploads`.
    pub uploads: Sum,
    /// Keys below the registry's root that the layout does not know.
    pub strays: Sum,
    /// Folder placeholders, lock files and the like: known, and no part of the registry's content.
    pub auxiliary: Sum,
    /// Objects outside the registry's root.
    pub outside: Sum,
    /// Repositories, by any key below them.
    pub repositories: u64,
    /// Current tags.
    pub tags: u64,
    /// Distinct manifests that were read and understood.
    pub manifests: u64,
}

impl Totals {
    /// Adds those of another part of the same registry.
    pub(crate) fn add(&mut self, part: &Self) {
        for (sum, more) in [
            (&mut self.objects, part.objects),
            (&mut self.blobs, part.blobs),
            (&mut self.reclaimable_by_revisions, part.reclaimable_by_revisions),
            (&mut self.reclaimable_by_tags, part.reclaimable_by_tags),
            (&mut self.links, part.links),
            (&mut self.uploads, part.uploads),
            (&mut self.strays, part.strays),
            (&mut self.auxiliary, part.auxiliary),
            (&mut self.outside, part.outside),
        ] {
            *sum += more;
        }
        let verdicts = self.by_verdict.iter_mut().zip(part.by_verdict);
        let kinds = self.by_kind.iter_mut().zip(part.by_kind);
        verdicts.chain(kinds).for_each(|(sum, more)| *sum += more);
        self.repositories += part.repositories;
        self.tags += part.tags;
        self.manifests += part.manifests;
    }
}

/// What was proved, by which proof.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verification {
    /// Blobs whose listed size is that of every descriptor of them, and that were not read.
    pub listing: Sum,
    /// Links and blobs proved by their entity tag.
    pub etag: Sum,
    /// Objects proved by a checksum that the server stored.
    pub checksum: Sum,
    /// Blobs and links that were read, and whose bytes were what they should be.
    pub bytes: Sum,
}
