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
    let every = duration(outlook.every_seconds);
    if !outlook.keeps_promise {
        let (at_best, least) = (duration(outlook.at_best_seconds), iec(outlook.least_budget));
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

/// Rounded up: `41 days`; `36 hours` where days would say too little.
fn duration(seconds: u64) -> String {
    const HOUR: u64 = 3600;
    if seconds <= 48 * HOUR {
        return counted(seconds.max(1).div_ceil(HOUR), "hour");
    }
    counted(seconds.div_ceil(24 * HOUR), "day")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_and_promise_are_told_in_a_few_lines() {
        let part = |count, gib: u64| Sum { count, bytes: gib << 30 };
        let coverage = Coverage {
            within_1d: part(2, 2),
            within_7d: part(3, 3),
            within_30d: part(4, 4),
            within_90d: part(5, 5),
            ever: part(6, 6),
            wrong: part(1, 5),
            never: part(2, 10),
            total: part(9, 21),
            oldest: Some("2025-11-02T02:00:00Z".parse().unwrap()),
            ..Coverage::default()
        };
        assert_eq!(
            proved(&coverage),
            "within 1 day 9.5 %, 7 days 14.3 %, 30 days 19.0 %, 90 days 23.8 %, ever 28.6 % of \
             21.0 GiB"
        );
        assert_eq!(
            others(&coverage),
            "oldest proof of 2025-11-02T02:00:00Z, 2 blobs (10.0 GiB) never read, 1 blob (5.0 GiB) \
             found wrong"
        );
        assert_eq!(others(&Coverage::default()), "nothing is proved");
        let mut outlook = Outlook {
            every_seconds: 30 * 86_400,
            is_beyond_budget: false,
            left: Sum::default(),
            next_run_by: "2026-01-03T02:00:00Z".parse().unwrap(),
            keeps_promise: true,
            at_best_seconds: 40 * 86_400 + 1,
            least_budget: 700 << 30,
        };
        assert_eq!(
            promise(&outlook),
            "everything is read once in 30 days if the next run is by 2026-01-03T02:00:00Z"
        );
        outlook.left = part(1, 1);
        assert!(promise(&outlook).starts_with("1 blob (1.0 GiB) should be read now"));
        assert_eq!(
            [duration(0), duration(86_400), duration(2 * 86_400 + 1)],
            ["1 hour", "24 hours", "3 days"]
        );
        outlook.keeps_promise = false;
        assert_eq!(
            promise(&outlook),
            "this budget reads everything once in 41 days, not in 30 days: that takes 700.0 GiB a \
             run"
        );
    }
}
