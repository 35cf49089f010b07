//! What happened to a digest, for a person to judge.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::event::{Event, Fact, Moment};
use super::judge::Times;
use super::truth::{Root, Truth};

/// All that concerns a digest, in order, with the moments of the report between.
pub(super) fn of(truth: &Truth, digest: &str, times: Times) -> String {
    let holders: Vec<&str> = truth.holders(digest).collect();
    let concerns = |fact: &Fact| match fact {
        Fact::Data(one) | Fact::Layer(_, one) => one == digest,
        Fact::Revision(_, one) | Fact::Tag(_, _, one) => holders.contains(&one.as_str()),
        Fact::Upload(..) => false,
    };
    let tells = |event: &&Event| event.sets.iter().chain(&event.clears).any(concerns);
    let mut lines: Vec<(Moment, String)> = truth
        .events
        .iter()
        .filter(tells)
        .map(|event| (event.began, format!("to {} {}", clock(event.ended), event.deed)))
        .collect();
    let Times { started_at, as_of, finished_at, .. } = times;
    for (moment, name) in
        [(started_at, "the audit began"), (as_of, "as_of"), (finished_at, "the audit ended")]
    {
        lines.push((moment, format!("--------------- {name}")));
    }
    lines.sort();
    let mut text = format!("The story of {digest}\n");
    for (moment, words) in lines {
        writeln!(text, "  {} {words}", clock(moment)).expect("a string takes text");
    }
    text.push_str("Links by which it was certainly reachable, and when\n");
    for fact in truth.root_facts(digest, Root::Revision) {
        for (from, until) in truth.life(fact).into_iter().flat_map(|life| life.certain.iter()) {
            let (from, until) = (clock(from), clock(until));
            writeln!(text, "  {from} to {until} {fact:?}").expect("a string takes text");
        }
    }
    text
}

/// The time of day.
fn clock(moment: Moment) -> String {
    let time = Timestamp::from_microsecond(moment);
    let whole = time.map(|time| time.to_string()).unwrap_or_default();
    whole.get(11..).map_or("ever after".to_owned(), str::to_owned)
}
