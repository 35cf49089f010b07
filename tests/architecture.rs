//! The directions of the architecture (`docs/architecture.md`), held against the source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules, the lowest first. A module names only those before it.
const ORDER: [&str; 12] = [
    "oci",
    "object",
    "layout",
    "store",
    "inventory",
    "graph",
    "audit",
    "report",
    "scan",
    "explain",
    "testing",
    "cli",
];

/// A source file without its comments and its tests.
struct Source {
    path: PathBuf,
    module: String,
    code: String,
}

fn sources() -> Vec<Source> {
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
                let module = inside.iter().next().unwrap().to_str().unwrap();
                let module = module.trim_end_matches(".rs").to_owned();
                sources.push(Source { code: code(&path), path: inside, module });
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

fn is_test(source: &Source) -> bool {
    let text = source.path.to_string_lossy();
    ["tests.rs", "tests/", "laws.rs", "dummy"].iter().any(|name| text.contains(name))
}

fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_word(before) && !is_word(after)
    })
}

/// Holds a rule against every file but the tests; the files that break it are named together.
fn hold(rule: &str, breaks: impl Fn(&Source) -> bool) {
    let sources = sources();
    let broken: Vec<_> = sources
        .iter()
        .filter(|s| !is_test(s) && breaks(s))
        .map(|s| s.path.display().to_string())
        .collect();
    assert!(broken.is_empty(), "{rule}: {}", broken.join(", "));
}

#[test]
fn every_module_is_in_the_order() {
    let modules: BTreeSet<_> = sources().into_iter().map(|source| source.module).collect();
    for module in modules.iter().filter(|module| !matches!(&***module, "lib" | "main")) {
        assert!(ORDER.contains(&&**module), "{module} has no place in the order");
    }
}

#[test]
fn lower_modules_name_no_upper_ones() {
    let place = |module: &str| ORDER.iter().position(|name| *name == module);
    hold("a lower module names an upper one", |source| {
        let Some(own) = place(&source.module) else { return false };
        ORDER[own + 1..].iter().any(|upper| names(&source.code, &format!("crate::{upper}")))
    });
}

#[test]
fn the_pure_half_waits_for_nothing_and_asks_nobody() {
    let pure = ["oci", "object", "layout", "inventory", "graph", "audit"];
    hold("the pure half does more than compute", |source| {
        pure.contains(&&*source.module)
            && [
                "tokio",
                "futures",
                "tracing",
                "async",
                "Timestamp::now",
                "SystemTime",
                "std::fs",
                "std::env",
            ]
            .iter()
            .any(|word| names(&source.code, word))
    });
    hold("a report is made of values", |source| {
        source.module == "report"
            && ["tokio", "futures", "tracing", "async", "Timestamp::now", "SystemTime::now"]
                .iter()
                .any(|word| names(&source.code, word))
    });
}

#[test]
fn only_the_s3_store_names_the_sdk() {
    hold("the SDK is named outside its store", |source| {
        !source.path.starts_with("store/s3")
            && source.path != Path::new("store/s3.rs")
            && source.code.contains("aws_")
    });
}

#[test]
fn only_the_command_line_prints() {
    hold("something prints that should return", |source| {
        !matches!(&*source.module, "cli" | "main")
            && ["println!", "eprintln!", "print!", "eprint!", "dbg!", "stdout", "stderr"]
                .iter()
                .any(|word| source.code.contains(word))
    });
}

#[test]
fn nothing_writes_to_a_bucket() {
    let calls = [
        "put_object",
        "delete_object",
        "delete_objects",
        "copy_object",
        "create_multipart_upload",
        "upload_part",
        "complete_multipart_upload",
        "abort_multipart_upload",
        "create_bucket",
        "delete_bucket",
        "put_bucket",
        "restore_object",
        "write_get_object_response",
        "put_object_tagging",
        "delete_object_tagging",
        "rename_object",
    ];
    hold("a call that writes", |source| calls.iter().any(|call| source.code.contains(call)));
}
