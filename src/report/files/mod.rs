//! The files of a report in a directory, each whole or not at all.

mod one;
mod partial;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

pub use self::one::OutFile;
use super::{Report, csv, json};

/// A directory that takes the files of a report.
#[derive(Debug)]
pub struct OutDir {
    path: PathBuf,
}

/// A report could not be written. Displays on one line what was tried, what came back and what to
/// do.
#[derive(Debug, thiserror::Error)]
#[error("cannot {attempt} {path}: {source}; {hint}", path = path.display())]
pub struct OutError {
    attempt: &'static str,
    path: PathBuf,
    hint: &'static str,
    source: io::Error,
}

impl OutError {
    fn new(attempt: &'static str, path: PathBuf, source: io::Error) -> Self {
        let hint = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "free some space or name a directory elsewhere with --out"
            }
            _ => "name a directory with --out that you may create and write to",
        };
        Self { attempt, path, hint, source }
    }

    fn of_file(path: PathBuf, source: io::Error) -> Self {
        let hint = "name a file that you may create, where there is room for it";
        Self { attempt: "write", path, hint, source }
    }
}

impl OutDir {
    /// Makes the directory if it is not there, and sees that a file can be made in it: an audit of
    /// hours should not end on this. Clears away what runs that were killed have left there.
    ///
    /// # Errors
    /// If it cannot be made or written to.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OutError> {
        let path = path.into();
        if let Err(source) = fs::create_dir_all(&path) {
            return Err(OutError::new("create the directory", path, source));
        }
        partial::clear(&path);
        match partial::aside(&path) {
            Ok(_removed_on_drop) => Ok(Self { path }),
            Err(source) => Err(OutError::new("write into", path, source)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `findings.csv`, `blobs.csv`, `repositories.csv`, `tags.csv` and `report.json`.
    ///
    /// All are written aside and on the disk before the first takes its name, and `report.json`
    /// takes its name last: where it is new, all are. Between the first and the last a kill can
    /// leave files of two reports. They can be told apart: each bears the time at which its audit
    /// ended.
    ///
    /// # Errors
    /// If one cannot be written. No file of the directory has changed then, unless the very
    /// renaming failed.
    pub fn write(&self, report: &Report) -> Result<(), OutError> {
        let audit = &report.audit;
        let at = report.finished_at.into();
        self.replace([
            self.fill("findings.csv", at, |out| csv::findings(&audit.findings, out))?,
            self.fill("blobs.csv", at, |out| csv::blobs(audit.blobs(), out))?,
            self.fill("repositories.csv", at, |out| csv::repositories(&audit.repositories, out))?,
            self.fill("tags.csv", at, |out| csv::tags(&audit.tags, out))?,
            self.fill("report.json", at, |out| json::write(report, out))?,
        ])
    }

    /// Writes what tells of bytes: `findings.csv`, `blobs.csv` and `report.json`, as
    /// [`OutDir::write`] does.
    ///
    /// # Errors
    /// As [`OutDir::write`].
    pub fn write_verified(&self, report: &Report) -> Result<(), OutError> {
        self.write_with(report, |out| csv::blobs(report.audit.blobs(), out))
    }

    /// The same, where the rows of the blobs come from elsewhere.
    ///
    /// # Errors
    /// As [`OutDir::write`], and if the rows cannot be had.
    pub fn write_with(
        &self,
        report: &Report,
        blobs: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutError> {
        let at = report.finished_at.into();
        self.replace([
            self.fill("findings.csv", at, |out| csv::findings(&report.audit.findings, out))?,
            self.fill("blobs.csv", at, blobs)?,
            self.fill("report.json", at, |out| json::write(report, out))?,
        ])
    }

    /// Gives files that are whole their names.
    fn replace<const N: usize>(
        &self,
        files: [(PathBuf, NamedTempFile); N],
    ) -> Result<(), OutError> {
        for (path, file) in files {
            file.persist(&path).map_err(|error| OutError::new("replace", path, error.error))?;
        }
        self.settle()
    }

    fn fill(
        &self,
        name: &str,
        at: SystemTime,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(PathBuf, NamedTempFile), OutError> {
        let path = self.path.join(name);
        match fill(&self.path, at, content) {
            Ok(file) => Ok((path, file)),
            Err(source) => Err(OutError::new("write", path, source)),
        }
    }

    /// Puts the new names on the disk as well, where the system can do that for directories: not
    /// on Windows, not on every network mount.
    fn settle(&self) -> Result<(), OutError> {
        if cfg!(not(unix)) {
            return Ok(());
        }
        match File::open(&self.path).and_then(|directory| directory.sync_all()) {
            Err(source)
                if !matches!(
                    source.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) =>
            {
                Err(OutError::new("write into", self.path.clone(), source))
            }
            _ => Ok(()),
        }
    }
}

/// A file that is written and on the disk, and removed on drop.
fn fill(
    directory: &Path,
    at: SystemTime,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    let file = partial::aside(directory)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    content(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    // Not every file system takes a time. The report is worth having all the same.
    file.as_file().set_modified(at).ok();
    file.as_file().sync_all()?;
    Ok(file)
}
