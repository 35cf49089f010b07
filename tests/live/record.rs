//! What a trial leaves on record: one file each, from which the compatibility table is made.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Zoned;
use serde::{Deserialize, Serialize};

/// What a scenario counted, in the order in which it is told: `2,153 pushes, 41 audits`.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Figures(Vec<(String, u64)>);

impl Figures {
    /// `number` of `what`.
    pub(crate) fn with(mut self, what: &str, number: impl TryInto<u64>) -> Self {
        let Ok(number) = number.try_into() else { panic!("{what} is no count") };
        self.0.push((what.to_owned(), number));
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For people.
    pub(crate) fn told(&self) -> String {
        let told: Vec<_> =
            self.0.iter().map(|(what, number)| format!("{} {what}", grouped(*number))).collect();
        told.join(", ")
    }
}

/// The number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// How one trial went.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Why it failed, if it did.
    pub(crate) failure: Option<String>,
    pub(crate) figures: Figures,
    pub(crate) seconds: u64,
    /// The day, in UTC.
    pub(crate) date: String,
}

impl Record {
    pub(crate) fn new(outcome: Result<Figures, String>, took: Duration) -> Self {
        let (figures, failure) = match outcome {
            Ok(figures) => (figures, None),
            Err(failure) => (Figures::default(), Some(failure)),
        };
        let date = Zoned::now().timestamp().strftime("%Y-%m-%d").to_string();
        Self { failure, figures, seconds: took.as_secs(), date }
    }

    pub(crate) fn write(&self, trial: &str) {
        let file = file(trial);
        fs::create_dir_all(file.parent().expect("a record lies in a folder")).expect("folders");
        fs::write(file, serde_json::to_string_pretty(self).expect("a record is JSON"))
            .expect("a record can be written");
    }

    /// The last record of a trial, if it ever ran.
    pub(crate) fn read(trial: &str) -> Option<Self> {
        let text = fs::read_to_string(file(trial)).ok()?;
        Some(serde_json::from_str(&text).expect("a record is what was written"))
    }
}

fn file(trial: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("live").join(format!("{trial}.json"))
}
