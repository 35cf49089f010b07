//! The reconciler: what is needed, what is garbage, what is missing, what is corrupt.
//!
//! Pure: `(Inventory, Graph, Policy, Looks) -> Audit`. Knows no clock, no store and no logging.
//!
//! ```text
//! relations   what follows from what          \
//! upward      who refers to a digest           | reach    what is reachable, from where
//! doubt       what could refer and is unread   | blobs    verdict, kind and proof of each blob
//! owners      whose alone a blob is            | sizes, sums    rows of repositories and tags; sums
//! gather      many walks as one                | referrers    whom a finding concerns
//! probe       second looks                    /  corrupt, layers, missing, garbage, notes   findings
//! ```

mod absent;
mod blobs;
mod candidates;
mod corrupt;
mod damage;
mod doubt;
mod finding;
mod garbage;
mod gather;
mod known;
mod layers;
mod lengths;
mod missing;
mod notes;
mod owners;
mod policy;
mod probe;
mod product;
mod pull;
mod reach;
mod reconcile;
mod referrers;
mod relations;
mod rows;
mod served;
mod sizes;
mod sums;
mod totals;
mod unlinked;
mod unpacking;
mod upward;
mod verdict;

pub(crate) use self::blobs::BlobColumns;
pub use self::candidates::candidates;
pub(crate) use self::doubt::{Cause, Extent, causes};
pub use self::finding::{Category, Code, Finding, Severity};
pub use self::lengths::odd_lengths;
pub use self::policy::{Policy, Roots};
pub use self::probe::{Look, Looks, Probe};
pub use self::product::Product;
pub(crate) use self::pull::Puller;
pub use self::reconcile::{open_probes, reconcile, unlinked_young};
pub use self::rows::{BlobRow, Pullable, RepositoryRow, TagRow};
pub use self::totals::{Totals, Verification};
pub use self::unpacking::Unpacking;
pub(crate) use self::upward::Upward;
pub use self::verdict::{Kind, Proof, Verdict};
use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};
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
    /// How much was unpacked; `None` if nobody asked for it.
    pub unpacking: Option<Unpacking>,
    /// What is wrong, sorted by category, severity, code, and place.
    pub findings: Vec<Finding>,
    /// Every repository, sorted by name.
    pub repositories: Vec<RepositoryRow>,
    /// Every current tag, sorted by repository and name.
    pub tags: Vec<TagRow>,
    pub(crate) inventory: Inventory,
    pub(crate) graph: Graph,
    pub(crate) columns: BlobColumns,
    pub(crate) policy: Policy,
    /// What the caller's list names, as far as it was met.
    pub(crate) kept: Vec<DigestId>,
}
