//! One part, as it lies in its directory.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::audit::Sum;
use crate::oci::Digest;
use crate::report::{Report, json};
use crate::shard::Shard;

/// A part that was written whole.
#[derive(Debug)]
pub struct Part {
    /// Its directory, for messages.
    pub name: String,
    pub(super) directory: PathBuf,
    pub(super) report: Report,
    pub(super) shard: Shard,
    pub(super) version: String,
}

/// A directory without a whole part in it. Displays on one line.
#[derive(Debug, thiserror::Error)]
#[error("cannot take {name} as a part: {reason}")]
pub struct PartError {
    name: String,
    reason: String,
}

impl Part {
    /// Reads what `verify --shard I/N --out DIR` has written, and sees that it is whole: that the
    /// tables have as many rows as the report says, of the right part.
    ///
    /// # Errors
    /// If it is not.
    pub fn open(directory: &Path) -> Result<Self, PartError> {
        let name = directory.display().to_string();
        Self::read(directory, &name).map_err(|reason| PartError { name, reason })
    }

    fn read(directory: &Path, name: &str) -> Result<Self, String> {
        let report = file(directory, "report.json")?;
        let (report, version) =
            json::read(report).map_err(|error| format!("report.json is not whole: {error}"))?;
        let Some(shard) = report.shard else {
            return Err("it tells of the whole; a part comes of verify --shard I/N".to_owned());
        };
        let (name, directory) = (name.to_owned(), directory.to_owned());
        let part = Self { name, directory, report, shard, version };
        part.has_all_findings()?;
        part.has_all_blobs()?;
        Ok(part)
    }

    fn has_all_findings(&self) -> Result<(), String> {
        let mut rows = 0;
        for row in csv::Reader::from_reader(file(&self.directory, "findings.csv")?).byte_records() {
            row.map_err(|error| format!("findings.csv is not whole: {error}"))?;
            rows += 1;
        }
        let said = self.report.audit.findings.len();
        if rows == said {
            return Ok(());
        }
        Err(format!("findings.csv has {rows} rows, and report.json says {said}"))
    }

    fn has_all_blobs(&self) -> Result<(), String> {
        let mut sum = Sum::default();
        let mut last: Option<Digest> = None;
        for row in self.blobs()?.byte_records() {
            let row = row.map_err(|error| format!("blobs.csv is not whole: {error}"))?;
            let digest = digest(&row).map_err(|error| format!("blobs.csv: {error}"))?;
            if !self.shard.holds(&digest) {
                return Err(format!("blobs.csv: {digest} is not of part {}", self.shard));
            }
            if last.as_ref().is_some_and(|last| *last >= digest) {
                return Err(format!("blobs.csv: {digest} is out of order"));
            }
            sum.add(row.get(1).and_then(number).unwrap_or_default());
            last = Some(digest);
        }
        let said = self.report.audit.totals.blobs;
        if sum == said {
            return Ok(());
        }
        let (rows, said) = (sum.count, said.count);
        Err(format!("blobs.csv has {rows} rows, and report.json says {said}, or other sizes"))
    }

    /// The rows of its blobs.
    pub(super) fn blobs(&self) -> Result<csv::Reader<File>, String> {
        Ok(csv::Reader::from_reader(file(&self.directory, "blobs.csv")?))
    }
}

fn file(directory: &Path, name: &str) -> Result<File, String> {
    File::open(directory.join(name)).map_err(|error| format!("{name}: {error}"))
}

fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

/// Whose row it is.
pub(super) fn digest(row: &csv::ByteRecord) -> io::Result<Digest> {
    let text = row.get(0).and_then(|field| std::str::from_utf8(field).ok());
    let digest = text.and_then(|text| text.parse().ok());
    digest.ok_or_else(|| io::Error::other("a row without a digest"))
}
