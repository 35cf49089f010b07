//! fsck for the bucket behind a container registry.
