//! A registry with something wrong, and how it is audited.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ocifsck::oci::Digest;
use ocifsck::report::Report;
use ocifsck::scan::{self, Deep, Options, ScanError, Silent, Verify};
use ocifsck::store::{MemoryStore, ObjectStore};
use ocifsck::testing::RegistryBuilder;

use crate::names::Names;

/// When every scenario is audited. Most of what it sees was written in 1970.
pub(crate) const NOW: &str = "2026-01-02T00:00:00Z";

/// A registry with something wrong, and how it is audited.
pub(crate) struct Scenario {
    pub(crate) about: &'static str,
    pub(crate) names: Names,
    registry: RegistryBuilder,
    options: Options,
    open: fn(MemoryStore) -> Arc<dyn ObjectStore>,
}

impl Scenario {
    /// A registry that `fill` fills. Nothing in it is too young to be judged.
    pub(crate) fn new(about: &'static str, fill: impl FnOnce(&mut RegistryBuilder)) -> Self {
        let options = Options { min_age: SignedDuration::ZERO, ..Options::default() };
        let registry = RegistryBuilder::new();
        let open = |store| Arc::new(store) as _;
        Self { about, names: Names::default(), registry, options, open }.then(fill)
    }

    /// What happens to it next. What was there before keeps its name.
    pub(crate) fn then(mut self, happen: impl FnOnce(&mut RegistryBuilder)) -> Self {
        happen(&mut self.registry);
        self.names.learn(&self.registry);
        self
    }

    /// Audited with other options.
    pub(crate) fn with(mut self, set: impl FnOnce(&mut Options)) -> Self {
        set(&mut self.options);
        self
    }

    /// Audited with every blob read.
    pub(crate) fn verify_all(self) -> Self {
        self.with(|options| options.verify = Verify::All)
    }

    /// Audited with every layer unpacked.
    pub(crate) fn deep(self) -> Self {
        self.with(|options| options.deep = Deep::Usual)
    }

    /// Read from a store that is not what it should be.
    pub(crate) fn opened(mut self, open: fn(MemoryStore) -> Arc<dyn ObjectStore>) -> Self {
        self.open = open;
        self
    }

    /// What a digest is called that has no better name.
    pub(crate) fn call(mut self, digest: &Digest, name: &str) -> Self {
        self.names.call(digest, name);
        self
    }

    /// What comes of it.
    pub(crate) fn audit(&self) -> Result<Vec<Report>, ScanError> {
        let store = (self.open)(self.registry.store());
        let now: Timestamp = NOW.parse().unwrap();
        let audit = scan::audit(
            store,
            "s3://bucket",
            "",
            &self.options,
            Arc::new(move || now),
            Arc::new(Silent),
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(audit)
    }
}
