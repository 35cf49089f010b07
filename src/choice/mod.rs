//! Which blobs to read: pure, and the same for everybody who asks about the same bucket.
//!
//! The choice is made among all blobs and only then cut to a shard, so that the shards of one
//! bucket choose together what one process would choose alone.

mod verify;

use std::cmp::Reverse;

use jiff::Timestamp;

pub use self::verify::{Share, Verify};
use crate::inventory::DigestId;
use crate::object::Sum;
use crate::shard::Shard;

/// A stored blob that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The blob.
    pub id: DigestId,
    /// Where its digest stands among all ([`position`](crate::shard::position)).
    pub position: u64,
    /// In bytes.
    pub size: u64,
    /// When it was last written, where the server says.
    pub written: Option<Timestamp>,
    /// How many manifests, links and tags name it. None does of what is garbage beyond doubt.
    pub references: u32,
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// How much.
    pub verify: Verify,
    /// Whether to read what nothing refers to.
    pub include_orphaned: bool,
    /// Only what was written since then, or nobody knows when.
    pub since: Option<Timestamp>,
    /// What a sample depends on besides the digests.
    pub seed: u64,
    /// Which part of what is chosen is to be read here.
    pub shard: Shard,
}

/// What was chosen, and among what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// What to read, the most important first.
    pub ids: Vec<DigestId>,
    /// Where it comes from.
    pub selection: Selection,
}

/// How much was chosen, and among how much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Selection {
    /// The blobs that were asked about, and that nothing had read yet.
    pub eligible: Sum,
    /// Those of them that were to be read.
    pub chosen: Sum,
}

impl Selection {
    /// What a sample or a budget left out.
    #[must_use]
    pub const fn left_out(&self) -> Sum {
        Sum {
            count: self.eligible.count.saturating_sub(self.chosen.count),
            bytes: self.eligible.bytes.saturating_sub(self.chosen.bytes),
        }
    }
}

/// Chooses what to read: what most depends on comes first, and then the order is that of the
/// digests.
#[must_use]
pub fn choose(mut candidates: Vec<Candidate>, choice: &Choice) -> Chosen {
    candidates.retain(|candidate| is_eligible(candidate, choice));
    let is_here = |candidate: &Candidate| choice.shard.holds_position(candidate.position);
    let eligible = sum(candidates.iter().filter(|candidate| is_here(candidate)));
    match choice.verify {
        Verify::None | Verify::Manifests => candidates.clear(),
        Verify::Sample(share) => sample(&mut candidates, share, choice.seed),
        Verify::Budget(_) | Verify::All | Verify::Rolling => {}
    }
    candidates.sort_unstable_by_key(order);
    if let Verify::Budget(bytes) = choice.verify {
        spend(&mut candidates, bytes);
    }
    candidates.retain(is_here);
    let selection = Selection { eligible, chosen: sum(&candidates) };
    Chosen { ids: candidates.iter().map(|candidate| candidate.id).collect(), selection }
}

fn is_eligible(candidate: &Candidate, choice: &Choice) -> bool {
    (choice.include_orphaned || candidate.references > 0)
        && choice.since.is_none_or(|since| candidate.written.is_none_or(|written| written >= since))
}

/// What most depends on first.
const fn order(candidate: &Candidate) -> (Reverse<u32>, u64, DigestId) {
    (Reverse(candidate.references), candidate.position, candidate.id)
}

/// Keeps the first blobs in an order that the seed makes, until they have their share of all
/// bytes: so large blobs and small ones are met as often as there are bytes in them.
fn sample(candidates: &mut Vec<Candidate>, share: Share, seed: u64) {
    let wanted = share.of(sum(&*candidates).bytes);
    candidates.sort_unstable_by_key(|candidate| {
        (scatter(candidate.position ^ seed), candidate.position, candidate.id)
    });
    let mut bytes = 0_u64;
    candidates.retain(|candidate| {
        let is_wanted = bytes < wanted;
        bytes = bytes.saturating_add(candidate.size);
        is_wanted
    });
}

/// Keeps in order whatever still fits.
fn spend(candidates: &mut Vec<Candidate>, mut budget: u64) {
    candidates.retain(|candidate| {
        let rest = budget.checked_sub(candidate.size);
        budget = rest.unwrap_or(budget);
        rest.is_some()
    });
}

/// Spreads neighbours over the whole range: the finisher of `SplitMix64` (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014).
const fn scatter(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn sum<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Sum {
    candidates.into_iter().fold(Sum::default(), |mut sum, candidate| {
        sum.add(candidate.size);
        sum
    })
}

#[cfg(test)]
mod tests;
