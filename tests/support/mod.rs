//! What several tests need.

#[cfg(feature = "s3")]
pub(crate) mod s3_server;
