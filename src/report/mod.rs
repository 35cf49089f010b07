//! A finished audit as bytes: text for people, JSON and CSV for programs.

pub mod csv;
pub(crate) mod escape;
mod files;
pub mod json;
pub mod merge;
pub(crate) mod text;

#[cfg(test)]
mod documented;
#[cfg(test)]
mod dummy;

use jiff::Timestamp;

pub use self::files::{OutDir, OutError, OutFile};
pub use self::text::{Palette, Text};

use crate::audit::{Audit, Sum};
use crate::choice::Selection;
use crate::ledger::Account;
use crate::shard::Shard;

/// All that a report says.
#[derive(Debug)]
pub struct Report {
    /// What was audited.
    pub source: Source,
    /// When the audit began.
    pub started_at: Timestamp,
    /// The moment for which its verdicts speak: when its repositories began to be
    /// listed (`docs/decisions/as-of.md`).
    pub as_of: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// The options that shaped it, by their names on the command line.
    pub options: serde_json::Map<String, serde_json::Value>,
    /// The objects outside the registry's root, by top prefix.
    pub outside: Vec<(String, Sum)>,
    /// What it cost.
    pub requests: Requests,
    /// Which part of all digests it tells of; `None` for all of them.
    pub shard: Option<Shard>,
    /// Which blobs were to be read; `None` where only manifests were.
    pub selection: Option<Selection>,
    /// How far verification has come over all runs, where that is remembered.
    pub coverage: Option<Account>,
    /// What it found.
    pub audit: Audit,
}

/// What was audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As the caller named it: `s3://bucket/prefix` or a path.
    pub uri: String,
    /// The layout: `distribution-v2`, `zot`, `oci-layout`, `quay`, `angos`.
    pub layout: String,
    /// The key prefix before `docker/registry/v2/`; empty at the top.
    pub root: String,
    /// The product, where it could be recognised: `harbor`, `gitlab`, ...
    pub product: Option<String>,
}

/// The requests made of the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Requests {
    /// Pages listed.
    pub list: u64,
    /// Objects read.
    pub get: u64,
    /// Objects looked at.
    pub head: u64,
    /// Bytes of objects read.
    pub bytes_read: u64,
}
