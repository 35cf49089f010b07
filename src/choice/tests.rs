use proptest::prelude::*;

use super::*;
use crate::inventory::DigestTable;
use crate::oci::Digest;
use crate::shard::position;

/// Candidates of these sizes, references and times (in hours since the epoch).
fn candidates(rows: &[(u64, u32, Option<i64>)]) -> Vec<Candidate> {
    let mut table = DigestTable::default();
    let rows = rows.iter().enumerate().map(|(number, &(size, references, hour))| {
        let digest = Digest::sha256_of(&number.to_be_bytes());
        let written = hour.map(|hour| Timestamp::from_second(3600 * hour).unwrap());
        let (id, position) = (table.intern(&digest), position(&digest));
        Candidate { id, position, size, written, references }
    });
    rows.collect()
}

fn choice(verify: Verify) -> Choice {
    Choice { verify, include_orphaned: true, since: None, seed: 0, shard: Shard::default() }
}

#[test]
fn what_most_depends_on_comes_first() {
    let rows = candidates(&[(1, 0, None), (1, 7, None), (1, 2, None), (1, 7, None)]);
    let ids = choose(rows.clone(), &choice(Verify::All)).ids;
    let references: Vec<u32> = ids.iter().map(|id| rows[id.index()].references).collect();
    assert_eq!(references, [7, 7, 2, 0]);
    let [first, second] = [ids[0], ids[1]].map(|id| rows[id.index()].position);
    assert!(first < second, "by digest");
}

#[test]
fn what_nothing_refers_to_is_read_when_asked_for() {
    let rows = candidates(&[(1, 0, None), (10, 1, None)]);
    let referenced = Choice { include_orphaned: false, ..choice(Verify::All) };
    assert_eq!(choose(rows.clone(), &referenced).selection.eligible.bytes, 10);
    assert_eq!(choose(rows, &choice(Verify::All)).selection.eligible.bytes, 11);
}

#[test]
fn what_is_of_unknown_age_is_new() {
    let rows = candidates(&[(1, 1, Some(9)), (10, 1, Some(10)), (100, 1, None)]);
    let since = Some(Timestamp::from_second(36_000).unwrap());
    let chosen = choose(rows, &Choice { since, ..choice(Verify::All) });
    assert_eq!(chosen.selection.chosen.bytes, 110);
}

#[test]
fn a_budget_says_what_it_leaves_out() {
    let rows = candidates(&[(60, 3, None), (50, 2, None), (40, 1, None)]);
    let selection = choose(rows, &choice(Verify::Budget(100))).selection;
    assert_eq!(selection.chosen, Sum { count: 2, bytes: 100 });
    assert_eq!(selection.left_out(), Sum { count: 1, bytes: 50 });
}

#[test]
fn another_day_another_sample() {
    let rows = candidates(&[(100, 1, None); 100]);
    let verify = Verify::Sample(Share::percent(10.0).unwrap());
    let of = |seed| choose(rows.clone(), &Choice { seed, ..choice(verify) }).ids;
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    assert_eq!(of(1).len(), 10);
}

fn rows() -> impl Strategy<Value = Vec<(u64, u32, Option<i64>)>> {
    let size = prop_oneof![0..10_u64, 0..1_000_000_u64];
    prop::collection::vec((size, 0..4_u32, prop::option::of(0..100_i64)), 0..60)
}

fn verify() -> impl Strategy<Value = Verify> {
    prop_oneof![
        Just(Verify::None),
        Just(Verify::Manifests),
        Just(Verify::All),
        (0..5_000_000_u64).prop_map(Verify::Budget),
        (0.0..=100.0).prop_map(|percent| Verify::Sample(Share::percent(percent).unwrap())),
    ]
}

proptest! {
    #[test]
    fn a_sample_is_as_large_as_it_should_be(rows in rows(), percent in 0.0..=100.0, seed: u64) {
        let rows = candidates(&rows);
        let whole = sum(&rows).bytes;
        let share = Share::percent(percent).unwrap();
        let chosen = choose(rows.clone(), &Choice { seed, ..choice(Verify::Sample(share)) });
        let (bytes, wanted) = (chosen.selection.chosen.bytes, share.of(whole));
        let largest = rows.iter().map(|row| row.size).max().unwrap_or(0);
        prop_assert!(bytes >= wanted);
        prop_assert!(bytes < wanted + largest || bytes == wanted);
    }

    #[test]
    fn a_budget_is_never_exceeded_nor_left_where_something_fits(rows in rows(), budget in 0..5_000_000_u64) {
        let rows = candidates(&rows);
        let chosen = choose(rows.clone(), &choice(Verify::Budget(budget)));
        let spent = chosen.selection.chosen.bytes;
        prop_assert!(spent <= budget);
        let is_left = |row: &&Candidate| !chosen.ids.contains(&row.id);
        prop_assert!(rows.iter().filter(is_left).all(|row| row.size > budget - spent));
    }

    #[test]
    fn shards_choose_together_what_one_would_alone(
        rows in rows(), verify in verify(), include_orphaned: bool,
        since in prop::option::of(0..100_i64), seed: u64, of in 1..9_u32,
    ) {
        let rows = candidates(&rows);
        let since = since.map(|hour| Timestamp::from_second(3600 * hour).unwrap());
        let choice = Choice { include_orphaned, since, seed, ..choice(verify) };
        let whole = choose(rows.clone(), &choice);
        let (mut ids, mut sums) = (Vec::new(), Selection::default());
        for index in 1..=of {
            let shard = Shard::new(index, of).unwrap();
            let part = choose(rows.clone(), &Choice { shard, ..choice });
            ids.extend(part.ids);
            sums.eligible += part.selection.eligible;
            sums.chosen += part.selection.chosen;
        }
        ids.sort_unstable();
        let mut expected = whole.ids;
        expected.sort_unstable();
        prop_assert_eq!(ids, expected);
        prop_assert_eq!(sums, whole.selection);
    }

    #[test]
    fn the_order_of_the_candidates_does_not_matter(rows in rows(), verify in verify(), seed: u64) {
        let rows = candidates(&rows);
        let mut turned = rows.clone();
        turned.reverse();
        let choice = Choice { seed, ..choice(verify) };
        prop_assert_eq!(choose(rows, &choice), choose(turned, &choice));
    }
}
