//! Whether an audit's verdicts on blobs can be true, given what the pushers know.

use std::collections::{BTreeMap, HashMap};

use super::event::{Fact, Moment};
use super::spans::Spans;
use super::truth::{Life, Root, Truth};

/// How a report can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `orphaned`, though it was reachable at `as_of`, but by no link that was there from the
    /// beginning of the audit until then, or from then until its end: no listing must show it.
    Brief,
    /// `orphaned`, though it was reachable at `as_of`; but it was let go before the report was
    /// finished. Harmless: whoever deletes it deletes what is dead.
    LetGo,
    /// `orphaned`, though it was reachable at `as_of` and has been ever since: by a link that came
    /// into a part already listed, before another was deleted in a part not yet listed.
    Promoted,
    /// `orphaned`, though one link has made it reachable from `as_of` until the report was finished.
    Alive,
    /// `orphaned`, though it was younger than `--min-age`.
    Young,
    /// Reachable by one link all the time, and yet not called so.
    Unseen,
    /// Called reachable, or tagged, though it was not at any time.
    Imagined,
    /// `untagged`, though one tag has led to it all the time.
    Untagged,
    /// Stored before the audit began, and not in the table; or in the table and never stored.
    Uncounted,
    /// A verdict that nothing here gives cause for.
    Verdict,
    /// A finding that was at no time true.
    Finding,
    /// The report is not complete, or the exit status does not fit it.
    Status,
}

impl Kind {
    /// Whether so many listings of a bucket in motion can do no better.
    pub(super) const fn is_excused(self, listings: usize) -> bool {
        match self {
            Self::Brief => true,
            Self::LetGo | Self::Promoted => listings < 2,
            _ => false,
        }
    }
}

#[derive(Debug)]
pub(super) struct Violation {
    pub(super) kind: Kind,
    pub(super) digest: Option<String>,
    pub(super) words: String,
}

/// The three moments of a report, and its grace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) started_at: Moment,
    pub(super) as_of: Moment,
    pub(super) finished_at: Moment,
    pub(super) min_age: Moment,
}

/// When a blob could be reached, by any link and by each alone.
struct Reach<'a> {
    certain: Spans,
    possible: Spans,
    possibly_tagged: Spans,
    revisions: Vec<&'a Life>,
    tags: Vec<&'a Life>,
}

/// Judges the verdicts of many audits.
pub(super) struct Judge<'a> {
    truth: &'a Truth,
    reaches: HashMap<String, Reach<'a>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(truth: &'a Truth) -> Self {
        Self { truth, reaches: HashMap::new() }
    }

    /// What is wrong with verdicts by digest.
    pub(super) fn verdicts(
        &mut self,
        verdicts: &BTreeMap<String, String>,
        times: Times,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        for (digest, verdict) in verdicts {
            let kinds = self.of_one(digest, verdict, times).into_iter();
            found.extend(kinds.map(|kind| Violation {
                kind,
                digest: Some(digest.clone()),
                words: format!("{digest} is called {verdict}"),
            }));
        }
        for (digest, life) in self.truth.stored() {
            if life.certain.contains(times.started_at) && !verdicts.contains_key(digest) {
                let words = format!("{digest} is not in the table");
                let digest = Some(digest.to_owned());
                found.push(Violation { kind: Kind::Uncounted, digest, words });
            }
        }
        found
    }

    fn of_one(&mut self, digest: &str, verdict: &str, times: Times) -> Vec<Kind> {
        let Times { started_at, as_of, finished_at, min_age } = times;
        let truth = self.truth;
        let data = truth.life(&Fact::Data(digest.to_owned()));
        let Some(stored) = data.and_then(|life| life.possible.first()) else {
            return vec![Kind::Uncounted];
        };
        let reach =
            self.reaches.entry(digest.to_owned()).or_insert_with(|| Reach::of(truth, digest));
        let at_all = |spans: &Spans| spans.meets(started_at, finished_at);
        let wrong = match verdict {
            "orphaned" => [
                reach.certain.contains(as_of).then(|| reach.of_orphan(times)),
                (stored > started_at - min_age).then_some(Kind::Young),
            ],
            "recent" => {
                [by_one(&reach.revisions, started_at, finished_at).then_some(Kind::Unseen), None]
            }
            "untagged" => [
                (!at_all(&reach.possible)).then_some(Kind::Imagined),
                by_one(&reach.tags, started_at, finished_at).then_some(Kind::Untagged),
            ],
            "tagged" => [(!at_all(&reach.possibly_tagged)).then_some(Kind::Imagined), None],
            _ => [Some(Kind::Verdict), None],
        };
        let early = (stored > finished_at).then_some(Kind::Uncounted);
        wrong.into_iter().flatten().chain(early).collect()
    }
}

/// Whether one link was there all the time.
fn by_one(links: &[&Life], from: Moment, to: Moment) -> bool {
    links.iter().any(|life| life.certain.covers(from, to))
}

impl<'a> Reach<'a> {
    fn of(truth: &'a Truth, digest: &str) -> Self {
        let revisions = truth.roots(digest, Root::Revision);
        let tags = truth.roots(digest, Root::Tag);
        Self {
            certain: Spans::union(revisions.iter().map(|life| &life.certain)),
            possible: Spans::union(revisions.iter().map(|life| &life.possible)),
            possibly_tagged: Spans::union(tags.iter().map(|life| &life.possible)),
            revisions,
            tags,
        }
    }

    /// How wrong it is to call it orphaned, which could be reached at `as_of`.
    fn of_orphan(&self, times: Times) -> Kind {
        let Times { started_at, as_of, finished_at, .. } = times;
        if by_one(&self.revisions, as_of, finished_at) {
            Kind::Alive
        } else if !by_one(&self.revisions, started_at, as_of) {
            Kind::Brief
        } else if self.certain.covers(as_of, finished_at) {
            Kind::Promoted
        } else {
            Kind::LetGo
        }
    }
}
