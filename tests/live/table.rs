//! `docs/compatibility.md`, made of the trials' records and of nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use libtest_mimic::Trial;

use crate::lab::{Kind, script};
use crate::matrix::{Cell, Run, Scenario, Scenarios};
use crate::process::run;
use crate::record::Record;
use crate::registry::Version;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compatibility.md")
}

/// The everyday trial: the page that is there tells of every cell.
pub(crate) fn trial(scenarios: Scenarios) -> Trial {
    Trial::test("docs/compatibility.md tells of every cell", move || {
        let text = fs::read_to_string(page()).expect("docs/compatibility.md");
        let names = Cell::all(scenarios).into_iter().map(Cell::name);
        let untold: Vec<_> = names.filter(|name| !text.contains(&format!("`{name}`"))).collect();
        assert!(untold.is_empty(), "run scripts/compatibility: nothing is told of {untold:?}");
        Ok(())
    })
}

/// Writes the page.
pub(crate) fn write(scenarios: Scenarios) {
    fs::write(page(), render(scenarios)).expect("docs/compatibility.md can be written");
}

fn render(scenarios: Scenarios) -> String {
    let mut text = HEAD.to_owned();
    let cells = Cell::all(scenarios);
    let records: Vec<_> = cells.iter().filter_map(|cell| Record::read(&cell.name())).collect();
    let days: BTreeSet<_> = records.iter().map(|record| record.date.as_str()).collect();
    let days: Vec<_> = days.into_iter().collect();
    writeln!(text, "Run on {}.\n", days.join(" and ")).expect(WRITES);
    text.push_str(&versions());
    for part in [Part::Registries, Part::Servers, Part::Folders, Part::Folder] {
        text.push_str(&part.render(scenarios));
    }
    text.push_str("## What each scenario shows\n");
    for scenario in scenarios.iter().copied().flatten() {
        write!(text, "\n### {}\n\n{}.\n\n", scenario.name, capitalised(scenario.shows))
            .expect(WRITES);
        for cell in Cell::of(scenario) {
            writeln!(text, "- `{}`: {}", cell.name(), told(cell)).expect(WRITES);
        }
    }
    text
}

const WRITES: &str = "a string takes text";

const HEAD: &str = "\
# Compatibility

<!-- written by scripts/compatibility -->

What the live suite saw: the real program on real servers behind real registries, filled by real
clients. `scripts/compatibility` runs it and writes this page; `lab/README.md` says how to bring up
the same servers by hand.

";

/// What was installed, as the programs themselves say.
fn versions() -> String {
    let outcome = run(&mut script("installed"), Duration::from_mins(1));
    assert!(outcome.status.success(), "lab/installed: {}", outcome.stderr);
    let mut text = "| component | version |\n|---|---|\n".to_owned();
    writeln!(text, "| ocifsck | {} |", env!("CARGO_PKG_VERSION")).expect(WRITES);
    for line in outcome.stdout.lines() {
        let (component, version) = line.split_once(' ').expect("a component and its version");
        writeln!(text, "| {component} | {version} |").expect(WRITES);
    }
    text + "\n"
}

/// The scenarios that run on the same grounds.
#[derive(Clone, Copy)]
enum Part {
    Registries,
    Servers,
    Folders,
    Folder,
}

impl Part {
    const fn title(self) -> &'static str {
        match self {
            Self::Registries => "Through a registry into a server",
            Self::Servers => "On a server",
            Self::Folders => "Through a registry into a folder",
            Self::Folder => "On a folder",
        }
    }

    const fn holds(self, run: Run) -> bool {
        match self {
            Self::Registries => matches!(run, Run::Registries(_)),
            Self::Servers => matches!(run, Run::Servers(_) | Run::Minio(_)),
            Self::Folders => matches!(run, Run::Folders(_)),
            Self::Folder => matches!(run, Run::Folder(_)),
        }
    }

    fn grounds(self) -> Vec<(Option<Kind>, Option<Version>)> {
        let versions = Version::ALL.map(Some);
        match self {
            Self::Registries => Kind::ALL
                .iter()
                .flat_map(|kind| versions.map(|version| (Some(*kind), version)))
                .collect(),
            Self::Servers => Kind::ALL.iter().map(|kind| (Some(*kind), None)).collect(),
            Self::Folders => versions.map(|version| (None, version)).to_vec(),
            Self::Folder => vec![(None, None)],
        }
    }

    fn render(self, scenarios: Scenarios) -> String {
        let grounds = self.grounds();
        let mut text = format!("## {}\n\n| scenario |", self.title());
        for (kind, version) in &grounds {
            let titles = [kind.map(Kind::title), version.map(Version::title)];
            let title: Vec<_> = titles.into_iter().flatten().collect();
            let title = if title.is_empty() { "a folder".to_owned() } else { title.join(", ") };
            write!(text, " {title} |").expect(WRITES);
        }
        writeln!(text, "\n|---|{}", "---|".repeat(grounds.len())).expect(WRITES);
        for scenario in
            scenarios.iter().copied().flatten().filter(|scenario| self.holds(scenario.run))
        {
            write!(text, "| [{0}](#{0}) |", scenario.name).expect(WRITES);
            for ground in &grounds {
                write!(text, " {} |", short(scenario, *ground)).expect(WRITES);
            }
            text.push('\n');
        }
        text + "\n"
    }
}

/// What stands in the table.
fn short(scenario: &'static Scenario, ground: (Option<Kind>, Option<Version>)) -> &'static str {
    let has_ground = |cell: &Cell| (cell.server, cell.version) == ground;
    match Cell::of(scenario).into_iter().find(has_ground) {
        None => "—",
        Some(cell) => match Record::read(&cell.name()) {
            None => "not run",
            Some(record) if record.failure.is_some() => "**failed**",
            Some(_) => "passed",
        },
    }
}

/// What stands below it.
fn told(cell: Cell) -> String {
    let Some(record) = Record::read(&cell.name()) else {
        return "not run when this page was written".to_owned();
    };
    match record.failure {
        Some(failure) => {
            let reason = failure.lines().next().unwrap_or_default();
            format!("**failed**: {reason}")
        }
        None if record.figures.is_empty() => format!("passed in {} s", record.seconds),
        None => format!("passed in {} s: {}", record.seconds, record.figures.told()),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}
