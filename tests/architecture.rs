//! The directions of the architecture (`docs/architecture.md`), held against the source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use source::{Source, hold, names, sources};

/// The modules, the lowest first. A module names only those before it.
const ORDER: [&str; 17] = [
    "oci",
    "shard",
    "object",
    "deep",
    "layout",
    "store",
    "inventory",
    "graph",
    "choice",
    "batch",
    "audit",
    "ledger",
    "report",
    "scan",
    "explain",
    "testing",
    "cli",
];

/// The module at the top, such as `store`.
fn module(source: &Source) -> String {
    let top = source.path.iter().next().unwrap().to_str().unwrap();
    top.trim_end_matches(".rs").to_owned()
}

#[test]
fn every_module_is_in_the_order() {
    let modules: BTreeSet<_> = sources().iter().map(module).collect();
    for module in modules.iter().filter(|module| !matches!(&***module, "lib" | "main")) {
        assert!(ORDER.contains(&&**module), "{module} has no place in the order");
    }
}

#[test]
fn lower_modules_name_no_upper_ones() {
    let place = |module: &str| ORDER.iter().position(|name| *name == module);
    hold("a lower module names an upper one", |source| {
        let Some(own) = place(&module(source)) else { return false };
        ORDER[own + 1..].iter().any(|upper| names(&source.code, &format!("crate::{upper}")))
    });
}

#[test]
fn the_pure_half_waits_for_nothing_and_asks_nobody() {
    let pure = [
        "oci",
        "shard",
        "object",
        "deep",
        "layout",
        "inventory",
        "graph",
        "choice",
        "batch",
        "audit",
    ];
    hold("the pure half does more than compute", |source| {
        pure.contains(&&*module(source))
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
        module(source) == "report"
            && ["tokio", "futures", "tracing", "async", "Timestamp::now", "SystemTime::now"]
                .iter()
                .any(|word| names(&source.code, word))
    });
}

#[test]
fn what_is_read_tonight_is_chosen_by_values_alone() {
    hold("the ledger waits for a store or reads a clock", |source| {
        module(source) == "ledger"
            && ["tokio", "futures", "tracing", "async", "Timestamp::now", "SystemTime"]
                .iter()
                .any(|word| names(&source.code, word))
    });
    let pure = ["rolling", "coverage.rs", "candidate.rs", "entry"];
    let pure = pure.map(|path| Path::new("ledger").join(path));
    hold("the choice or the coverage does more than compute", |source| {
        pure.iter().any(|path| source.path.starts_with(path))
            && ["redb", "Instant", "thread", "fs"].iter().any(|word| names(&source.code, word))
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
        !matches!(&*module(source), "cli" | "main")
            && ["println!", "eprintln!", "print!", "eprint!", "dbg!", "stdout", "stderr"]
                .iter()
                .any(|word| source.code.contains(word))
    });
}
