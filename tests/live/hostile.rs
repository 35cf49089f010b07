//! Hostile content: what stands beside it is judged as if it were not there, nothing takes more
//! than its share of time and memory, and no name acts.

mod documents;
mod names;
mod plant;
mod run;
mod tables;
mod trees;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use self::documents::Document;
use self::names::Planted;
use self::plant::Plant;
use self::run::{Ran, run};
use self::tables::{Tables, acts};
use crate::images::sha256;
use crate::keys;
use crate::lab::S3Bucket;
use crate::matrix::{Run, Scenario};
use crate::record::Figures;

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "hostile",
    shows: "hostile names and manifests take no more than their share, and change nothing else",
    needs: &[],
    run: Run::Servers(hostile_content_harms_nobody),
    is_loud: false,
}];

const ROOT: &str = "root";

fn hostile_content_harms_nobody(bucket: &S3Bucket) -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [calm, out] = ["calm", "out"].map(|name| folder.path().join(name));
    let mut plant = Plant::new(bucket, ROOT);
    ordinary(&mut plant);
    assert!(plant.flush() > 0 && plant.refused.is_empty(), "{:?}", plant.refused);
    audit(bucket, folder.path(), &["--format", "json", "--out", path(&calm)]);

    let documents = documents::plant(&mut plant);
    let trees = trees::plant(&mut plant);
    let names = names::plant(&mut plant);
    let objects = plant.flush();
    let names = names.without(&plant);

    let ran = audit(bucket, folder.path(), &["--format", "json", "--out", path(&out)]);
    let (before, after) = (Tables::read(&calm), Tables::read(&out));
    let report: Value = serde_json::from_str(&ran.stdout).expect("stdout is JSON");
    assert_eq!(report["complete"], true, "{}", report["incomplete_because"]);
    assert_the_rest_is_untouched(&before, &after);
    assert_codes(&after, &documents, &trees);
    assert_names(&names, &after, &report);
    assert_mute(&ran.stdout, "JSON");
    assert_mute(&ran.stderr, "stderr");

    for color in ["never", "always"] {
        let told = audit(bucket, folder.path(), &["--color", color, "--out", path(&out)]);
        assert_mute(&without_colours(&told.stdout), "the summary");
        assert_mute(&told.stderr, "stderr");
    }
    let bottoms = trees.iter().map(|(_, _, digest)| (digest.as_str(), "text"));
    for (reference, format) in bottoms.chain([(&*names.image, "text"), (&*names.image, "json")]) {
        let args = ["explain", &bucket.source(ROOT), reference, "--format", format];
        let told = run(bucket, folder.path(), &args);
        assert_eq!(told.status, Some(0), "{args:?}: {}", told.stderr);
        assert_mute(&told.stdout, "an explanation");
    }
    Figures::default()
        .with("objects", objects)
        .with("names and keys refused by the server", plant.refused.len())
        .with("seconds", ran.took.as_secs())
        .with("MiB at most", ran.peak >> 10)
}

/// A registry with a whole image, a broken one, a multi-platform one and some garbage.
fn ordinary(plant: &mut Plant) {
    let image = plant.image("library/app", "1.0", &["base", "app"]);
    let sibling = plant.image("library/app", "1.0-arm", &["base", "app for arm"]);
    let index = plant.index("library/app", &[image, sibling], "all platforms");
    plant.tag("library/app", "all", index["digest"].as_str().unwrap_or_default());
    let orphan = plant.blob("nobody needs this");
    plant.put(keys::layer_link("library/app", &orphan), orphan);
    plant.blob("nor this");
    let layers = json!([{"digest": sha256(b"lost"), "size": 4}]);
    let broken = json!({"schemaVersion": 2, "layers": layers}).to_string();
    let broken = plant.manifest("team/broken", broken);
    plant.tag("team/broken", "latest", &broken);
}

fn audit(bucket: &S3Bucket, folder: &Path, args: &[&str]) -> Ran {
    let source = bucket.source(ROOT);
    let ran = run(bucket, folder, &[&["audit", &source, "--min-age", "0s"], args].concat());
    assert_eq!(
        ran.status,
        Some(1),
        "an image is broken, and all could be looked at: {}",
        ran.stderr
    );
    ran
}

/// The one law: what is said of everything else is what was said of it alone.
fn assert_the_rest_is_untouched(before: &Tables, after: &Tables) {
    for name in tables::NAMES {
        let (alone, beside) = (before.rows(name).iter().collect(), after.about(name, before));
        let differ = |a: &Vec<_>, b: &Vec<_>| -> Vec<&tables::Row> {
            a.iter().copied().filter(|row| !b.contains(row)).collect()
        };
        assert_eq!(differ(&alone, &beside), differ(&beside, &alone), "{name}: alone, beside");
    }
}

fn assert_codes(
    after: &Tables,
    documents: &[Document],
    trees: &[(&'static str, &'static [&'static str], String)],
) {
    let found = |repository: &str| -> BTreeSet<&str> {
        let referrer = format!("{repository}:");
        let concerns = |row: &&tables::Row| {
            let referrers = row["referrers"].split(' ');
            row["repository"] == repository
                || referrers.clone().any(|name| name.starts_with(&referrer))
        };
        let rows = after.rows("findings.csv").iter().filter(concerns);
        rows.map(|row| row["code"].as_str()).collect()
    };
    let of_documents = documents.iter().map(|one| (one.repository(), one.codes));
    let of_trees = trees.iter().map(|&(repository, codes, _)| (repository.to_owned(), codes));
    let expected = of_documents.chain(of_trees);
    let wrong: Vec<_> = expected
        .map(|(repository, codes)| (found(&repository), codes, repository))
        .filter(|(found, codes, _)| *found != codes.iter().copied().collect())
        .collect();
    assert!(wrong.is_empty(), "found, expected, where: {wrong:#?}");
}

/// Every name is in the tables and in the JSON, as it is.
fn assert_names(names: &Planted, after: &Tables, report: &Value) {
    let missing = |wanted: &BTreeSet<String>, had: &BTreeSet<String>| -> Vec<String> {
        wanted.difference(had).cloned().collect()
    };
    for (table, column, wanted) in [
        ("repositories.csv", "repository", &names.repositories),
        ("tags.csv", "tag", &names.tags),
        ("findings.csv", "key", &names.strays),
    ] {
        assert_eq!(missing(wanted, &after.column(table, column)), [""; 0], "{table}");
    }
    let findings = report["findings"].as_array().expect("a list");
    let keys = findings.iter().filter_map(|finding| finding["key"].as_str().map(str::to_owned));
    assert_eq!(missing(&names.strays, &keys.collect()), [""; 0]);
}

fn assert_mute(text: &str, what: &str) {
    let acting = text.chars().find(|&c| c != '\n' && acts(c));
    assert_eq!(acting, None, "{what} has a character that acts");
}

/// Without the sequences that set a colour.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (colour, rest) = part.split_once('m').expect("a sequence ends");
        assert!(colour.chars().all(|c| c.is_ascii_digit() || c == ';'), "{colour:?} is no colour");
        text + rest
    })
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}
