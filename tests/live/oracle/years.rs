//! Years of use, played at random: what people and their build machines do to a registry.
//!
//! Whatever the registry's own garbage collection is known to misjudge is left out; that is what
//! `known` is for.

use fastrand::Rng;
use ocifsck::layout::Entry;
use ocifsck::oci::Digest;
use ocifsck::testing::Document;

use super::ledger::{Ledger, Manifest};
use super::maker::Maker;

/// What is to be played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// How many objects there shall be, to within a few dozen.
    pub(crate) objects: usize,
    /// Whether people still push schema 1.
    pub(crate) has_schema1: bool,
}

/// Names of which one begins another, or whose order in a listing is not that of a tree.
const NEIGHBOURS: [&str; 10] =
    ["a", "a-b", "a.b", "a/b", "a/b/c", "a/0", "a_b", "ab", "library/a", "0/a"];

/// Plays until there are so many objects.
pub(crate) fn play(plan: Plan) -> Ledger {
    let mut rng = Rng::with_seed(plan.seed);
    let mut years = Years {
        maker: Maker::new(rng.fork(), 20 + plan.objects / 200, plan.has_schema1),
        rng,
        teams: 3 + plan.objects / 5000,
        ledger: Ledger::default(),
        pushed: Vec::new(),
    };
    while years.ledger.objects() < plan.objects {
        // Counting takes a moment where there is much.
        for _ in 0..(plan.objects / 250).max(4) {
            years.event();
        }
    }
    years.ledger
}

struct Years {
    rng: Rng,
    maker: Maker,
    teams: usize,
    ledger: Ledger,
    /// What has been pushed by itself, not as a child, and where.
    pushed: Vec<(String, Manifest)>,
}

impl Years {
    fn event(&mut self) {
        match self.rng.u32(0..100) {
            0..28 => {
                let image = self.maker.any_image();
                self.push(image.into());
            }
            28..38 => {
                let index = self.maker.any_index();
                self.push(index);
            }
            38..44 => {
                let artifact = self.maker.any_artifact();
                self.push(artifact.into());
            }
            44..49 => self.push_referrer(),
            49..57 => self.copy(),
            57..60 => self.retag(),
            60..80 => self.delete(),
            _ => self.mishap(),
        }
    }

    /// Under a tag that others move too, or one of its own, or none.
    fn push(&mut self, manifest: Manifest) {
        let repository = self.repository();
        self.push_to(repository, manifest);
    }

    fn push_to(&mut self, repository: String, manifest: Manifest) {
        let tag = match self.rng.u32(0..10) {
            0..5 => Some(format!("v{}", self.rng.u32(0..12))),
            5..8 => Some(format!("build-{}", self.maker.next())),
            _ => None,
        };
        self.ledger.push(&repository, tag.as_deref(), &manifest);
        self.pushed.push((repository, manifest));
    }

    /// Listed under the fallback tag, whose index is another one each time.
    fn push_referrer(&mut self) {
        let Some((repository, subject)) = self.rng.choice(&self.pushed).cloned() else {
            return;
        };
        let stem = subject.digest().to_string().replace(':', "-");
        let artifact = Document::artifact("application/vnd.example.sbom")
            .layer(self.maker.own_layer("an sbom"))
            .subject(&subject.digest());
        let (tag, manifest) = if self.rng.bool() {
            let index = Manifest::from(Document::index());
            (stem, index.child("unknown/unknown", artifact.into()))
        } else {
            (
                format!("{stem}.sig"),
                Document::image().layer(self.maker.own_layer("a signature")).into(),
            )
        };
        self.ledger.push(&repository, Some(&tag), &manifest);
    }

    fn copy(&mut self) {
        if let Some((_, manifest)) = self.rng.choice(&self.pushed).cloned() {
            self.push(manifest);
        }
    }

    /// Of an index its children are deleted with it, or left for nobody to find.
    fn delete(&mut self) {
        if self.pushed.is_empty() {
            return;
        }
        let (repository, manifest) = self.pushed.swap_remove(self.rng.usize(0..self.pushed.len()));
        self.ledger.delete(&repository, &manifest.digest());
        if self.rng.bool() {
            for child in &manifest.children {
                self.ledger.delete(&repository, &child.digest());
            }
        }
    }

    fn retag(&mut self) {
        if let Some((repository, manifest)) = self.rng.choice(&self.pushed).cloned() {
            self.push_to(repository, manifest);
        }
    }

    /// What is left where something went wrong, or never was finished.
    fn mishap(&mut self) {
        let Some((repository, _)) = self.rng.choice(&self.pushed).cloned() else {
            return;
        };
        let (own, id) = (self.maker.own("on the way"), self.maker.next());
        let image = self.maker.image();
        let shared = self.maker.shared();
        self.ledger.aside(|registry| match id % 7 {
            // Data to which no link was written; nor to all of an image.
            0 => drop(registry.blob(own)),
            1 => {
                registry.push_untagged("short-lived", &image);
                let digest = image.digest();
                registry.remove(&registry.revision_key("short-lived", &digest));
            }
            // A layer whose manifest never came; one that was mounted for nothing.
            2 => {
                let digest = registry.blob(own);
                registry.mount(&repository, &digest);
            }
            3 => {
                let digest = registry.blob(shared);
                registry.mount(&format!("mounts/only{id}"), &digest);
            }
            // A link whose data is gone.
            4 => registry.mount(&repository, &Digest::sha256_of(own.as_bytes())),
            // A tag of which only the history is left.
            5 => {
                let digest = Digest::sha256_of(own.as_bytes());
                let tag = format!("gone-{id}");
                let entry = Entry::TagHistory {
                    repository: &repository,
                    tag: &tag,
                    digest: digest.clone(),
                };
                registry.link(&entry, &digest);
            }
            _ => registry.upload(&format!("uploads/only{id}"), "6b1d", &own),
        });
    }

    fn repository(&mut self) -> String {
        if self.rng.u32(0..4) == 0 {
            return NEIGHBOURS[self.rng.usize(0..NEIGHBOURS.len())].to_owned();
        }
        format!("team{}/app{}", self.rng.usize(0..self.teams), self.rng.usize(0..12))
    }
}
