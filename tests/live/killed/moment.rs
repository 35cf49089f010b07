//! When to kill: at any moment of the run, and often in the moments of writing.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A small generator of numbers (splitmix64, Steele and others 2014): the same for each run.
struct Numbers(u64);

impl Numbers {
    /// A part of the whole, evenly spread.
    fn part(&mut self, whole: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        whole.mul_f64(
            f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX),
        )
    }
}

/// The moments of two hundred kills.
pub(super) struct Moments {
    numbers: Numbers,
    run: Duration,
    writing: Duration,
}

impl Moments {
    /// For runs that take about so long.
    pub(super) const fn new(run: Duration) -> Self {
        Self { numbers: Numbers(7), run, writing: run }
    }

    /// Waits for the next: of four kills one falls anywhere, two into the writing, and one as soon
    /// as a new file has taken its name.
    pub(super) fn wait(&mut self, kill: u64, child: &mut Child, out: &Path) {
        if kill.is_multiple_of(4) {
            sleep(self.numbers.part(self.run));
            return;
        }
        let is_writing = || partials(out) > 0;
        let began = watch(child, is_writing);
        if kill % 4 == 1 {
            let most = std::cell::Cell::new(0);
            watch(child, || {
                let now = partials(out);
                most.set(most.get().max(now));
                now < most.get() && most.get() >= 5
            });
            self.writing = began.elapsed();
        } else {
            sleep(self.numbers.part(self.writing));
        }
    }
}

/// Waits for something to happen, or for the child to end; since when it has.
fn watch(child: &mut Child, has_happened: impl Fn() -> bool) -> Instant {
    while !has_happened() && child.try_wait().expect("a child can be asked").is_none() {}
    Instant::now()
}

/// How many files are being written, the first that opening makes aside.
fn partials(out: &Path) -> usize {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let is_filled = |entry: &fs::DirEntry| entry.metadata().is_ok_and(|file| file.len() > 0);
    entries
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "partial"))
        .filter(is_filled)
        .count()
}
