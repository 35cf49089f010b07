//! The files of a report in a directory, each whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Report, csv, json};

/// What a file is called while it is written. A run that is killed leaves such files behind; they
/// are hidden, never read, and may be removed. They are not removed here: one could belong to
/// another run that is writing into the same directory at this moment.
const PARTIAL: (&str, &str) = (".ocifsck-", ".partial");

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
}

impl OutDir {
    /// Makes the directory if it is not there, and sees that a file can be made in it: an audit of
    /// hours should not end on this.
    ///
    /// # Errors
    /// If it cannot be made or written to.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OutError> {
        let path = path.into();
        if let Err(source) = fs::create_dir_all(&path) {
            return Err(OutError::new("create the directory", path, source));
        }
        match aside(&path) {
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
    /// takes its name last: where it is new, all are.
    ///
    /// # Errors
    /// If one cannot be written. No file of the directory has changed then, unless the very
    /// renaming failed.
    pub fn write(&self, report: &Report) -> Result<(), OutError> {
        let audit = &report.audit;
        let files = [
            self.fill("findings.csv", |out| csv::findings(&audit.findings, out))?,
            self.fill("blobs.csv", |out| csv::blobs(audit.blobs(), out))?,
            self.fill("repositories.csv", |out| csv::repositories(&audit.repositories, out))?,
            self.fill("tags.csv", |out| csv::tags(&audit.tags, out))?,
            self.fill("report.json", |out| json::write(report, out))?,
        ];
        for (path, file) in files {
            file.persist(&path).map_err(|error| OutError::new("replace", path, error.error))?;
        }
        self.settle()
    }

    fn fill(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(PathBuf, NamedTempFile), OutError> {
        let path = self.path.join(name);
        match fill(&self.path, content) {
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
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    let file = aside(directory)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    content(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// An empty file that is removed on drop. Others may read it as far as the umask allows: reports
/// are for sharing, and hold no secrets.
fn aside(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL.0).suffix(PARTIAL.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::dummy;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn makes_the_directory_and_leaves_nothing_in_it() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("reports/today");
        let out = OutDir::open(&path).unwrap();
        assert_eq!(out.path(), path);
        assert_eq!(names(&path), Vec::<String>::new());
    }

    #[test]
    fn writes_every_file_and_nothing_else() {
        let temporary = tempfile::tempdir().unwrap();
        let out = OutDir::open(temporary.path()).unwrap();
        let report = dummy::damaged();
        out.write(&report).unwrap();
        out.write(&report).unwrap();
        assert_eq!(
            names(temporary.path()),
            ["blobs.csv", "findings.csv", "report.json", "repositories.csv", "tags.csv"]
        );
        let mut expected = Vec::new();
        json::write(&report, &mut expected).unwrap();
        let written = fs::read(temporary.path().join("report.json")).unwrap();
        assert_eq!(written, expected);
    }

    #[test]
    fn a_content_that_fails_leaves_the_old_file_and_nothing_else() {
        let temporary = tempfile::tempdir().unwrap();
        fs::write(temporary.path().join("findings.csv"), "old").unwrap();
        let out = OutDir::open(temporary.path()).unwrap();
        let error = out
            .fill("findings.csv", |file| {
                file.write_all(&vec![b'x'; 1 << 20])?;
                Err(io::ErrorKind::StorageFull.into())
            })
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "cannot write {}/findings.csv: no storage space; \
                 free some space or name a directory elsewhere with --out",
                temporary.path().display()
            )
        );
        assert_eq!(names(temporary.path()), ["findings.csv"]);
        let kept = fs::read(temporary.path().join("findings.csv")).unwrap();
        assert_eq!(kept, b"old");
    }

    /// A directory that stands where a file should go makes the renaming itself fail: the last of
    /// the files, `report.json`, then stays what it was.
    #[test]
    fn report_json_is_the_last_to_change() {
        let temporary = tempfile::tempdir().unwrap();
        fs::create_dir(temporary.path().join("tags.csv")).unwrap();
        fs::write(temporary.path().join("report.json"), "old").unwrap();
        let out = OutDir::open(temporary.path()).unwrap();
        let error = out.write(&dummy::damaged()).unwrap_err();
        assert!(error.to_string().starts_with("cannot replace "), "{error}");
        let kept = fs::read(temporary.path().join("report.json")).unwrap();
        assert_eq!(kept, b"old");
        assert!(names(temporary.path()).iter().all(|name| !name.ends_with(PARTIAL.1)));
    }

    #[test]
    fn a_file_in_the_way_is_told_in_one_line() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("report");
        fs::write(&path, "").unwrap();
        let error = OutDir::open(&path).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "cannot create the directory {}: File exists (os error 17); \
                 name a directory with --out that you may create and write to",
                path.display()
            )
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_directory_that_takes_no_files_is_told_early() {
        let error = OutDir::open("/proc/self").unwrap_err().to_string();
        assert!(error.starts_with("cannot write into /proc/self: "), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_as_the_umask_allows() {
        use std::os::unix::fs::PermissionsExt as _;
        let temporary = tempfile::tempdir().unwrap();
        let usual = temporary.path().join("usual");
        fs::write(&usual, "").unwrap();
        OutDir::open(temporary.path()).unwrap().write(&dummy::damaged()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&temporary.path().join("report.json")), mode(&usual));
    }
}
