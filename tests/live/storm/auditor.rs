//! The audits in the storm: one after the other, each with what is needed to judge it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::event::{self, Moment};
use super::judge::{Kind, Times, Violation};
use super::pace::Pace;
use super::pusher::Task;
use crate::audit::{Audit, Report};

/// The options of one audit after the other, in turn.
pub(super) const OPTIONS: [&[&str]; 2] = [&[], &["--list-twice"]];

/// What the grace is at least, in seconds, and what it has over the slowest push.
const LEAST_GRACE: u64 = 5;
const MORE_GRACE: u64 = 1;

pub(super) struct Auditor<'a> {
    start: &'a dyn Fn() -> Audit,
    folder: PathBuf,
    logs: Vec<PathBuf>,
    last: Duration,
    /// The longest that it has taken to list the blobs and the repositories once: an image must
    /// outlive two listings to be seen for sure.
    listing: Duration,
}

impl<'a> Auditor<'a> {
    pub(super) fn new(start: &'a dyn Fn() -> Audit, folder: &Path, tasks: &[Task]) -> Self {
        let logs = tasks.iter().map(Task::log).collect();
        Self {
            start,
            folder: folder.to_owned(),
            logs,
            last: Duration::ZERO,
            listing: Duration::from_secs(1),
        }
    }

    /// Just longer than the slowest push so far, in whole seconds.
    pub(super) fn min_age(&self) -> Duration {
        let events = self.logs.iter().flat_map(|log| event::read(log));
        let pushes = events.filter(|event| event.is_push);
        let slowest = pushes.map(|event| event.ended - event.began).max().unwrap_or(0);
        let slowest = Duration::from_micros(u64::try_from(slowest).expect("time goes on"));
        Duration::from_secs((slowest.as_secs() + 1 + MORE_GRACE).max(LEAST_GRACE))
    }

    /// Tells the pushers how fast they may let go, by what has been measured.
    pub(super) fn set_pace(&self, is_enough: bool) {
        let rest = self.min_age() + Duration::from_secs(1);
        Pace::new(self.listing * 3, rest, is_enough).tell(&self.folder);
    }

    /// Returns once something has been pushed: a bucket without objects is refused.
    pub(super) fn wait_for_pushes(&self) {
        let began = Instant::now();
        let has_pushed = |log: &PathBuf| event::read(log).iter().any(|event| event.is_push);
        while !self.logs.iter().any(has_pushed) {
            assert!(began.elapsed() < Duration::from_mins(1), "nobody pushes");
            sleep(Duration::from_millis(100));
        }
    }

    /// Leaves the machine to the pushers, half of the time.
    pub(super) fn pause(&self) {
        sleep(self.last.min(Duration::from_secs(3)));
    }

    pub(super) fn audit(&mut self, options: &'static [&'static str]) -> Audited {
        let min_age = self.min_age();
        let began = Instant::now();
        let report = (self.start)().older_than(min_age).with(options).report();
        self.last = began.elapsed();
        let moment = |field: &str| -> Moment {
            let text = report.json[field].as_str().unwrap_or_else(|| panic!("no {field}"));
            text.parse::<Timestamp>().expect("a time").as_microsecond()
        };
        let times = Times {
            started_at: moment("started_at"),
            as_of: moment("as_of"),
            finished_at: moment("finished_at"),
            min_age: i64::try_from(min_age.as_micros()).expect("a short time"),
        };
        let listed = u64::try_from(times.as_of - times.started_at).expect("time goes on");
        self.listing = self.listing.max(Duration::from_micros(listed));
        Audited { options, times, report }
    }
}

/// A report, to be judged when all is known.
pub(super) struct Audited {
    pub(super) options: &'static [&'static str],
    pub(super) times: Times,
    pub(super) report: Report,
}

impl Audited {
    /// The verdicts by digest.
    pub(super) fn verdicts(&self) -> BTreeMap<String, String> {
        let rows = self.report.rows("blobs.csv").into_iter();
        rows.map(|row| (row["digest"].clone(), row["verdict"].clone())).collect()
    }

    /// How many times it listed the repositories.
    pub(super) fn listings(&self) -> usize {
        1 + usize::from(self.options.contains(&"--list-twice"))
    }

    /// How long it took.
    pub(super) fn micros(&self) -> Moment {
        self.times.finished_at - self.times.started_at
    }

    /// An audit of a bucket in motion is complete, and its exit status says what it found.
    pub(super) fn wrong_status(&self) -> Option<Violation> {
        let is_named = |finding: &Value| {
            ["missing", "corrupt"].iter().any(|category| finding["category"] == *category)
                && finding["severity"] == "error"
        };
        let due = i32::from(self.report.findings().iter().any(is_named));
        let is_right = self.report.json["complete"] == true && self.report.status == Some(due);
        let because = &self.report.json["incomplete_because"];
        (!is_right).then(|| Violation {
            kind: Kind::Status,
            digest: None,
            words: format!("exit status {:?}, {due} is due: {because}", self.report.status),
        })
    }
}
