//! The program's own source, as tests hold rules against it.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file without its comments and its tests.
pub(crate) struct Source {
    /// Below `src/`.
    pub(crate) path: PathBuf,
    pub(crate) code: String,
}

pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap().to_owned();
                sources.push(Source { code: code(&path), path: inside });
            }
        }
    }
    assert!(sources.len() > 50, "the source was found");
    sources
}

/// The lines before the tests, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let mut code = String::new();
    let mut before = "";
    for line in text.lines() {
        if before.starts_with("#[cfg(test)]") && line.starts_with("mod tests {") {
            break;
        }
        if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
        before = line;
    }
    code
}

impl Source {
    pub(crate) fn is_test(&self) -> bool {
        let text = self.path.to_string_lossy();
        ["tests.rs", "tests/", "laws.rs", "dummy"].iter().any(|name| text.contains(name))
    }
}

/// Whether a word stands in the code by itself.
pub(crate) fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_word(before) && !is_word(after)
    })
}

/// Holds a rule against every file but the tests; the files that break it are named together.
pub(crate) fn hold(rule: &str, breaks: impl Fn(&Source) -> bool) {
    let sources = sources();
    let broken: Vec<_> = sources
        .iter()
        .filter(|s| !s.is_test() && breaks(s))
        .map(|s| s.path.display().to_string())
        .collect();
    assert!(broken.is_empty(), "{rule}: {}", broken.join(", "));
}
