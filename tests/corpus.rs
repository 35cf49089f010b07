//! The laws of the fuzz targets, tried on every input of their corpora: the seeds, and what once
//! broke a law.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a law that is broken panics")]

#[expect(unreachable_pub, reason = "the fuzz targets have the laws as a library")]
#[path = "../fuzz/src/lib.rs"]
mod laws;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn below(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_laws_hold_for_every_input_of_the_corpora() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, holds) in laws::LAWS {
        let inputs = below(&corpora.join(name));
        assert!(inputs.len() > 5, "{name} has seeds");
        for input in inputs {
            println!("{}", input.display());
            holds(&fs::read(input).unwrap());
        }
    }
}

#[test]
fn every_law_has_a_target_and_a_corpus() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let named = |folder: &str| -> BTreeSet<_> {
        let files = below(&fuzz.join(folder)).into_iter();
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let laws: BTreeSet<_> = laws::LAWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named("targets"), laws);
    assert_eq!(named("corpus"), laws);
}
