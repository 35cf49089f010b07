//! When all is quiet, nothing is left to chance: the audit says exactly what the pushers know.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::auditor::Audited;
use super::event::{Fact, Moment};
use super::findings::lacking;
use super::spans::Spans;
use super::story;
use super::truth::{Root, Truth};

/// How an audit after the storm differs from the truth, and from what the registry would collect.
pub(super) fn disagreements(
    truth: &Truth,
    audit: &Audited,
    garbage: &BTreeSet<String>,
) -> Vec<String> {
    let at = audit.times.started_at;
    let stored: BTreeSet<String> = truth.stored().map(|(digest, _)| digest.to_owned()).collect();
    let reached = |kind: Root| -> BTreeSet<String> {
        let is_reached = |digest: &&String| {
            truth.roots(digest, kind).iter().any(|life| life.certain.contains(at))
        };
        stored.iter().filter(is_reached).cloned().collect()
    };
    let (tagged, linked) = (reached(Root::Tag), reached(Root::Revision));
    let orphaned: BTreeSet<String> = stored.difference(&linked).cloned().collect();
    let mut all = Vec::new();
    let mut same =
        |what: &str, expected: BTreeSet<String>, told: BTreeSet<String>| {
            all.extend(difference(what, &expected, &told).map(|(digest, words)| {
                format!("{words}\n{}", story::of(truth, &digest, audit.times))
            }));
        };
    let said = |verdict: &str| audit.report.digests(verdict);
    same("untagged", linked.difference(&tagged).cloned().collect(), said("untagged"));
    same("tagged", tagged, said("tagged"));
    same("orphaned by the registry's collection", orphaned.clone(), garbage.clone());
    same("orphaned", orphaned, said("orphaned"));
    all.extend(audit.wrong_status().map(|wrong| wrong.words));
    all.extend(findings(truth, audit, at));
    all
}

/// Of findings, those that the pushers can foretell, and no others that anybody would act on.
fn findings(truth: &Truth, audit: &Audited, at: Moment) -> Vec<String> {
    let told = |code: &str| -> BTreeSet<(String, String)> {
        let all = audit.report.findings().iter().filter(|finding| finding["code"] == code);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        all.map(|finding| (text(&finding["repository"]), text(&finding["digest"]))).collect()
    };
    let there = truth.facts().filter(|(_, life)| life.certain.contains(at)).map(|(fact, _)| fact);
    let mut untagged = BTreeSet::new();
    let mut uploads = 0;
    for fact in there {
        match fact {
            Fact::Revision(repository, digest) => {
                let mut tags = truth.root_facts(digest, Root::Tag);
                let is_tagged = tags.any(|tag| {
                    matches!(tag, Fact::Tag(place, ..) if place == repository)
                        && truth.life(tag).is_some_and(|life| life.certain.contains(at))
                });
                if !is_tagged {
                    untagged.insert((repository.clone(), digest.clone()));
                }
            }
            Fact::Upload(..) => uploads += 1,
            _ => {}
        }
    }
    let mut all: Vec<String> = Vec::new();
    let mut same = |what: &str, expected: BTreeSet<_>, told: BTreeSet<_>| {
        all.extend(difference(what, &expected, &told).map(|(_, words)| words));
    };
    same("untagged-manifest", untagged, told("untagged-manifest"));
    same("missing-link", broken(truth, at), told("missing-link"));
    for code in ["ghost-tag", "dangling-tag", "dangling-link", "missing-blob", "missing-manifest"] {
        same(code, BTreeSet::new(), told(code));
    }
    let stale = audit.report.findings().iter().filter(|finding| finding["code"] == "stale-upload");
    let stale = stale.count();
    if stale != uploads {
        all.push(format!("{stale} stale uploads are told, {uploads} were abandoned"));
    }
    let corrupt = audit.report.findings().iter().filter(|finding| finding["category"] == "corrupt");
    all.extend(corrupt.map(|finding| format!("nothing was harmed: {finding}")));
    all
}

/// The links that a repository lacks, by what it links else.
fn broken(truth: &Truth, at: Moment) -> BTreeSet<(String, String)> {
    let links = truth.facts().filter_map(|(fact, _)| match fact {
        Fact::Layer(repository, digest) => Some((repository, digest, "/_layers/")),
        Fact::Revision(repository, digest) => Some((repository, digest, "/revisions/")),
        _ => None,
    });
    links
        .filter(|(repository, digest, key)| lacking(truth, key, repository, digest).contains(at))
        .map(|(repository, digest, _)| (repository.clone(), digest.clone()))
        .collect()
}

fn difference<'a, T: Ord + Clone + Debug>(
    what: &'a str,
    expected: &'a BTreeSet<T>,
    told: &'a BTreeSet<T>,
) -> impl Iterator<Item = (T, String)> + 'a {
    let lacking = expected.difference(told);
    let lacking = lacking.map(move |one| (one.clone(), format!("not told as {what}: {one:?}")));
    let surplus = told.difference(expected);
    lacking.chain(surplus.map(move |one| (one.clone(), format!("told as {what}: {one:?}"))))
}

/// How many times a blob that nothing had needed for longer than the grace of any audit was
/// reached again.
pub(super) fn revived(truth: &Truth, audits: &[Audited]) -> usize {
    let grace = audits.iter().map(|audit| audit.times.min_age).max().unwrap_or(0);
    let times = truth.stored().map(|(digest, life)| {
        let stored = life.certain.first().unwrap_or(Moment::MAX);
        let roots = truth.roots(digest, Root::Revision);
        let reach = Spans::union(roots.iter().map(|life| &life.possible));
        let mut gone = stored;
        let mut revivals = 0;
        for (from, until) in reach.iter() {
            revivals += usize::from(from > gone.saturating_add(grace));
            gone = until;
        }
        revivals
    });
    times.sum()
}
