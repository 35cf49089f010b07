//! Which scenario runs on what, and the trials that come of it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use libtest_mimic::{Failed, Trial};

use crate::lab::{Kind, Lab, S3Bucket};
use crate::record::{Figures, Record};
use crate::registry::Version;
use crate::tools;

/// Something to be shown.
pub(crate) struct Scenario {
    /// The last part of its trials' names.
    pub(crate) name: &'static str,
    /// What is shown, in a sentence for the table.
    pub(crate) shows: &'static str,
    /// The programs that it needs besides the servers.
    pub(crate) needs: &'static [&'static str],
    pub(crate) run: Run,
    /// Whether nothing else may run at the time.
    pub(crate) is_loud: bool,
}

/// On what a scenario runs.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// A registry of each version over a bucket of each server.
    Registries(fn(&S3Bucket, Version) -> Figures),
    /// A bucket of each server.
    Servers(fn(&S3Bucket) -> Figures),
    /// A bucket of MinIO's alone, for what only it has.
    Minio(fn(&S3Bucket) -> Figures),
    /// A registry of each version over a folder.
    Folders(fn(Version) -> Figures),
    /// A folder, and 2.8 where there has to be a registry.
    Folder(fn() -> Figures),
}

/// All scenarios, by the modules that hold them.
pub(crate) type Scenarios = &'static [&'static [Scenario]];

/// One scenario on one ground.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) scenario: &'static Scenario,
    pub(crate) server: Option<Kind>,
    pub(crate) version: Option<Version>,
}

impl Cell {
    /// Every cell, in the order of `scenarios`.
    pub(crate) fn all(scenarios: Scenarios) -> Vec<Self> {
        scenarios.iter().copied().flatten().flat_map(Self::of).collect()
    }

    pub(crate) fn of(scenario: &'static Scenario) -> Vec<Self> {
        let cell = |server, version| Self { scenario, server, version };
        let servers = Kind::ALL.map(Some);
        let versions = Version::ALL.map(Some);
        let (servers, versions): (&[_], &[_]) = match scenario.run {
            Run::Registries(_) => (&servers, &versions),
            Run::Servers(_) => (&servers, &[None]),
            Run::Minio(_) => (&[Some(Kind::Minio)], &[None]),
            Run::Folders(_) => (&[None], &versions),
            Run::Folder(_) => (&[None], &[None]),
        };
        let pairs = servers.iter().flat_map(|server| versions.iter().map(move |v| (*server, *v)));
        pairs.map(|(server, version)| cell(server, version)).collect()
    }

    /// The trial's name: `minio/distribution-2/clean`.
    pub(crate) fn name(self) -> String {
        let server = self.server.map_or("folder", Kind::name);
        let parts = [Some(server), self.version.map(Version::name), Some(self.scenario.name)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("/")
    }

    /// The programs without which it cannot run.
    pub(crate) fn needs(self) -> Vec<&'static str> {
        let servers = [self.server.map(Kind::program), self.version.map(Version::program)];
        servers.into_iter().flatten().chain(self.scenario.needs.iter().copied()).collect()
    }

    /// Runs it, puts the outcome on record, and says why it failed, if it did.
    fn run(self, lab: &Lab) -> Result<(), Failed> {
        static QUIET: RwLock<()> = RwLock::new(());
        let (_shared, _alone);
        if self.scenario.is_loud {
            _alone = QUIET.write().unwrap_or_else(PoisonError::into_inner);
        } else {
            _shared = QUIET.read().unwrap_or_else(PoisonError::into_inner);
        }
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.figures(lab)));
        let outcome = outcome.map_err(|panic| message(&*panic));
        let record = Record::new(outcome, began.elapsed());
        record.write(&self.name());
        record.failure.map_or(Ok(()), |failure| Err(failure.into()))
    }

    fn figures(self, lab: &Lab) -> Figures {
        let bucket = self.server.map(|kind| lab.bucket(kind));
        match (self.scenario.run, &bucket, self.version) {
            (Run::Registries(run), Some(bucket), Some(version)) => run(bucket, version),
            (Run::Servers(run) | Run::Minio(run), Some(bucket), _) => run(bucket),
            (Run::Folders(run), None, Some(version)) => run(version),
            (Run::Folder(run), None, None) => run(),
            _ => panic!("{} has not the ground that it runs on", self.name()),
        }
    }
}

/// The trial of each cell. They are `ignored`, so that a plain `cargo test` needs Rust alone.
pub(crate) fn trials(scenarios: Scenarios) -> Vec<Trial> {
    let lab = Arc::new(Lab::default());
    let trial = |cell: Cell| {
        let lab = Arc::clone(&lab);
        let name = cell.name();
        let is_there = move || tools::available(&cell.name(), &cell.needs());
        let run = move || if is_there() { cell.run(&lab) } else { Ok(()) };
        Trial::test(name, run).with_ignored_flag(true)
    };
    Cell::all(scenarios).into_iter().map(trial).collect()
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked without a word").to_owned()
}
