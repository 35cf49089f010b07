//! What the caller asks for.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::books::Cache;
use crate::audit::Roots;
use crate::batch::Results;
use crate::choice::{Choice, Verify};
use crate::layout::Root;
use crate::oci::Digest;
use crate::shard::{Shard, position};

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
    /// Whether a checksum that the server stores is as good as reading.
    pub use_checksums: bool,
    /// What a job of S3 Batch Operations has computed, to be taken as proof before anything is
    /// read.
    pub batch: Option<Arc<Results>>,
    /// Whether to read what nothing refers to as well.
    pub include_orphaned: bool,
    /// Of blobs that are no manifests, only what was written within this time, or nobody knows
    /// when.
    pub verify_since: Option<SignedDuration>,
    /// What a sample depends on besides the digests. `None`: the day on which it is taken.
    pub verify_seed: Option<String>,
    /// Which part of all digests to read and to report on. `None`: all of them.
    pub shard: Option<Shard>,
    /// Whether to unpack each image's layers and hold them against its config.
    pub deep: Deep,
    /// Where what was proved is remembered from one run to the next, if it is.
    pub cache: Option<Cache>,
    /// The period in which [`Verify::Rolling`] reads everything once.
    pub every: SignedDuration,
    /// The most bytes that [`Verify::Rolling`] reads in one run, of all shards together.
    pub budget: Option<u64>,
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
            use_checksums: false,
            batch: None,
            include_orphaned: true,
            verify_since: None,
            verify_seed: None,
            shard: None,
            deep: Deep::default(),
            cache: None,
            every: SignedDuration::from_hours(30 * 24),
            budget: None,
            concurrency: const { NonZeroUsize::new(32).unwrap() },
            max_bandwidth: None,
            max_requests_per_second: None,
            patience: Duration::from_mins(5),
            manifest_limit: 4 << 20,
        }
    }
}

/// Whether to unpack layers, and how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deep {
    /// None.
    #[default]
    No,
    /// As far as an honest layer goes ([`default_limit`](crate::deep::default_limit)).
    Usual,
    /// So many bytes of each at most.
    UpTo(u64),
}

impl Deep {
    /// How many bytes of a layer to unpack at most, if the caller has said.
    #[must_use]
    pub const fn most(self) -> Option<u64> {
        match self {
            Self::No | Self::Usual => None,
            Self::UpTo(bytes) => Some(bytes),
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

impl Options {
    /// The options that shape the report on this root, by their names on the command line. How
    /// fast it is made does not.
    #[must_use]
    pub fn describe(&self, root: &Root, now: Timestamp) -> Map<String, Value> {
        let root = match &self.root {
            RootChoice::Only => Value::Null,
            RootChoice::Named(_) | RootChoice::All => root.as_str().into(),
        };
        let keep = self.keep.as_ref().map(Vec::len);
        let since = self.verify_since.map(|since| ("verify-since", format!("{since:#}").into()));
        let checksums = self.use_checksums.then(|| ("use-checksums", true.into()));
        let is_sample = matches!(self.verify, Verify::Sample(_));
        let seed = is_sample.then(|| ("verify-seed", self.seed(now).into()));
        let is_rolling = self.verify == Verify::Rolling;
        let every = is_rolling.then(|| ("every", format!("{:#}", self.every).into()));
        let budget = self.budget.map(|bytes| ("budget", bytes.into()));
        [
            ("root", root),
            ("roots", self.roots.as_str().into()),
            ("min-age", format!("{:#}", self.min_age).into()),
            ("list-twice", self.list_twice.into()),
            ("keep-digests", keep.into()),
            ("verify", self.verify.to_string().into()),
        ]
        .into_iter()
        .chain(checksums)
        .chain(since)
        .chain(seed)
        .chain((self.deep != Deep::No).then(|| ("deep", true.into())))
        .chain(self.deep.most().map(|limit| ("deep-limit", limit.into())))
        .chain(every)
        .chain(budget)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    /// Which blobs to read of an audit that begins now.
    pub(crate) fn choice(&self, now: Timestamp) -> Choice {
        Choice {
            verify: self.verify,
            include_orphaned: self.include_orphaned,
            since: self
                .verify_since
                .map(|since| now.saturating_sub(since).unwrap_or(Timestamp::MIN)),
            seed: position(&Digest::sha256_of(self.seed(now).as_bytes())),
            shard: self.shard.unwrap_or_default(),
        }
    }

    fn seed(&self, now: Timestamp) -> String {
        let today = || now.strftime("%F").to_string();
        self.verify_seed.clone().unwrap_or_else(today)
    }
}
