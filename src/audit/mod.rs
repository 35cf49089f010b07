//! The reconciler: what is needed, what is garbage, what is missing, what is corrupt.

mod finding;
mod rows;
mod totals;
mod verdict;

pub use self::finding::{Category, Code, Finding, Severity};
pub use self::rows::{BlobRow, Pullable, RepositoryRow, TagRow};
pub use self::totals::{Totals, Verification};
pub use self::verdict::{Kind, Proof, Verdict};
pub use crate::object::Sum;

/// A finished audit of one registry. A value: nothing in it waits, reads or prints.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Audit {
    /// Why the audit is incomplete; empty if it is complete.
    pub incomplete_because: Vec<String>,
    /// The sums.
    pub totals: Totals,
    /// What was proved, by which proof.
    pub verification: Verification,
    /// What is wrong, sorted by category, severity, code, and place.
    pub findings: Vec<Finding>,
    /// Every repository, sorted by name.
    pub repositories: Vec<RepositoryRow>,
    /// Every current tag, sorted by repository and name.
    pub tags: Vec<TagRow>,
}

impl Audit {
    /// Every stored blob, sorted by digest.
    pub fn blobs(&self) -> impl Iterator<Item = BlobRow<'_>> {
        std::iter::empty()
    }
}
