//! A client that pushes to one registry, told what to do as people tell it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::run;
use crate::registry::Registry;
use crate::tools;

const LIMIT: Duration = Duration::from_mins(1);

pub(super) struct Program<'a> {
    name: &'a str,
    options: &'a str,
    registry: &'a Registry,
    /// Where it runs, and its home.
    folder: TempDir,
}

impl<'a> Program<'a> {
    /// The program of this name, which is given `options` at the end of each command line.
    pub(super) fn new(registry: &'a Registry, name: &'a str, options: &'a str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { name, options, registry, folder }
    }

    /// Writes a file where the program runs.
    pub(super) fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), content).expect("a file");
    }

    /// Runs it with these arguments, separated by spaces, and returns what it printed. `$REGISTRY`
    /// stands for the registry's address.
    pub(super) fn run(&self, arguments: &str) -> String {
        let line =
            format!("{arguments} {}", self.options).replace("$REGISTRY", &self.registry.address);
        let mut command = Command::new(tools::path(self.name));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path());
        let outcome = run(&mut command, LIMIT);
        assert!(outcome.status.success(), "{} {line}: {}", self.name, outcome.stderr);
        outcome.stdout.trim().to_owned()
    }
}
