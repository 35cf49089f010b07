//! One fault, and how an audit through it may end.

use tempfile::TempDir;

use super::judge::{self, Clean, Ending};
use crate::process::Outcome;
use crate::proxy::{Fault, On, Rule, page};

pub(super) struct Case {
    pub(super) name: String,
    pub(super) ground: Ground,
    pub(super) rules: Vec<Rule>,
    pub(super) law: Law,
    /// What the program is told by `--timeout`.
    pub(super) timeout: &'static str,
}

/// How an audit may end.
#[derive(Clone, Copy)]
pub(super) enum Law {
    /// In this way and no other.
    Ends(Ending),
    /// In any way that says nothing that is not so.
    Sound,
    /// The same, but for what a listing says that was changed on its way.
    AsListed,
}

/// What the clean report is made of too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ground {
    /// What `--verify` says.
    pub(super) verify: &'static str,
    pub(super) list_twice: bool,
    /// Whether listings show no `ETag`, so that every link is read.
    pub(super) is_plain: bool,
}

impl Ground {
    pub(super) const USUAL: Self = Self { verify: "manifests", list_twice: false, is_plain: false };

    /// What the server is like.
    pub(super) fn rules(self) -> Option<Rule> {
        let plain = || Rule::every(On::List, Fault::Edit(page::without_etags)).into_ground();
        self.is_plain.then(plain)
    }

    /// What the program is told.
    pub(super) fn arguments(self) -> Vec<&'static str> {
        let twice = self.list_twice.then_some("--list-twice");
        ["--verify", self.verify].into_iter().chain(twice).collect()
    }
}

/// A case under a name of its own that ends in one way.
pub(super) fn case(name: &str, ending: Ending, rule: Rule) -> Case {
    Case {
        name: name.to_owned(),
        ground: Ground::USUAL,
        rules: vec![rule],
        law: Law::Ends(ending),
        // Where nothing should fail for good, nothing is to fail for a busy machine either.
        timeout: "20s",
    }
}

impl Case {
    /// Has to wait for as long as it may.
    pub(super) fn for_long(self) -> Self {
        Self { timeout: "8s", ..self }
    }

    /// Has pauses between its attempts that are long enough to outlast a fault of seconds, whatever
    /// chance makes of them.
    pub(super) fn patiently(self) -> Self {
        Self { timeout: "60s", ..self }
    }

    pub(super) fn verifying(mut self, what: &'static str) -> Self {
        self.ground.verify = what;
        self
    }

    pub(super) fn without_etags(mut self) -> Self {
        self.ground.is_plain = true;
        self
    }

    /// How it ended, or why it should not have ended so.
    pub(super) fn judge(
        &self,
        clean: &Clean,
        outcome: &Outcome,
        folder: &TempDir,
    ) -> Result<Ending, String> {
        let (ending, why) = match self.law {
            Law::AsListed => judge::altered(clean, outcome, folder)?,
            Law::Ends(_) | Law::Sound => judge::ending(clean, outcome, folder)?,
        };
        match self.law {
            Law::Ends(expected) if ending != expected => {
                Err(format!("{ending:?} and not {expected:?}: {why}"))
            }
            _ => Ok(ending),
        }
    }
}
