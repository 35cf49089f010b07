//! What comes of a storm: figures for the table, or what went wrong with the story of it.

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;

use super::auditor::Audited;
use super::event::{Event, Moment};
use super::findings;
use super::judge::{Judge, Kind, Violation};
use super::quiet;
use super::story;
use super::truth::Truth;
use crate::record::Figures;

/// The most complaints that are told in full.
const TOLD: usize = 12;

pub(super) struct Outcome<'a> {
    truth: &'a Truth,
    audits: &'a [Audited],
    /// What so many listings cannot see, by how many.
    excused: BTreeMap<(Kind, usize), usize>,
    complaints: Vec<String>,
}

impl<'a> Outcome<'a> {
    /// Judges every report by what the pushers know.
    pub(super) fn of(truth: &'a Truth, audits: &'a [Audited]) -> Self {
        let mut judge = Judge::new(truth);
        let mut outcome = Self { truth, audits, excused: BTreeMap::new(), complaints: Vec::new() };
        for (number, audit) in audits.iter().enumerate() {
            let mut found = judge.verdicts(&audit.verdicts(), audit.times);
            found.extend(findings::false_ones(truth, audit.report.findings(), audit.times));
            found.extend(audit.wrong_status());
            for violation in found {
                outcome.take(number, audit, &violation);
            }
        }
        outcome
    }

    fn take(&mut self, number: usize, audit: &Audited, violation: &Violation) {
        let Violation { kind, digest, words } = violation;
        if kind.is_excused(audit.listings()) {
            *self.excused.entry((*kind, audit.listings())).or_default() += 1;
            return;
        }
        let story = digest.as_ref().map(|digest| story::of(self.truth, digest, audit.times));
        let story = story.unwrap_or_default();
        self.complaints
            .push(format!("audit {number} {:?}: {kind:?}: {words}\n{story}", audit.options));
    }

    /// A storm that blew less than it should shows nothing.
    pub(super) fn demand(&mut self, pushes: usize, audits: usize) {
        let done = (self.pushes().count(), self.audits.len());
        if done.0 < pushes || done.1 < audits {
            self.complaints.push(format!("{done:?} of {:?} pushes and audits", (pushes, audits)));
        }
    }

    fn pushes(&self) -> impl Iterator<Item = &Event> {
        self.truth.events.iter().filter(|event| event.is_push)
    }

    pub(super) fn complain(&mut self, more: Vec<String>) {
        self.complaints.extend(more);
    }

    /// The figures, if there is nothing to complain of. If there is, logs and reports are kept in
    /// `folder` for whoever looks for the fault.
    pub(super) fn figures(self, folder: TempDir) -> Figures {
        let figures = self.count();
        if self.complaints.is_empty() {
            return figures;
        }
        for (number, audit) in self.audits.iter().enumerate() {
            // Best effort: the failure itself is what counts.
            let _ = fs::rename(audit.report.out(), folder.path().join(format!("audit-{number}")));
        }
        let kept = folder.keep();
        let told: Vec<&str> = self.complaints.iter().take(TOLD).map(String::as_str).collect();
        panic!(
            "{} complaints; logs and reports are in {}\n{}\n{}",
            self.complaints.len(),
            kept.display(),
            figures.told(),
            told.join("\n"),
        );
    }

    /// The findings of something missing that were true: that there are some shows that the audits
    /// looked.
    fn missing_links(&self) -> usize {
        let findings = self.audits.iter().flat_map(|audit| audit.report.findings());
        findings.filter(|finding| finding["code"] == "missing-link").count()
    }

    fn count(&self) -> Figures {
        let longest = |spans: &mut dyn Iterator<Item = Moment>| spans.max().unwrap_or(0) / 1000;
        let twice = self.audits.iter().filter(|audit| audit.listings() == 2).count();
        let excused = |kind, listings| self.excused.get(&(kind, listings)).copied().unwrap_or(0);
        Figures::default()
            .with("pushes", self.pushes().count())
            .with("blobs", self.truth.stored().count())
            .with(
                "times that a dead one came back to life",
                quiet::revived(self.truth, self.audits),
            )
            .with("audits", self.audits.len())
            .with("of them with two listings", twice)
            .with("false findings", self.complaints.len())
            .with("true findings of missing links", self.missing_links())
            .with("orphans let go while one listing ran", excused(Kind::LetGo, 1))
            .with("orphans promoted while one listing ran", excused(Kind::Promoted, 1))
            .with("orphans that lived too briefly for one", excused(Kind::Brief, 1))
            .with("orphans that lived too briefly for two", excused(Kind::Brief, 2))
            .with("ms the slowest push", longest(&mut self.pushes().map(Event::micros)))
            .with("ms the slowest audit", longest(&mut self.audits.iter().map(Audited::micros)))
    }
}
