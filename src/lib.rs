//! fsck for the bucket behind a container registry.

pub mod audit;
#[cfg(feature = "cli")]
pub mod cli;
pub mod explain;
pub mod graph;
pub mod inventory;
pub mod layout;
pub mod object;
pub mod oci;
pub mod report;
pub mod scan;
pub mod store;
pub mod testing;
