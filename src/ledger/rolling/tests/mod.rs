//! The promise of `docs/verification.md`, held.

mod simulation;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use self::simulation::{DAY, HOUR, MONTH, World};
use super::*;
use crate::audit::Proof;
use crate::object::Sum;

/// A bucket of some hundred blobs; 23,000 bytes or so.
fn world(seed: u64, budget: Option<u64>) -> World {
    let mut world = World::new(seed, budget);
    for _ in 0..300 {
        let size = if world.rng.u8(..20) == 0 { 0 } else { world.rng.u64(1..150) };
        world.push(size);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Issue 4: a rolling month covers every byte exactly as promised; and two more after it.
    #[test]
    fn a_quarter_of_nights_reads_every_byte_once_a_month(
        seed: u64,
        changes in 0..9_usize,
        budget in prop_oneof![Just(None), (1_300..3_000_u64).prop_map(Some)],
    ) {
        let mut world = world(seed, budget);
        for night in 0..90 {
            let share = world.total().div_ceil(30);
            let tonight = world.run(usize::MAX);
            prop_assert_eq!(tonight.left, Sum::default());
            prop_assert!(tonight.keeps_promise());
            prop_assert!(tonight.sum.bytes >= share.min(budget.unwrap_or(u64::MAX) - 150));
            prop_assert!(tonight.sum.bytes <= budget.unwrap_or(u64::MAX));
            if changes == 0 {
                prop_assert!(tonight.sum.bytes < 2 * share + 300, "night {}", night);
            }
            world.now += DAY;
            world.change(changes);
            prop_assert!(world.waited() <= MONTH, "night {}: {:?}", night, world.waited());
        }
        prop_assert!(world.longest_wait <= MONTH, "{:?}", world.longest_wait);
    }

    /// Nights are missed, runs come late, are killed after any blob, or the ledger is lost: what
    /// the last run said holds all the same.
    #[test]
    fn nothing_is_overdue_before_the_time_that_was_said(
        seed: u64,
        (missed, killed) in (0..40_u8, 0..40_u8),
        lost in prop::option::of(20..60_usize),
    ) {
        let mut world = world(seed, Some(20_000));
        for night in 0..120 {
            if lost == Some(night) {
                world.lose_ledger();
            }
            let is_killed = world.rng.u8(..100) < killed;
            let most = if is_killed { world.rng.usize(..20) } else { usize::MAX };
            world.run(most);
            world.now += DAY + HOUR / 60 * world.rng.i32(-90..90);
            while world.rng.u8(..100) < missed {
                world.now += DAY;
            }
            world.change(3);
            if world.next_run_by.is_some_and(|by| world.now <= by) {
                prop_assert!(world.waited() <= MONTH, "night {}: {:?}", night, world.waited());
            }
        }
    }

    /// The period that is named when the budget does not suffice is the true one.
    #[test]
    fn too_small_a_budget_takes_the_time_that_is_said(seed: u64, budget in 150..550_u64) {
        let mut world = world(seed, Some(budget));
        let mut said = Vec::new();
        for _ in 0..400 {
            let tonight = world.run(usize::MAX);
            prop_assert!(!tonight.keeps_promise());
            prop_assert!(tonight.sum.bytes <= budget && tonight.left.count > 0 || said.len() < 30);
            said.push(tonight.at_best);
            world.now += DAY;
        }
        let (least, most) = (*said.iter().min().unwrap(), *said.iter().max().unwrap());
        prop_assert!(world.longest_wait <= most + DAY + world.takes, "{:?} {:?}", world.longest_wait, most);
        prop_assert!(world.longest_wait >= least * 4 / 5, "{:?} {:?}", world.longest_wait, least);
    }

    /// Blobs larger than the budget are read, one a night, and the others are read too.
    #[test]
    fn no_blob_is_too_large_to_have_its_turn(seed: u64, large in 1..6_usize) {
        let mut world = world(seed, Some(1_500));
        (0..large).for_each(|_| world.push(5_000));
        for _ in 0..180 {
            let tonight = world.run(usize::MAX);
            let bytes = tonight.sum.bytes;
            prop_assert_eq!(tonight.is_beyond_budget, bytes > 1_500);
            prop_assert!(bytes <= 1_500 || tonight.sum.count == 1);
            world.now += DAY;
        }
        let at_best = world.run(0).at_best;
        prop_assert!(world.longest_wait <= at_best.max(MONTH) + DAY, "{:?}", world.longest_wait);
    }

    /// Many short runs read no more than a few long ones.
    #[test]
    fn hourly_runs_share_the_load(seed: u64) {
        let mut world = world(seed, None);
        world.takes = HOUR / 2;
        let mut read = 0;
        for _ in 0..30 * 24 {
            read += world.run(usize::MAX).sum.bytes;
            world.now += HOUR;
            prop_assert!(world.waited() <= MONTH);
        }
        let total = world.total();
        prop_assert!((total * 9 / 10..total * 6 / 5).contains(&read), "{} of {}", read, total);
    }

    #[test]
    fn any_numbers_make_a_choice(
        now in time(), every in any::<i64>(), budget: Option<u64>,
        mut runs in prop::collection::vec(time(), 0..5),
        blobs in prop::collection::vec((any::<u64>(), prop::option::of(time()), prop::option::of((time(), any::<bool>())), any::<bool>()), 0..9),
    ) {
        runs.sort_unstable();
        let blobs: Vec<_> = blobs.into_iter().enumerate().map(|(index, (size, written, last, is_orphaned))| {
            let digest = Digest::sha256_of(&index.to_be_bytes());
            let proved = |at| Outcome::Proved { at, by: Proof::Bytes };
 let last = last.map(|(at, is_wrong)| if is_wrong { Outcome::Wrong { at } } else { proved(at) });
            Candidate { digest, size, written, last, is_orphaned }
        }).collect();
        let every = SignedDuration::from_secs(every);
        let tonight = choose(&Rolling { now, every, budget, runs: &runs }, &blobs);
        let distinct: std::collections::BTreeSet<_> = tonight.read.iter().collect();
        prop_assert_eq!(distinct.len() as u64, tonight.sum.count);
        prop_assert_eq!(distinct.len(), tonight.read.len());
        prop_assert!(tonight.is_beyond_budget || tonight.sum.bytes <= budget.unwrap_or(u64::MAX));
        prop_assert!(!tonight.is_beyond_budget || tonight.sum.count == 1);
        let _ = tonight.outlook();
    }
}

fn time() -> impl Strategy<Value = Timestamp> {
    let range = Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond();
    range.prop_map(|time| Timestamp::from_microsecond(time).unwrap())
}

fn blob(number: u64, last: impl Into<Option<Outcome>>) -> Candidate {
    let last = last.into();
    let digest = Digest::sha256_of(&number.to_be_bytes());
    Candidate { digest, size: 10, written: Some(at(0)), last, is_orphaned: false }
}

fn at(day: i32) -> Timestamp {
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + DAY * day
}

fn proved(day: i32) -> Outcome {
    Outcome::Proved { at: at(day), by: Proof::Bytes }
}

#[test]
fn what_was_never_read_comes_before_what_is_not_due_and_referenced_before_orphaned() {
    let runs: Vec<_> = (0..29).map(at).collect();
    let orphaned = Candidate { is_orphaned: true, ..blob(4, None) };
    let candidates = [blob(1, proved(20)), blob(2, proved(0)), orphaned, blob(3, None)];
    let mut candidates = candidates.map(|blob| Candidate { size: 0, ..blob });
    candidates[2].written = Some(at(25));
    candidates[3].written = Some(at(25));
    let large = Candidate { size: 100, ..blob(5, proved(20)) };
    let candidates: Vec<_> = candidates.into_iter().chain([large]).collect();
    let rolling = Rolling { now: at(29), every: MONTH, budget: None, runs: &runs };
    let tonight = choose(&rolling, &candidates);
    assert_eq!(tonight.read[..3], [1, 3, 2]);
}

#[test]
fn what_was_found_wrong_is_read_again_while_there_is_room() {
    let runs: Vec<_> = (0..10).map(at).collect();
    let wrong = blob(1, Outcome::Wrong { at: at(9) });
    let candidates: Vec<_> = (2..60).map(|number| blob(number, proved(9))).chain([wrong]).collect();
    let read = |budget| {
        let rolling = Rolling { now: at(10), every: MONTH, budget, runs: &runs };
        choose(&rolling, &candidates).read
    };
    assert_eq!(read(None).last(), Some(&58));
    assert!(read(Some(30)).contains(&58));
    assert!(!read(Some(10)).contains(&58));
}

#[test]
fn a_clock_that_was_wrong_keeps_nothing_from_being_read() {
    let future = blob(1, proved(4000));
    let runs = [at(4000)];
    let rolling = Rolling { now: at(10), every: MONTH, budget: None, runs: &runs };
    assert_eq!(choose(&rolling, &[future]).read, [0]);
}

#[test]
fn says_what_the_budget_would_take() {
    let candidates: Vec<_> = (0..410).map(|number| blob(number, None)).collect();
    let runs: Vec<_> = (0..5).map(at).collect();
    let rolling = Rolling { now: at(5), every: MONTH, budget: Some(100), runs: &runs };
    let outlook = choose(&rolling, &candidates).outlook();
    assert_eq!((outlook.at_best_seconds, outlook.least_budget), (41 * 86_400, 137));
    assert!(!outlook.keeps_promise);
    let generous = Rolling { budget: Some(200), ..rolling };
    let tonight = choose(&generous, &candidates);
    assert_eq!(tonight.sum, Sum { count: 14, bytes: 140 });
    assert!(tonight.outlook().keeps_promise);
}
