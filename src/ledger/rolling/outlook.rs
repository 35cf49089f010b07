//! What can be promised, as a report says it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::object::Sum;

/// What can be promised of the runs to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// The period in which everything is to be read.
    pub every_seconds: u64,
    /// Whether one blob was larger than the budget, and so the only one.
    #[serde(rename = "beyond_budget")]
    pub is_beyond_budget: bool,
    /// What should have been read in this run and was not, for want of budget.
    pub left: Sum,
    /// If nothing is `left`: nothing will be overdue if the next run begins by then.
    pub next_run_by: Timestamp,
    /// Whether this budget, and runs as often as lately, can read everything once in each period.
    pub keeps_promise: bool,
    /// In what time everything could be read once at this budget, with runs as often as lately.
    pub at_best_seconds: u64,
    /// The least budget that could keep the promise, if blobs could be cut to fit.
    pub least_budget: u64,
}

impl Outlook {
    /// That of several parts, which run side by side.
    pub(in crate::ledger) fn and(&self, other: &Self) -> Self {
        let mut left = self.left;
        left += other.left;
        Self {
            every_seconds: self.every_seconds.max(other.every_seconds),
            is_beyond_budget: self.is_beyond_budget || other.is_beyond_budget,
            left,
            next_run_by: self.next_run_by.min(other.next_run_by),
            keeps_promise: self.keeps_promise && other.keeps_promise,
            at_best_seconds: self.at_best_seconds.max(other.at_best_seconds),
            least_budget: self.least_budget.saturating_add(other.least_budget),
        }
    }
}
