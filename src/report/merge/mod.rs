//! The parts that shards have written, put together: sums of sums.

mod part;
mod rows;

use std::collections::BTreeSet;
use std::fmt::Debug;

pub use self::part::{Part, PartError};
pub use self::rows::rows;
use super::Report;
use crate::audit::{Audit, Sum, Totals, Verdict};
use crate::choice::Selection;
use crate::ledger::Account;
use crate::shard::Shard;

/// Parts that do not make a whole. Displays on one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// None was given.
    #[error("there is nothing to merge")]
    Nothing,
    /// Two of them are not of one run.
    #[error(
        "{first} and {second} are not parts of one run: {what} is {one} here and {other} there"
    )]
    Mixed {
        /// One of them.
        first: String,
        /// The other.
        second: String,
        /// In what they differ.
        what: &'static str,
        /// What the one says.
        one: String,
        /// What the other says.
        other: String,
    },
    /// Two of them are the same part.
    #[error("{first} and {second} are both part {shard}")]
    Doubled {
        /// One of them.
        first: String,
        /// The other.
        second: String,
        /// Which part.
        shard: Shard,
    },
    /// Some were not given.
    #[error(
        "of {of} parts {count} are missing, {first} for one; run it again: verify --shard {first}"
    )]
    Missing {
        /// How many there should be.
        of: u32,
        /// How many there are not.
        count: u32,
        /// The first that is not there.
        first: Shard,
    },
}

/// The report of the whole, but for the rows of its blobs ([`rows`]): what one process would have
/// reported of a bucket at rest, times and requests aside.
///
/// # Errors
/// If they are not all parts of one run, each once.
pub fn merge(parts: &[Part]) -> Result<Report, MergeError> {
    let (first, others) = parts.split_first().ok_or(MergeError::Nothing)?;
    others.iter().try_for_each(|other| is_of_one_run(first, other))?;
    is_complete(parts)?;
    let mut whole = Report {
        source: first.report.source.clone(),
        options: first.report.options.clone(),
        shard: None,
        coverage: Account::of_parts(parts.iter().map(|part| part.report.coverage.as_ref())),
        ..nothing(&first.report)
    };
    for part in parts {
        add(&mut whole, &part.report);
    }
    let audit = &mut whole.audit;
    audit.findings.sort_by_cached_key(crate::audit::Finding::order);
    let reasons: BTreeSet<String> = audit.incomplete_because.drain(..).collect();
    audit.incomplete_because = reasons.into_iter().collect();
    if !audit.is_complete() {
        doubt(&mut audit.totals);
    }
    Ok(whole)
}

fn nothing(like: &Report) -> Report {
    Report {
        source: like.source.clone(),
        started_at: like.started_at,
        as_of: like.as_of,
        finished_at: like.finished_at,
        options: serde_json::Map::new(),
        outside: Vec::new(),
        requests: super::Requests::default(),
        shard: None,
        selection: None,
        coverage: None,
        audit: Audit::default(),
    }
}

fn is_of_one_run(first: &Part, second: &Part) -> Result<(), MergeError> {
    let (a, b) = (&first.report, &second.report);
    let same = |what, one: &dyn Debug, other: &dyn Debug| {
        let (one, other) = (format!("{one:?}"), format!("{other:?}"));
        if one == other {
            return Ok(());
        }
        let (first, second) = (first.name.clone(), second.name.clone());
        Err(MergeError::Mixed { first, second, what, one, other })
    };
    same("the version", &first.version, &second.version)?;
    same("the source", &a.source.uri, &b.source.uri)?;
    same("the root", &a.source.root, &b.source.root)?;
    same("the layout", &a.source.layout, &b.source.layout)?;
    same("the product", &a.source.product, &b.source.product)?;
    same("the number of parts", &first.shard.of(), &second.shard.of())?;
    let names: BTreeSet<&String> = a.options.keys().chain(b.options.keys()).collect();
    names.into_iter().try_for_each(|name| {
        let what = "an option";
        same(what, &(name, a.options.get(name)), &(name, b.options.get(name)))
    })
}

/// Whether each part is there, once.
fn is_complete(parts: &[Part]) -> Result<(), MergeError> {
    let mut sorted: Vec<&Part> = parts.iter().collect();
    sorted.sort_by_key(|part| part.shard);
    for pair in sorted.windows(2) {
        if pair[0].shard == pair[1].shard {
            let [first, second] = [0, 1].map(|place| pair[place].name.clone());
            return Err(MergeError::Doubled { first, second, shard: pair[0].shard });
        }
    }
    let Some(of) = sorted.first().map(|part| part.shard.of()) else { return Ok(()) };
    let given: BTreeSet<Shard> = sorted.iter().map(|part| part.shard).collect();
    let all = (1..=of).filter_map(|index| Shard::new(index, of).ok());
    match all.into_iter().find(|shard| !given.contains(shard)) {
        None => Ok(()),
        Some(first) => {
            let count = of.saturating_sub(u32::try_from(given.len()).unwrap_or(u32::MAX));
            Err(MergeError::Missing { of, count, first })
        }
    }
}

fn add(whole: &mut Report, part: &Report) {
    whole.started_at = whole.started_at.min(part.started_at);
    whole.as_of = whole.as_of.min(part.as_of);
    whole.finished_at = whole.finished_at.max(part.finished_at);
    whole.outside.extend(part.outside.iter().cloned());
    for (sum, more) in [
        (&mut whole.requests.list, part.requests.list),
        (&mut whole.requests.get, part.requests.get),
        (&mut whole.requests.head, part.requests.head),
        (&mut whole.requests.bytes_read, part.requests.bytes_read),
    ] {
        *sum = sum.saturating_add(more);
    }
    if let Some(part) = part.audit.unpacking {
        *whole.audit.unpacking.get_or_insert_default() += part;
    }
    if let Some(part) = part.selection {
        let whole = whole.selection.get_or_insert(Selection::default());
        whole.eligible += part.eligible;
        whole.chosen += part.chosen;
    }
    let (whole, part) = (&mut whole.audit, &part.audit);
    whole.incomplete_because.extend(part.incomplete_because.iter().cloned());
    whole.findings.extend(part.findings.iter().cloned());
    whole.verification.listing += part.verification.listing;
    whole.verification.etag += part.verification.etag;
    whole.verification.checksum += part.verification.checksum;
    whole.verification.bytes += part.verification.bytes;
    whole.totals.add(&part.totals);
}

/// Where a part is incomplete nothing is orphaned, as in any report.
fn doubt(totals: &mut Totals) {
    let orphaned = std::mem::take(&mut totals.by_verdict[Verdict::Orphaned as usize]);
    totals.by_verdict[Verdict::Undecided as usize] += orphaned;
    totals.reclaimable_by_revisions = Sum::default();
    totals.reclaimable_by_tags = Sum::default();
}
