//! What can be reached from each of many sets of digests, found together.
//!
//! A walk for each set takes the square of their number where indexes are nested, each in the
//! next. Here the walk of a digest goes on from where that of its heaviest part has ended, and what
//! it added is taken back before the next one that holds the same part: of a chain each link is
//! walked once. (On trees this is the "small to large" of heavy paths, n log n in all.)

use std::collections::HashMap;

use crate::inventory::DigestId;

/// What is kept up to date while digests come and go.
pub(super) trait Gather {
    /// The walk has come to this digest.
    fn add(&mut self, id: DigestId);
    /// And takes it back.
    fn remove(&mut self, id: DigestId);
    /// What has been added and not removed is what can be reached from the set of this number.
    fn take(&mut self, set: usize);
}

/// Has `gather` take each of the sets once, in no order.
pub(super) fn gather<'a, I: Iterator<Item = DigestId>>(
    digests: usize,
    sets: impl Iterator<Item = &'a [DigestId]> + Clone,
    next: impl Fn(DigestId) -> I,
    gather: &mut impl Gather,
) {
    let paths = Paths::new(digests, sets.clone().flatten().copied(), &next);
    let (roots, heirs) = paths.heirs(sets.clone());
    let sets: Vec<&[DigestId]> = sets.collect();
    let mut walk = Walk { seen: vec![false; digests], added: Vec::new(), next, gather };
    let mut steps: Vec<Step> = roots.into_iter().map(Step::Enter).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Leave(mark) => walk.leave(mark),
            Step::Enter(Heir::Set(set)) => {
                let mark = walk.enter(sets[set]);
                walk.gather.take(set);
                walk.leave(mark);
            }
            Step::Enter(Heir::Digest(id)) => {
                steps.push(Step::Leave(walk.enter(&[id])));
                let heirs = heirs.get(&id).into_iter().flatten();
                steps.extend(heirs.copied().map(Step::Enter));
            }
        }
    }
}

/// Whoever goes on from where the walk of its heaviest part has ended.
#[derive(Debug, Clone, Copy)]
enum Heir {
    Digest(DigestId),
    Set(usize),
}

enum Step {
    Enter(Heir),
    /// Take back all but so many.
    Leave(usize),
}

struct Walk<'g, N, G> {
    seen: Vec<bool>,
    added: Vec<DigestId>,
    next: N,
    gather: &'g mut G,
}

impl<I: Iterator<Item = DigestId>, N: Fn(DigestId) -> I, G: Gather> Walk<'_, N, G> {
    /// Adds what can be reached and is not there yet; how much was there.
    fn enter(&mut self, from: &[DigestId]) -> usize {
        let mark = self.added.len();
        let mut open = from.to_vec();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut self.seen[id.index()], true) {
                self.added.push(id);
                self.gather.add(id);
                open.extend((self.next)(id));
            }
        }
        mark
    }

    fn leave(&mut self, mark: usize) {
        for id in self.added.drain(mark..).rev() {
            self.seen[id.index()] = false;
            self.gather.remove(id);
        }
    }
}

/// The heaviest part of each digest.
struct Paths {
    /// How much is below, with repetition; 0 where nobody has been yet.
    weights: Vec<u32>,
    heaviest: HashMap<DigestId, DigestId>,
}

impl Paths {
    fn new<I: Iterator<Item = DigestId>>(
        digests: usize,
        from: impl Iterator<Item = DigestId>,
        next: impl Fn(DigestId) -> I,
    ) -> Self {
        let mut paths = Self { weights: vec![0; digests], heaviest: HashMap::new() };
        let mut entered = vec![false; digests];
        let mut open = Vec::new();
        for id in from {
            open.push(id);
            while let Some(&id) = open.last() {
                if std::mem::replace(&mut entered[id.index()], true) {
                    open.pop();
                    // Its parts are done, or it was done from elsewhere.
                    if paths.weights[id.index()] == 0 {
                        paths.weigh(id, next(id));
                    }
                } else {
                    open.extend(next(id).filter(|to| !entered[to.index()]));
                }
            }
        }
        paths
    }

