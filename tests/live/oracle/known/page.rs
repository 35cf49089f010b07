//! `docs/garbage-collect.md`, made of the table and of nothing else.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use libtest_mimic::Trial;

use super::{Gc, Group, Known, Ours, Roots};

/// The everyday trial: the page that is there says what the table says.
/// `OCIFSCK_REGENERATE=1` writes it anew instead.
pub(crate) fn trial() -> Trial {
    Trial::test("docs/garbage-collect.md says what is known", || {
        if env::var_os("OCIFSCK_REGENERATE").is_some_and(|value| !value.is_empty()) {
            fs::write(page(), render()).expect("docs/garbage-collect.md can be written");
        }
        let text = fs::read_to_string(page()).expect("docs/garbage-collect.md");
        let command = "OCIFSCK_REGENERATE=1 cargo test --test live garbage-collect";
        assert!(text == render(), "run {command}");
        Ok(())
    })
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/garbage-collect.md")
}

const HEAD: &str = "\
# Why ocifsck and `registry garbage-collect` may differ

<!-- written from the table in tests/live/oracle/known -->

On a healthy registry they do not. The live suite plays years of use, with up to a hundred thousand
objects, and compares: what `ocifsck audit --min-age 0s` calls orphaned is, blob for blob, what
`registry garbage-collect --dry-run` of CNCF Distribution 2.8.2 and of 3.1.1 calls eligible for
deletion. [compatibility.md](compatibility.md) has the outcome and the figures.

Where they differ, it is for one of the reasons below. Each is a test of the live suite
(`known-differences`), which builds the smallest registry that shows it and holds both versions of
the real command, and `ocifsck`, to what is written here. What is in doubt has the verdict
`undecided` and is not reclaimable: mend what was found, and audit again.

";

const TAIL: &str = "\
## In a bucket

All this holds of a folder and of a bucket alike. One thing comes to it in a bucket: 3.1.1 lists the
repositories with a `start-after` that sorts before their prefix, which Garage 2.5 answers with an
empty list. To `garbage-collect` there are no repositories then, and every blob is eligible for
deletion. ocifsck does not use `start-after`.
";

fn render() -> String {
    let mut text = HEAD.to_owned();
    for Group { title, known } in super::GROUPS {
        writeln!(text, "## {title}\n").expect(WRITES);
        for known in *known {
            known.render(&mut text);
        }
    }
    text + TAIL
}

const WRITES: &str = "a string takes text";

impl Known {
    fn render(&self, text: &mut String) {
        let Self { name, scene: _, roots, min_age, v2, v3, ours, why } = self;
        let (gc, audit) = match roots {
            Roots::Revisions => ("garbage-collect", "ocifsck audit"),
            Roots::Tags => ("garbage-collect --delete-untagged", "ocifsck audit --roots tags"),
        };
        let age = if *min_age == Duration::ZERO { " --min-age 0s" } else { "" };
        let rows = [
            (format!("2.8.2 `{gc}`"), v2.told()),
            (format!("3.1.1 `{gc}`"), v3.told()),
            (format!("`{audit}{age}`"), ours.told()),
        ];
        writeln!(text, "### {name}\n\n| | |\n|---|---|").expect(WRITES);
        for (who, says) in rows {
            writeln!(text, "| {who} | {says} |").expect(WRITES);
        }
        writeln!(text, "\n{why}.\n").expect(WRITES);
    }
}

impl Gc {
    fn told(self) -> String {
        match self {
            Self::Deletes(&[]) => "would delete nothing".to_owned(),
            Self::Deletes(blobs) => format!("would delete: {}", blobs.join(", ")),
            Self::Unlinks(&[]) => "would unlink nothing".to_owned(),
            Self::Unlinks(links) => format!("would unlink {}", links.join(", ")),
            Self::GivesUp(words) => format!("gives up, with nothing reported: `{words}`"),
        }
    }
}

impl Ours {
    fn told(self) -> String {
        let Self { reclaims, doubts, finds } = self;
        let mut told = Vec::new();
        if !reclaims.is_empty() {
            told.push(format!("reclaimable: {}", reclaims.join(", ")));
        }
        if !doubts.is_empty() {
            told.push(format!("in doubt: {}", doubts.join(", ")));
        }
        if told.is_empty() {
            told.push("nothing is reclaimable".to_owned());
        }
        let code = |code: &&str| format!("[`{code}`](findings.md#{code})");
        if !finds.is_empty() {
            told.push(format!("finds {}", finds.iter().map(code).collect::<Vec<_>>().join(", ")));
        }
        told.join("; ")
    }
}
