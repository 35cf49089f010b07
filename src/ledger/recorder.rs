//! Proofs on their way into the ledger.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Entry, Ledger, LedgerError};
use crate::oci::Digest;

/// How much a kill may cost, at most. A commit waits for the disk: one for each of a million small
/// blobs would take hours.
#[derive(Debug, Clone, Copy)]
struct Batch {
    entries: usize,
    wait: Duration,
}

const BATCH: Batch = Batch { entries: 4096, wait: Duration::from_secs(2) };

/// Records what it is given, in batches, in a thread of its own: nobody who reads blobs waits for
/// the ledger's disk. What was noted is on the disk about two seconds later.
#[derive(Debug)]
pub struct Recorder {
    /// Both are there until it is finished.
    notes: Option<Sender<(Digest, Entry)>>,
    thread: Option<JoinHandle<Result<Ledger, LedgerError>>>,
}

impl Recorder {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self::with(BATCH, ledger)
    }

    fn with(batch: Batch, ledger: Ledger) -> Self {
        let (notes, received) = mpsc::channel();
        let thread = thread::spawn(move || keep(batch, ledger, &received));
        Self { notes: Some(notes), thread: Some(thread) }
    }

    /// Notes what was found. Never waits. Whether it could be recorded is what
    /// [`Recorder::finish`] tells: a ledger that fails is no reason to stop reading.
    pub fn note(&self, digest: Digest, entry: Entry) {
        // The thread is gone only if it failed, and then `finish` says why.
        let _ = self.notes.as_ref().map(|notes| notes.send((digest, entry)));
    }

    /// Records the rest, and gives the ledger back.
    ///
    /// # Errors
    /// If a batch could not be recorded. Those before it are.
    pub fn finish(mut self) -> Result<Ledger, LedgerError> {
        match self.join() {
            Some(Ok(outcome)) => outcome,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Err(LedgerError::of("remember what was read")("it is finished")),
        }
    }

    fn join(&mut self) -> Option<thread::Result<Result<Ledger, LedgerError>>> {
        drop(self.notes.take());
        self.thread.take().map(JoinHandle::join)
    }
}

/// Whoever is interrupted waits for the last batch, some milliseconds: what was read is not lost.
impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.join();
    }
}

fn keep(
    batch: Batch,
    mut ledger: Ledger,
    notes: &Receiver<(Digest, Entry)>,
) -> Result<Ledger, LedgerError> {
    let mut waiting = Vec::new();
    while let Ok(first) = notes.recv() {
        let due = Instant::now() + batch.wait;
        waiting.push(first);
        while waiting.len() < batch.entries {
            match notes.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(next) => waiting.push(next),
                Err(_due_or_done) => break,
            }
        }
        ledger.record(&waiting)?;
        waiting.clear();
    }
    Ok(ledger)
}
