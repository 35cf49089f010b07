//! The files of two reports, and which of them a directory holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;

pub(super) const NAMES: [&str; 5] =
    ["findings.csv", "blobs.csv", "repositories.csv", "tags.csv", "report.json"];

/// The files of one report, with their times.
pub(super) struct Files(BTreeMap<&'static str, (Vec<u8>, SystemTime)>);

/// An older report and a newer one of the same registry.
pub(super) struct Reports {
    pub(super) old: Files,
    pub(super) new: Files,
}

/// Where a kill fell, by what it left.
#[derive(Clone, Copy)]
pub(super) enum State {
    Before,
    Writing,
    Between,
    After,
}

impl Files {
    pub(super) fn read(out: &Path) -> Self {
        let read = |name| {
            let path = out.join(name);
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            let time = fs::metadata(&path).and_then(|file| file.modified()).expect("a time");
            (name, (bytes, time))
        };
        Self(NAMES.into_iter().map(read).collect())
    }

    fn time(&self, name: &str) -> SystemTime {
        self.0[name].1
    }

    /// What `report.json` says; times and requests are each run's own.
    fn report(&self) -> Value {
        let mut report = serde_json::from_slice(&self.0["report.json"].0).expect("JSON, whole");
        let Value::Object(members) = &mut report else { panic!("an object") };
        for own in ["started_at", "as_of", "finished_at", "requests"] {
            members.remove(own).expect("a member that every report has");
        }
        report
    }

    /// Whether a file says what that of another run does.
    fn says(&self, other: &Self, name: &str) -> bool {
        let is_same = self.0[name].0 == other.0[name].0;
        is_same || (name == "report.json" && self.report() == other.report())
    }
}

impl Reports {
    /// Puts the older report back.
    pub(super) fn restore_old(&self, out: &Path) {
        for (name, (bytes, time)) in &self.old.0 {
            fs::write(out.join(name), bytes).expect("a file");
            let file = File::options().write(true).open(out.join(name)).expect("a file");
            file.set_modified(*time).expect("a time");
        }
    }

    /// Each file is whole and of one of the two reports, its time says of which, and hardly
    /// anything else is left.
    pub(super) fn look(&self, out: &Path) -> State {
        let left = Files::read(out);
        let new = NAMES.into_iter().filter(|name| self.is_new(&left, name)).count();
        let times: BTreeSet<_> = NAMES.into_iter().map(|name| left.time(name)).collect();
        assert_eq!(times.len() == 1, new == 0 || new == NAMES.len(), "the times tell");
        if self.is_new(&left, "report.json") {
            assert_eq!(new, NAMES.len(), "report.json takes its name last");
        }
        let partials = fs::read_dir(out).expect("a directory").count() - NAMES.len();
        assert!(partials <= NAMES.len(), "{partials} files of killed runs have piled up");
        match (new, partials) {
            (0, 0) => State::Before,
            (0, _) => State::Writing,
            (_, 0) => State::After,
            _ => State::Between,
        }
    }

    fn is_new(&self, left: &Files, name: &str) -> bool {
        let is_old = left.time(name) == self.old.time(name);
        let report = if is_old { &self.old } else { &self.new };
        assert!(left.says(report, name), "{name} is not whole");
        !is_old
    }

    /// A run to its end is right, whatever happened before.
    pub(super) fn assert_new(&self, files: &Files) {
        for name in NAMES {
            assert!(files.says(&self.new, name), "{name} is not right");
        }
    }
}
