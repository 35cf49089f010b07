//! How far it has come: a line on a terminal, nothing in cron.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::scan::{Observer, Progress, Silent};

/// Shows progress on stderr if it is a terminal and `is_wanted`.
pub(super) fn observer(is_wanted: bool) -> Arc<dyn Observer> {
    if !is_wanted || !std::io::stderr().is_terminal() {
        return Arc::new(Silent);
    }
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(200));
    Arc::new(Bar(bar))
}

/// One line that says what is being done.
#[derive(Debug)]
struct Bar(ProgressBar);

impl Observer for Bar {
    fn progress(&self, progress: Progress) {
        let (text, done, of) = match progress {
            Progress::Listed { objects } => {
                self.set("listed {pos} objects", objects, None);
                return;
            }
            Progress::Links { done, of } => ("links", done, of),
            Progress::Manifests { done, of } => ("manifests", done, of),
            Progress::Confirmed { done, of } => ("second looks", done, of),
            Progress::Verified { bytes, of } => {
                // What small links tell of the pace says nothing of layers: no guess before 1 %.
                let what = if bytes < of / 100 {
                    "verified {bytes} of {total_bytes}"
                } else {
                    "verified {bytes} of {total_bytes} at {bytes_per_sec}, {eta} left"
                };
                self.set(what, bytes, Some(of));
                return;
            }
        };
        self.set(&format!("{text}: {{pos}} of {{len}}"), done, Some(of));
    }
}

impl Bar {
    fn set(&self, what: &str, done: u64, of: Option<u64>) {
        let template = format!("{{spinner}} {what} {{elapsed:.dim}}");
        // The template is a constant of this file; the default is as good if it is misspelt.
        let style = ProgressStyle::with_template(&template);
        self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        if let Some(of) = of {
            self.0.set_length(of);
        }
        self.0.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
