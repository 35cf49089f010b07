//! Whether an audit's findings can be true, given what the pushers know.

use serde_json::Value;

use super::event::Fact;
use super::judge::{Kind, Times, Violation};
use super::spans::Spans;
use super::truth::{Life, Root, Truth};

/// Findings that were true at no moment at which the audit can have looked.
pub(super) fn false_ones(truth: &Truth, findings: &[Value], times: Times) -> Vec<Violation> {
    findings
        .iter()
        .filter(|finding| !may_be_true(truth, finding, times))
        .map(|finding| Violation {
            kind: Kind::Finding,
            digest: finding["digest"].as_str().map(str::to_owned),
            words: format!("a false finding: {finding}"),
        })
        .collect()
}

fn may_be_true(truth: &Truth, finding: &Value, times: Times) -> bool {
    let text = |field: &str| finding[field].as_str().unwrap_or_default();
    let (repository, digest) = (text("repository"), text("digest"));
    let meets = |spans: &Spans| spans.meets(times.started_at, times.finished_at);
    match text("code") {
        "missing-link" => {
            // Looked at twice: both halves after all had been listed.
            let spans = lacking(truth, text("key"), repository, digest);
            spans.meets(times.as_of, times.finished_at)
        }
        "untagged-manifest" => {
            let revision = Fact::Revision(repository.to_owned(), digest.to_owned());
            let is_there = truth.life(&revision).is_some_and(|life| meets(&life.possible));
            let leads = |fact: &&Fact| matches!(fact, Fact::Tag(place, ..) if place == repository);
            let mut tags = truth.root_facts(digest, Root::Tag).filter(leads);
            let is_tagged = tags.any(|tag| {
                let life = truth.life(tag).expect("a tag of the truth");
                life.certain.covers(times.started_at, times.finished_at)
            });
            is_there && !is_tagged
        }
        "stale-upload" => {
            let abandoned = truth.facts().filter(|(fact, _)| {
                matches!(fact, Fact::Upload(place, id)
                    if place == repository && text("key").contains(id.as_str()))
            });
            abandoned.into_iter().any(|(_, life)| meets(&life.possible))
        }
        // The verdicts are judged blob by blob; these are their summary, or of a listing alone.
        "orphaned-blob" | "stale-tag-history" | "ghost-tag" | "empty-repository" => true,
        // No data ever went, and nothing was harmed.
        _ => false,
    }
}

/// When a repository possibly lacked a link that something possibly asked for.
pub(super) fn lacking(truth: &Truth, key: &str, repository: &str, digest: &str) -> Spans {
    let (repository, digest) = (repository.to_owned(), digest.to_owned());
    let asked = truth.asked(&repository, &digest);
    let asked = Spans::union(asked.into_iter().map(|life| &life.possible));
    let fact = if key.contains("/_layers/") {
        Fact::Layer(repository, digest)
    } else {
        Fact::Revision(repository, digest)
    };
    let there = truth.life(&fact).map(|life: &Life| life.certain.clone()).unwrap_or_default();
    asked.and(&there.complement())
}
