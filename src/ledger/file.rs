//! The file: opened whole, or moved aside and begun anew.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use redb::{Database, DatabaseError, ReadableTable, StorageError, TableHandle};

use super::tables::{ABOUT, Tables};
use super::{Ledger, LedgerError, Origin};
use crate::shard::Shard;

/// The layout of the tables that this program writes.
const FORM: u64 = 1;

/// How much of the file is kept in memory: enough for the upper pages of a million blobs.
const CACHE_BYTES: usize = 32 << 20;

/// What was found where the ledger should be. Whoever reports says so when it was not `Known`:
/// nothing is remembered then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// There was none.
    New,
    /// There was one.
    Known,
    /// There was something else. A new one is begun.
    Rebuilt {
        /// What is the matter with it, on one line.
        because: String,
        /// Where it is now.
        moved_to: PathBuf,
    },
}

impl Opening {
    /// What people are to be told of it, on one line: nothing if all is well.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let Self::Rebuilt { because, moved_to } = self else { return None };
        Some(format!(
            "the ledger could not be used ({because}) and is now {}; a new one is begun, and \
             everything is read again within the period",
            moved_to.display()
        ))
    }
}

/// The file of a cache directory in which the ledgers of several origins are. Nobody else may open
/// it meanwhile.
#[derive(Debug)]
pub struct LedgerFile {
    pub(super) database: Database,
    /// Held as long as the file is open; the system lets go of it when the process dies.
    ///
    /// Who holds it may open, move and begin the file. redb locks the file itself too, but that
    /// lock goes with the file when it is renamed.
    _lock: File,
}

impl LedgerFile {
    /// Opens the file in `directory`, or begins it: each shard has its own, so that processes
    /// that share a bucket can share a directory. Every page is read and its checksum looked at.
    /// What is not whole or not a ledger is moved aside, to `….damaged-<now>`, and never deleted.
    ///
    /// # Errors
    /// If another process has it open, and if the directory or the file cannot be written.
    pub fn open(
        directory: &Path,
        shard: Option<Shard>,
        now: Timestamp,
    ) -> Result<(Self, Opening), LedgerError> {
        fs::create_dir_all(directory)
            .map_err(LedgerError::file("create the directory", directory))?;
        let name = name(shard.unwrap_or_default());
        let path = directory.join(format!("{name}.redb"));
        let lock = lock(&directory.join(format!("{name}.lock")), &path)?;
        let is_there = fs::symlink_metadata(&path).is_ok();
        let (database, opening) = match load(&path, is_there)? {
            Ok(database) if is_there => (database, Opening::Known),
            Ok(database) => (database, Opening::New),
            Err(because) => {
                let moved_to = move_aside(&path, now)?;
                let database = load(&path, false)?.map_err(LedgerError::of("begin a table"))?;
                (database, Opening::Rebuilt { because, moved_to })
            }
        };
        Ok((Self { database, _lock: lock }, opening))
    }

    /// What is remembered of an origin in it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn of(self, origin: &Origin<'_>) -> Result<Ledger, LedgerError> {
        let mut ledger = Ledger { file: self, tables: Tables::of(origin) };
        ledger.write("begin a table", |tables, transaction| {
            transaction.open_table(ABOUT)?.insert("form", FORM)?;
            transaction.open_table(tables.blobs())?;
            transaction.open_table(tables.runs())?;
            Ok(())
        })?;
        Ok(ledger)
    }
}

fn name(shard: Shard) -> String {
    match (shard.index(), shard.of()) {
        (_, 1) => "ocifsck-ledger".to_owned(),
        (index, of) => format!("ocifsck-ledger-{index}-of-{of}"),
    }
}

fn lock(lock: &Path, path: &Path) -> Result<File, LedgerError> {
    let open = File::options().create(true).truncate(false).write(true).open(lock);
    let file = open.map_err(LedgerError::file("open", lock))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(LedgerError::file("lock", lock)(error)),
    }
}

/// The ledger, or what is the matter with it.
fn load(path: &Path, is_there: bool) -> Result<Result<Database, String>, LedgerError> {
    // redb would begin a database in it without a word, and a month's proofs would be gone.
    if is_there && fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Ok(Err("it is empty".to_owned()));
    }
    let opened = Database::builder()
        .set_cache_size(CACHE_BYTES)
        .set_check_integrity_on_open(true)
        .create(path);
    let database = match opened {
        Ok(database) => database,
        Err(DatabaseError::DatabaseAlreadyOpen) => {
            return Err(LedgerError::Busy { path: path.to_owned() });
        }
        Err(DatabaseError::Storage(StorageError::Io(error))) if !is_of_the_bytes(error.kind()) => {
            return Err(LedgerError::file("open", path)(error));
        }
        Err(error) => return Ok(Err(on_one_line(&error))),
    };
    let form = if is_there { form(&database) } else { Ok(Some(FORM)) };
    Ok(match form {
        Ok(Some(FORM)) => Ok(database),
        Ok(Some(form)) => Err(format!("it is of form {form}, and this ocifsck writes {FORM}")),
        Ok(None) => Err("it is no ledger of ocifsck's".to_owned()),
        Err(error) => Err(on_one_line(&error)),
    })
}

/// Whether it is what the file holds that redb could not make sense of, rather than the disk that
/// failed or the system that refused.
const fn is_of_the_bytes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput)
}

/// What the file says of itself. A database without a table is one that was killed at birth.
fn form(database: &Database) -> Result<Option<u64>, redb::Error> {
    let transaction = database.begin_write()?;
    let tables: Vec<_> = transaction.list_tables()?.collect();
    if tables.is_empty() {
        return Ok(Some(FORM));
    }
    if !tables.iter().any(|table| table.name() == ABOUT.name()) {
        return Ok(None);
    }
    let form = transaction.open_table(ABOUT)?.get("form")?.map(|form| form.value());
    transaction.abort()?;
    Ok(form)
}

fn on_one_line(error: &dyn std::error::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// To a name that nothing has. Nobody else gives names here: the lock is held.
fn move_aside(path: &Path, now: Timestamp) -> Result<PathBuf, LedgerError> {
    let (own, time) = (path.file_name().unwrap_or_default(), now.strftime("%Y%m%dT%H%M%SZ"));
    let name = format!("{}.damaged-{time}", own.display());
    let mut aside = path.with_file_name(&name);
    let mut number = 2;
    while fs::symlink_metadata(&aside).is_ok() {
        aside.set_file_name(format!("{name}-{number}"));
        number += 1;
    }
    fs::rename(path, &aside).map_err(LedgerError::file("move aside", path))?;
    Ok(aside)
}