    /// In a cycle, which takes forged bytes, a part may have no weight yet: it is not the heaviest
    /// then, so that to follow the heaviest parts comes to an end.
    fn weigh(&mut self, id: DigestId, parts: impl Iterator<Item = DigestId>) {
        let (mut weight, mut most) = (1_u32, 1);
        for part in parts {
            let of_part = self.weights[part.index()];
            weight = weight.saturating_add(of_part);
            if of_part > most {
                most = of_part;
                self.heaviest.insert(id, part);
            }
        }
        self.weights[id.index()] = weight;
    }

    /// Who goes on from whom, and who begins.
    fn heirs<'a>(
        &self,
        sets: impl Iterator<Item = &'a [DigestId]>,
    ) -> (Vec<Heir>, HashMap<DigestId, Vec<Heir>>) {
        let mut roots = Vec::new();
        let mut heirs: HashMap<DigestId, Vec<Heir>> = HashMap::new();
        for (number, set) in sets.enumerate() {
            let mut heir = Heir::Set(number);
            let mut part = set.iter().copied().max_by_key(|id| self.weights[id.index()]);
            while let Some(id) = part {
                let of_part = heirs.entry(id).or_default();
                of_part.push(heir);
                if of_part.len() > 1 {
                    break;
                }
                heir = Heir::Digest(id);
                part = self.heaviest.get(&id).copied();
            }
            if part.is_none() {
                roots.push(heir);
            }
        }
        (roots, heirs)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::inventory::DigestTable;
    use crate::oci::Digest;

    fn ids(number: u8) -> Vec<DigestId> {
        let mut table = DigestTable::default();
        (0..number).map(|n| table.intern(&Digest::sha256_of(&[n]))).collect()
    }

    /// What was there when each set was taken, and how many steps were made.
    #[derive(Default)]
    struct Log {
        now: BTreeSet<DigestId>,
        taken: Vec<(usize, BTreeSet<DigestId>)>,
        steps: usize,
    }

    impl Gather for Log {
        fn add(&mut self, id: DigestId) {
            assert!(self.now.insert(id));
            self.steps += 1;
        }

        fn remove(&mut self, id: DigestId) {
            assert!(self.now.remove(&id));
        }

        fn take(&mut self, set: usize) {
            self.taken.push((set, self.now.clone()));
        }
    }

    fn log(sets: &[Vec<DigestId>], next: &[Vec<DigestId>]) -> Log {
        let mut log = Log::default();
        let of = |id: DigestId| next[id.index()].iter().copied();
        gather(next.len(), sets.iter().map(Vec::as_slice), of, &mut log);
        assert_eq!(log.now.len(), 0);
        log.taken.sort();
        log
    }

    fn reached(set: &[DigestId], next: &[Vec<DigestId>]) -> BTreeSet<DigestId> {
        let mut seen: BTreeSet<_> = set.iter().copied().collect();
        let mut open = set.to_vec();
        while let Some(id) = open.pop() {
            open.extend(next[id.index()].iter().copied().filter(|&to| seen.insert(to)));
        }
        seen
    }

    #[test]
    fn of_a_chain_each_link_is_walked_once() {
        let ids = ids(200);
        let next: Vec<Vec<_>> =
            (0..200).map(|n| ids.get(n + 1).copied().into_iter().collect()).collect();
        let sets: Vec<_> = ids.iter().map(|&id| vec![id]).collect();
        // The last, in which nothing is nested, is walked for itself as well.
        assert_eq!(log(&sets, &next).steps, 201);
    }

    proptest! {
        /// Cycles among them.
        #[test]
        fn takes_what_a_walk_for_each_set_would(
            next in prop::collection::vec(prop::collection::vec(0..20_usize, 0..4), 20),
            sets in prop::collection::vec(prop::collection::vec(0..20_usize, 0..4), 0..8),
        ) {
            let ids = ids(20);
            let of = |lists: Vec<Vec<usize>>| -> Vec<Vec<DigestId>> {
                lists.into_iter().map(|list| list.into_iter().map(|n| ids[n]).collect()).collect()
            };
            let (next, sets) = (of(next), of(sets));
            let each = sets.iter().enumerate();
            let expected: Vec<_> = each.map(|(n, set)| (n, reached(set, &next))).collect();
            prop_assert_eq!(log(&sets, &next).taken, expected);
        }
    }
}
