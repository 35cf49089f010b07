//! `examples/registry-bucket` is what the gallery makes of a folder, file by file.
//!
//! `OCIFSCK_REGENERATE=1` writes it anew instead; `scripts/make-example-bucket` does that.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::audit::{Audit, source};
use crate::gallery::{self, Exhibit, Expected, assert_reported};
use crate::matrix::{Run, Scenario};
use crate::objects::{InFolder, files_below};
use crate::record::Figures;
use crate::registry::{Registry, Version};

const BEGIN: &str = "<!-- written by scripts/make-example-bucket: begin -->\n";
const END: &str = "<!-- end -->\n";

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "example",
    shows: "`examples/registry-bucket` is what a real registry made",
    needs: &["docker-registry", "skopeo"],
    run: Run::Folder(the_example_bucket_is_what_a_real_registry_made),
    is_loud: false,
}];

pub(crate) fn the_example_bucket_is_what_a_real_registry_made() -> Figures {
    let made = tempfile::tempdir().expect("a temporary folder");
    let registry = Registry::in_folder(Version::V2, made.path());
    let exhibits = gallery::fill(&registry, &InFolder::new(made.path()));
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let (bucket, readme) = (examples.join("registry-bucket"), examples.join("README.md"));
    if env::var_os("OCIFSCK_REGENERATE").is_some_and(|value| !value.is_empty()) {
        copy(made.path(), &bucket);
        let text = fs::read_to_string(&readme).expect("examples/README.md");
        fs::write(&readme, with_exhibits(&text, &exhibits)).expect("examples/README.md");
    }

    let (committed, made_files) = (contents(&bucket), contents(made.path()));
    assert_eq!(names(&committed), names(&made_files), "run scripts/make-example-bucket");
    for (name, bytes) in &made_files {
        assert!(committed[name] == *bytes, "{name} differs: run scripts/make-example-bucket");
    }
    let text = fs::read_to_string(&readme).expect("examples/README.md");
    assert_eq!(text, with_exhibits(&text, &exhibits), "run scripts/make-example-bucket");

    let report = Audit::of(source(&bucket)).with(&["--verify", "all"]).report();
    assert_reported(report.findings(), &exhibits);
    assert_eq!(report.status, Some(1));
    Figures::default().with("kinds of damage", exhibits.len())
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |(name, file): (String, PathBuf)| (name, fs::read(file).expect("a file"));
    files_below(folder).into_iter().map(read).collect()
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    files.keys().collect()
}

/// Makes `to` a copy of `from`, without the empty folders, which git would not keep.
fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("the old example can be removed");
    }
    for (name, bytes) in contents(from) {
        let file = to.join(name);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("folders");
        fs::write(file, bytes).expect("a file");
    }
}

/// The text with its list of exhibits replaced by `exhibits`.
fn with_exhibits(text: &str, exhibits: &[Exhibit]) -> String {
    let (before, rest) = text.split_once(BEGIN).expect("the mark where the list begins");
    let (_, after) = rest.split_once(END).expect("the mark where the list ends");
    let mut list = String::new();
    for exhibit in exhibits {
        writeln!(list, "- `{}`: {}.", exhibit.place, exhibit.done).expect("a string takes text");
        for expected in &exhibit.expected {
            writeln!(list, "  - {}", described(expected)).expect("a string takes text");
        }
    }
    format!("{before}{BEGIN}{list}{END}{after}")
}

fn described(expected: &Expected) -> String {
    let Expected { code, tag, digest, key, .. } = expected;
    let tag = tag.as_ref().map(|tag| format!(" tag `{tag}`"));
    let rest = [digest, key].map(|part| part.as_ref().map(|part| format!(" `{part}`")));
    let rest: String = tag.into_iter().chain(rest.into_iter().flatten()).collect();
    format!("**`{code}`**{rest}")
}
