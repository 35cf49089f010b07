//! fsck for the bucket behind a container registry.

pub mod object;
pub mod oci;
pub mod store;
