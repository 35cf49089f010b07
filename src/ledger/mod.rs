//! What earlier runs have proved, and what is to be read tonight.
//!
//! A bucket of 40 TB is not read in one night. The [`Ledger`] remembers, from one run to the next,
//! when each blob was last read and what came of it; [`rolling`] chooses from that what has waited
//! longest; [`Coverage`] says how far it has come.
//!
//! ```text
//! LedgerFile::of ─► Memory: recall each ──► Candidates ──► rolling::choose ──► read them
//!      ▲                                        │                                  │
//!      └── Recorder::finish ◄── note ◄──────────┼──────────────────────────────────┘
//!                                           Coverage::of
//! ```

mod account;
mod candidate;
mod coverage;
mod entry;
mod error;
mod file;
mod origin;
mod recorder;
pub mod rolling;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use redb::{ReadOnlyTable, ReadableDatabase, ReadableTable, WriteTransaction};

pub use self::account::Account;
pub use self::candidate::Candidate;
pub use self::coverage::Coverage;
pub use self::entry::{Entry, Outcome, Version};
pub use self::error::LedgerError;
pub use self::file::{LedgerFile, Opening};
pub use self::origin::Origin;
pub use self::recorder::Recorder;

use self::tables::Tables;
use crate::oci::Digest;

/// How many runs are remembered: more than a year of nights.
const MOST_RUNS: usize = 500;

/// What is remembered of one bucket, in a file of `--cache DIR` that other buckets share.
///
/// Why redb, what a kill can cost and how damage is noticed is in `docs/decisions/ledger.md`.
#[derive(Debug)]
pub struct Ledger {
    file: LedgerFile,
    tables: Tables,
}

impl Ledger {
    /// The file, for the ledger of another origin.
    #[must_use]
    pub fn into_file(self) -> LedgerFile {
        self.file
    }

    /// Begins a run: remembers that there was one at `now`, and gives those before it, the oldest
    /// first. The very first is never forgotten: it tells since when there has been a ledger.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn begin_run(&mut self, now: Timestamp) -> Result<Vec<Timestamp>, LedgerError> {
        let mut before = Vec::new();
        self.write("remember the run", |tables, transaction| {
            let mut runs = transaction.open_table(tables.runs())?;
            for run in runs.iter()? {
                before.push(run?.0.value());
            }
            if before.len() >= MOST_RUNS {
                runs.remove(before[1])?;
            }
            runs.insert(now.as_microsecond(), ())?;
            Ok(())
        })?;
        Ok(before.into_iter().filter_map(|time| Timestamp::from_microsecond(time).ok()).collect())
    }

    /// What is remembered by now.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn memory(&self) -> Result<Memory, LedgerError> {
        let open = || -> Result<_, redb::Error> {
            Ok(self.file.database.begin_read()?.open_table(self.tables.blobs())?)
        };
        open().map(|blobs| Memory { blobs }).map_err(LedgerError::of("look blobs up"))
    }

    /// Remembers all of these or, if it fails or the process dies, none. On the disk once it
    /// returns; that takes some milliseconds, so give it many at once, or use
    /// [`Ledger::into_recorder`].
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn record(&mut self, batch: &[(Digest, Entry)]) -> Result<(), LedgerError> {
        self.write("remember what was read", |tables, transaction| {
            let mut blobs = transaction.open_table(tables.blobs())?;
            for (digest, entry) in batch {
                blobs.insert(tables::key(digest).as_slice(), entry.encode().as_slice())?;
            }
            Ok(())
        })
    }

    /// Forgets every blob that is not `present`. Only for one who has seen the whole listing.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn retain(&mut self, present: impl Fn(&Digest) -> bool) -> Result<(), LedgerError> {
        self.write("forget what is gone", |tables, transaction| {
            let mut blobs = transaction.open_table(tables.blobs())?;
            blobs.retain(|key, _| tables::digest(key).is_some_and(|digest| present(&digest)))?;
            Ok(())
        })
    }

    /// Hands the ledger to a thread that records in batches what it is given.
    #[must_use]
    pub fn into_recorder(self) -> Recorder {
        Recorder::new(self)
    }

    /// One transaction, on the disk once this returns.
    fn write(
        &mut self,
        attempt: &'static str,
        change: impl FnOnce(&Tables, &WriteTransaction) -> Result<(), redb::Error>,
    ) -> Result<(), LedgerError> {
        let write = || {
            let transaction = self.file.database.begin_write()?;
            change(&self.tables, &transaction)?;
            Ok(transaction.commit()?)
        };
        write().map_err(|error: redb::Error| LedgerError::of(attempt)(error))
    }
}

/// What a [`Ledger`] remembered at one moment.
pub struct Memory {
    blobs: ReadOnlyTable<&'static [u8], &'static [u8]>,
}

impl Memory {
    /// What came of the last look at this blob, if it was at this version.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn recall(
        &self,
        digest: &Digest,
        version: &Version,
    ) -> Result<Option<Outcome>, LedgerError> {
        let value = self.blobs.get(tables::key(digest).as_slice());
        let value = value.map_err(LedgerError::of("look a blob up"))?;
        let entry = value.and_then(|value| Entry::decode(value.value()));
        Ok(entry.filter(|entry| entry.version.is(version)).map(|entry| entry.outcome))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
