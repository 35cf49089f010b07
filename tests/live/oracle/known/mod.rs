//! Where the registry's own garbage collection is known to be wrong, or silent, or to give up: the
//! smallest registry in which that shows, what each says of it, and why they differ.

mod broken;
mod needed;
pub(crate) mod page;
mod scene;
mod silent;
mod untagged;

use std::collections::BTreeSet;
use std::time::Duration;

use scene::Scene;

use super::folder;
use super::ledger::write;
use crate::audit::{Audit, Report, source};
use crate::collector::{Collection, Storage, collect};
use crate::record::Figures;
use crate::registry::Version;

/// One thing that is known.
pub(crate) struct Known {
    /// A heading.
    pub(crate) name: &'static str,
    pub(crate) scene: fn(&mut Scene),
    pub(crate) roots: Roots,
    /// What `--min-age` says.
    pub(crate) min_age: Duration,
    pub(crate) v2: Gc,
    pub(crate) v3: Gc,
    pub(crate) ours: Ours,
    /// Why they differ.
    pub(crate) why: &'static str,
}

/// What most have in common.
const BASE: Known = Known {
    name: "",
    scene: |_| (),
    roots: Roots::Revisions,
    min_age: Duration::ZERO,
    v2: Gc::Deletes(&[]),
    v3: Gc::Deletes(&[]),
    ours: Ours { reclaims: &[], doubts: &[], finds: &[] },
    why: "",
};

/// What keeps blobs alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Both at their defaults.
    Revisions,
    /// `garbage-collect --delete-untagged` beside `--roots tags`.
    Tags,
}

/// What `garbage-collect --dry-run` says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gc {
    /// It would delete the blobs of these names.
    Deletes(&'static [&'static str]),
    /// It would delete these layer links, `repository: name`, and no blob.
    Unlinks(&'static [&'static str]),
    /// It reports nothing, and its last words hold this.
    GivesUp(&'static str),
}

/// What `ocifsck audit --min-age 0s` says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ours {
    /// The blobs that it calls reclaimable.
    pub(crate) reclaims: &'static [&'static str],
    /// The blobs that it does not dare to judge.
    pub(crate) doubts: &'static [&'static str],
    /// The codes of all that it finds, besides garbage that it reclaims.
    pub(crate) finds: &'static [&'static str],
}

/// Those that have something in common.
struct Group {
    title: &'static str,
    known: &'static [Known],
}

/// All that is known, in the order of the page.
const GROUPS: &[Group] = &[
    Group { title: "What is still needed would be deleted", known: needed::KNOWN },
    Group { title: "garbage-collect gives up", known: broken::KNOWN },
    Group { title: "With `--delete-untagged`", known: untagged::KNOWN },
    Group { title: "What garbage-collect never tells", known: silent::KNOWN },
];

/// Each is as the table says.
pub(crate) fn differ_as_told(version: Version) -> Figures {
    let all: Vec<_> = GROUPS.iter().flat_map(|group| group.known).collect();
    let wrong: Vec<String> = all.iter().filter_map(|known| known.wrong(version)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Figures::default().with("known differences", all.len())
}

impl Known {
    /// What is not as the table says.
    fn wrong(&self, version: Version) -> Option<String> {
        let mut scene = Scene::default();
        (self.scene)(&mut scene);
        scene.check(self.name);
        let folder = folder();
        write(&scene.registry, folder.path());

        let gc = match version {
            Version::V2 => self.v2,
            Version::V3 => self.v3,
        };
        let options: &[&str] = if self.roots == Roots::Tags { &["--delete-untagged"] } else { &[] };
        let collected = collect(version, Storage::Folder(folder.path()), options);
        let mut wrong = gc.wrong(&scene, &collected);

        let roots = if self.roots == Roots::Tags { "tags" } else { "revisions" };
        let audit = Audit::of(source(folder.path())).older_than(self.min_age);
        let report = audit.with(&["--roots", roots]).report();
        wrong.extend(self.ours.wrong(&scene, &report, self.roots));
        (!wrong.is_empty())
            .then(|| format!("{}, {}: {}", self.name, version.name(), wrong.join("; ")))
    }
}

impl Gc {
    fn wrong(self, scene: &Scene, collected: &Result<Collection, String>) -> Vec<String> {
        match (self, collected) {
            (Self::Deletes(blobs), Ok(found)) => {
                differs("it would delete", blobs, &scene.names(&found.blobs)).into_iter().collect()
            }
            (Self::Unlinks(links), Ok(found)) => {
                let found_links = scene.links(&found.layer_links);
                let blobs = scene.names(&found.blobs);
                [
                    differs("it would unlink", links, &found_links),
                    differs("it would delete", &[], &blobs),
                ]
                .into_iter()
                .flatten()
                .collect()
            }
            (Self::GivesUp(words), Err(said)) if said.contains(words) => Vec::new(),
            (_, Ok(found)) => vec![format!("it collected {:?}", scene.names(&found.blobs))],
            (_, Err(said)) => vec![format!("it gave up: {said}")],
        }
    }
}

impl Ours {
    fn wrong(self, scene: &Scene, report: &Report, roots: Roots) -> Vec<String> {
        let mut reclaims = report.digests("orphaned");
        let mut doubts = report.digests("undecided");
        let mut untagged = report.digests("untagged");
        if roots == Roots::Tags {
            // The sum leaves out what is in doubt, which has the verdict `untagged` all the same.
            let sum = report.number("/totals/reclaimable/tags/count");
            let is_sure = sum == (reclaims.len() + untagged.len()) as u64;
            if is_sure { &mut reclaims } else { &mut doubts }.append(&mut untagged);
            assert_eq!(sum, reclaims.len() as u64, "some are in doubt and some are not");
        }
        let expected = ["orphaned-blob", "untagged-manifest", "undecided-blob"];
        let codes = report
            .findings()
            .iter()
            .map(|finding| finding["code"].as_str().expect("a code").to_owned());
        let codes = codes.filter(|code| !expected.contains(&code.as_str())).collect();
        [
            differs("ocifsck reclaims", self.reclaims, &scene.names(&reclaims)),
            differs("ocifsck doubts", self.doubts, &scene.names(&doubts)),
            differs("ocifsck finds", self.finds, &codes),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn differs(what: &str, expected: &[&str], found: &BTreeSet<String>) -> Option<String> {
    let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    (expected != *found).then(|| format!("{what} {found:?}, not {expected:?}"))
}
