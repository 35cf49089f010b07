//! What a pusher did, when, and what became of the bucket by it: one line of JSON each.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Microseconds since 1970.
pub(super) type Moment = i64;

pub(super) fn now() -> Moment {
    Timestamp::now().as_microsecond()
}

/// Something that is in the bucket or is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Fact {
    /// The bytes of a digest.
    Data(String),
    /// A repository's link to a config or layer.
    Layer(String, String),
    /// A repository's link to a manifest.
    Revision(String, String),
    /// A repository's tag that names a digest.
    Tag(String, String, String),
    /// A repository's upload, by its id, that nobody will finish.
    Upload(String, String),
}

/// A request, or all of a client's requests for one push.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Event {
    /// Before the first byte was sent.
    pub(super) began: Moment,
    /// After the answer had come: what it changed lies between the two.
    pub(super) ended: Moment,
    /// In words.
    pub(super) deed: String,
    /// A line that counts a whole push, from its first request to its last, and changes nothing.
    pub(super) is_push: bool,
    /// What was not there before, or may have been.
    pub(super) sets: Vec<Fact>,
    /// What is not there after it.
    pub(super) clears: Vec<Fact>,
    /// What the manifests that it brings refer to.
    pub(super) names: BTreeMap<String, Vec<String>>,
}

impl Event {
    /// How long it took.
    pub(super) fn micros(&self) -> Moment {
        self.ended - self.began
    }
}

/// The file to which a pusher adds its events.
pub(super) struct Log(File);

impl Log {
    pub(super) fn create(file: &Path) -> Self {
        Self(File::create(file).expect("a log file"))
    }

    /// Unbuffered, and each line in one write: others read the file while it grows.
    pub(super) fn add(&mut self, event: &Event) {
        let line = serde_json::to_string(event).expect("an event is JSON") + "\n";
        self.0.write_all(line.as_bytes()).expect("a log can be written");
    }
}

/// The whole lines of a log.
pub(super) fn read(file: &Path) -> Vec<Event> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).expect("an event")).collect()
}
