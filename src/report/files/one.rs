//! A file by itself.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{OutError, fill, partial};

/// A file that somebody named.
#[derive(Debug)]
pub struct OutFile {
    path: PathBuf,
}

impl OutFile {
    /// Sees that a file can be made where this one is to be.
    ///
    /// # Errors
    /// If none can.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OutError> {
        let path = path.into();
        let is_directory = path.is_dir().then(|| io::ErrorKind::IsADirectory.into());
        match is_directory.map_or_else(|| partial::aside(folder(&path)), Err) {
            Ok(_removed_on_drop) => Ok(Self { path }),
            Err(source) => Err(OutError::of_file(path, source)),
        }
    }

    /// Writes it, whole or not at all. It bears the time `at`.
    ///
    /// # Errors
    /// If it cannot be written; what was there before is there still.
    pub fn write(
        &self,
        at: Timestamp,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutError> {
        let failed = |source| OutError::of_file(self.path.clone(), source);
        let file = fill(folder(&self.path), at.into(), content).map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// The directory that a file is in.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("manifest.csv");
        let file = OutFile::open(&path).unwrap();
        assert!(!path.exists(), "nothing yet");
        file.write(Timestamp::UNIX_EPOCH, |out| out.write_all(b"whole")).unwrap();
        let error = file
            .write(Timestamp::UNIX_EPOCH, |out| {
                out.write_all(b"ha")?;
                Err(io::ErrorKind::StorageFull.into())
            })
            .unwrap_err();
        assert!(error.to_string().contains("manifest.csv: no storage space; "), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_told_early() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().to_owned(), directory.path().join("none/manifest.csv")] {
            let error = OutFile::open(path).unwrap_err().to_string();
            assert!(error.contains("name a file that you may create"), "{error}");
        }
    }
}
