//! What the caller asks for.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::audit::Roots;
use crate::layout::Root;
use crate::oci::Digest;

/// What the caller asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which registry to audit, where there are several.
    pub root: RootChoice,
    /// Which links make a blob worth keeping.
    pub roots: Roots,
    /// Whatever is younger is left alone.
    pub min_age: SignedDuration,
    /// Whether to list the repositories a second time, and to call orphaned only what neither
    /// listing links.
    pub list_twice: bool,
    /// Digests to keep, with all that they refer to. `None`: no list was given.
    pub keep: Option<Vec<Digest>>,
    /// Which bytes to check.
    pub verify: Verify,
    /// How many objects are read at once.
    pub concurrency: NonZeroUsize,
    /// How many bytes of objects are read in a second at most.
    pub max_bandwidth: Option<NonZeroU64>,
    /// How many requests are made in a second at most, pages among them.
    pub max_requests_per_second: Option<NonZeroU32>,
    /// How long one request may take. Where nothing has been read for longer and requests fail,
    /// the server is taken to be gone.
    pub patience: Duration,
    /// The most bytes of a manifest that are read. Registries accept 4 MiB.
    pub manifest_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            root: RootChoice::default(),
            roots: Roots::default(),
            min_age: SignedDuration::from_hours(24),
            list_twice: false,
            keep: None,
            verify: Verify::default(),
            concurrency: const { NonZeroUsize::new(32).unwrap() },
            max_bandwidth: None,
            max_requests_per_second: None,
            patience: Duration::from_mins(5),
            manifest_limit: 4 << 20,
        }
    }
}

/// Which registry to audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RootChoice {
    /// The only one there is.
    #[default]
    Only,
    /// The one at this root.
    Named(Root),
    /// Each in turn.
    All,
}

/// Which bytes to check against their digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verify {
    /// None.
    None,
    /// Those of manifests, which are read anyway.
    #[default]
    Manifests,
    /// Those of every stored blob.
    All,
}

impl Verify {
    /// As it is written on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Manifests => "manifests",
            Self::All => "all",
        }
    }
}

impl Options {
    /// The options that shape the report on this root, by their names on the command line. How
    /// fast it is made does not.
    #[must_use]
    pub fn describe(&self, root: &Root) -> Map<String, Value> {
        let root = match &self.root {
            RootChoice::Only => Value::Null,
            RootChoice::Named(_) | RootChoice::All => root.as_str().into(),
        };
        let keep = self.keep.as_ref().map(Vec::len);
        [
            ("root", root),
            ("roots", self.roots.as_str().into()),
            ("min-age", format!("{:#}", self.min_age).into()),
            ("list-twice", self.list_twice.into()),
            ("keep-digests", keep.into()),
            ("verify", self.verify.as_str().into()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}
