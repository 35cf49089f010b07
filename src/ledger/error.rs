//! Why the ledger could not be had or kept.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// The ledger could not be opened, read or written. Displays on one line what was tried, what came
/// back and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Another process has it.
    #[error(
        "{path} is in use by another ocifsck; wait for it to end, or name another directory with \
         --cache", path = .path.display()
    )]
    Busy {
        /// The ledger.
        path: PathBuf,
    },
    /// The directory or a file in it could not be made, opened or renamed.
    #[error(
        "cannot {attempt} {path}: {source}; name a directory with --cache that you may create and \
         write to", path = .path.display()
    )]
    File {
        /// What was tried.
        attempt: &'static str,
        /// With what.
        path: PathBuf,
        /// What came back.
        source: io::Error,
    },
    /// What is remembered could not be read or written.
    #[error("cannot {attempt} in the ledger: {source}")]
    Ledger {
        /// What was tried.
        attempt: &'static str,
        /// What came back.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl LedgerError {
    /// For `map_err`, whatever kind of error redb gives.
    pub(super) fn of<E: Into<Box<dyn Error + Send + Sync>>>(
        attempt: &'static str,
    ) -> impl Fn(E) -> Self {
        move |source| Self::Ledger { attempt, source: source.into() }
    }

    /// For `map_err`, where the system refuses.
    pub(super) fn file(attempt: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::File { attempt, path: path.to_owned(), source }
    }
}
