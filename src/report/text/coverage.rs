//! How far verification has come over all runs.

use super::checked::labelled;
use super::palette::Palette;
use super::units::{counted, iec, share, sum};
use crate::audit::Sum;
use crate::ledger::rolling::Outlook;
use crate::ledger::{Account, Coverage};
use crate::report::Report;
use crate::report::escape::Escaped;

/// What is remembered of earlier runs and of this one, where anything is.
pub(super) fn lines(report: &Report, palette: &Palette) -> Vec<String> {
    let Some(Account { coverage, ledger, rolling, .. }) = &report.coverage else {
        return Vec::new();
    };
    let mut lines = labelled(palette, "Coverage", &proved(coverage));
    lines.extend(labelled(palette, "", &others(coverage)));
    if let Some(outlook) = rolling {
        lines.extend(labelled(palette, "Rolling", &promise(outlook)));
    }
    if let Some(remark) = ledger {
        lines.extend(labelled(palette, "Ledger", &Escaped::text(remark).to_string()));
    }
    lines
}

fn proved(coverage: &Coverage) -> String {
    let part = |within: Sum| match within.bytes {
        0 => "0 %".to_owned(),
        bytes => share(bytes, coverage.total.bytes),
    };
    let (day, week) = (part(coverage.within_1d), part(coverage.within_7d));
    let (month, quarter) = (part(coverage.within_30d), part(coverage.within_90d));
    let (ever, total) = (part(coverage.ever), iec(coverage.total.bytes));
    format!(
        "within 1 day {day}, 7 days {week}, 30 days {month}, 90 days {quarter}, ever {ever} of \
         {total}"
    )
}

fn others(coverage: &Coverage) -> String {
    let oldest = coverage.oldest.map_or_else(
        || "nothing is proved".to_owned(),
        |oldest| format!("oldest proof of {oldest:.0}"),
    );
    let rest = [
        (coverage.never, "never read"),
        (coverage.wrong, "found wrong"),
        (coverage.unreadable, "unreadable"),
    ];
    let rest = rest.into_iter().filter(|(sums, _)| sums.count > 0);
    let rest = rest.map(|(sums, what)| format!("{} {what}", sum(sums, "blob")));
    [oldest].into_iter().chain(rest).collect::<Vec<_>>().join(", ")
}

fn promise(outlook: &Outlook) -> String {
    let every = days(outlook.every_seconds);
    if !outlook.keeps_promise {
        let (at_best, least) = (days(outlook.at_best_seconds), iec(outlook.least_budget));
        return format!(
            "this budget reads everything once in {at_best}, not in {every}: that takes {least} \
             a run"
        );
    }
    if outlook.left.count > 0 {
        let left = sum(outlook.left, "blob");
        return format!("{left} should be read now and did not fit; the next runs will have room");
    }
    format!("everything is read once in {every} if the next run is by {:.0}", outlook.next_run_by)
}

/// Rounded up: `1 day`, `41 days`.
fn days(seconds: u64) -> String {
    counted(seconds.max(1).div_ceil(86_400), "day")
}
