//! Audits in which a few of all requests meet each of some faults, as the seed has it.

use std::time::Duration;

use super::case::{Case, Ground, Law};
use super::{INTERNAL_ERROR, SLOW_DOWN, get};
use crate::proxy::Fault::{
    Cut, Death, Flip, HangUp, Html, Refuse, RefuseSayingYes, Reset, Shorten, Silence, Swap, Trickle,
};
use crate::proxy::On::{Any, List};
use crate::proxy::{Fault, On, Rule};

/// How many seeds.
const RUNS: u64 = 30;

pub(super) fn random() -> Vec<Case> {
    (0..RUNS).map(weather).collect()
}

fn weather(seed: u64) -> Case {
    // Each seed has its own few of the faults.
    let chosen = faults(seed).into_iter().zip(0..).filter(|(_, number)| (seed + number) % 5 < 2);
    let rules = chosen.map(|((on, fault), number)| {
        // What fails for good is rare, or nothing would ever pass.
        let share = if matches!(fault, Refuse(403, _)) { 0.002 } else { 0.02 };
        Rule::share(seed * 100 + number, share, on, fault)
    });
    let verify = match seed % 3 {
        0 => "manifests",
        1 => "all",
        _ => "none",
    };
    Case {
        name: format!("random, seed {seed}"),
        ground: Ground { verify, ..Ground::USUAL },
        rules: rules.collect(),
        law: Law::Sound,
        timeout: "20s",
    }
}

fn faults(seed: u64) -> [(On, Fault); 16] {
    [
        (Any, SLOW_DOWN),
        (Any, INTERNAL_ERROR),
        (Any, Html(502)),
        (Any, Html(200)),
        (Any, RefuseSayingYes("InternalError")),
        (Any, HangUp),
        (Any, Silence),
        (Any, Cut),
        (Any, Reset),
        (Any, Trickle(500, Duration::from_millis(10))),
        (Any, Death(Duration::from_millis(300))),
        (Any, Refuse(403, "AccessDenied")),
        (List, Shorten),
        (get(""), Shorten),
        (get(""), Flip(seed)),
        (get(""), Swap),
    ]
}
