//! What the one who audits tells the pushers while they run.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Pace {
    /// How long an image lives at least, in milliseconds: what comes and goes within two listings
    /// can be seen by none.
    life: u64,
    /// For how long a blob must have been needed by nothing before it is brought back, in
    /// milliseconds.
    rest: u64,
    /// Whether the pushers may end once they have done their share.
    pub(super) is_enough: bool,
}

impl Pace {
    pub(super) fn new(life: Duration, rest: Duration, is_enough: bool) -> Self {
        let millis = |span: Duration| u64::try_from(span.as_millis()).expect("a short time");
        Self { life: millis(life), rest: millis(rest), is_enough }
    }

    pub(super) fn life(self) -> Duration {
        Duration::from_millis(self.life)
    }

    pub(super) fn rest(self) -> Duration {
        Duration::from_millis(self.rest)
    }

    /// Writes it where every pusher looks.
    pub(super) fn tell(self, folder: &Path) {
        let (aside, file) = (folder.join("pace.new"), folder.join("pace.json"));
        let text = serde_json::to_string(&self).expect("a pace is JSON");
        fs::write(&aside, text).expect("a file");
        fs::rename(aside, file).expect("a file can be renamed");
    }

    /// The pace of the moment; none once nobody audits any more.
    pub(super) fn now(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("pace.json")).ok()?;
        Some(serde_json::from_str(&text).expect("a pace is JSON"))
    }
}

/// Stops the pushers when it is dropped, however that comes about.
pub(super) struct Stop<'a>(pub(super) &'a Path);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        // It may never have been written; the pushers end in time either way.
        let _ = fs::remove_file(self.0.join("pace.json"));
    }
}
