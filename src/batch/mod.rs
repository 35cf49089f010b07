//! S3 Batch Operations, whose operation *Compute checksum* hashes objects where they lie.
//!
//! ```text
//! keys ──► manifest ──► (the job, on AWS) ──► completion report ──► Results ──► Taken
//! ```
//!
//! Pure: who has the files and the bucket hands them in. `docs/verification.md` has the commands.

mod bundle;
pub mod manifest;
mod row;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use csv::{ByteRecord, ReaderBuilder};

pub use self::bundle::{Bundle, BundleError, Part};
use self::row::{Row, Told};
use crate::inventory::{DigestId, Inventory};
use crate::layout::Root;
use crate::oci::Digest;

/// What completion reports say of the blobs of one bucket.
#[derive(Debug, Clone)]
pub struct Results {
    bucket: String,
    /// By the root of the registry that they are in, as the report writes it.
    rows: BTreeMap<String, Vec<Row>>,
    unused: BTreeMap<Unused, Noted>,
}

/// Why a row of a report proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unused {
    /// The task failed.
    Failed,
    /// It is of an object in another bucket.
    OtherBucket,
    /// The checksum is none of SHA-256 over the full object.
    OtherChecksum,
    /// The object is no blob that is named by its SHA-256.
    NoBlob,
    /// It is not as *Compute checksum* writes it.
    Unclear,
}

/// Rows that prove nothing, for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noted {
    /// How many.
    pub count: u64,
    /// The first of them, where it stands and what it says.
    pub first: String,
}

/// A report that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It could not be read.
    #[error("read {name}: {source}")]
    Read {
        /// The report.
        name: String,
        /// Why not.
        source: csv::Error,
    },
    /// It says nothing of the blobs of this bucket.
    #[error(
        "{name} is no report of a Compute checksum job (SHA256, FULL_OBJECT) on the blobs of s3://{bucket}: {why}"
    )]
    Foreign {
        /// The report.
        name: String,
        /// The bucket that was asked about.
        bucket: String,
        /// What it says instead.
        why: String,
    },
}

/// What the results say of one registry, as it is listed now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The computed checksum is the name.
    pub proved: BTreeSet<DigestId>,
    /// By one row at least it is not.
    pub contradicted: BTreeSet<DigestId>,
    /// Rows of objects that have been written or deleted since.
    pub stale: u64,
}

impl Results {
    /// None yet, of this bucket.
    #[must_use]
    pub fn new(bucket: &str) -> Self {
        let bucket = bucket.to_owned();
        Self { bucket, rows: BTreeMap::new(), unused: BTreeMap::new() }
    }

    /// Adds the rows of a report, which is called `name`.
    ///
    /// # Errors
    /// If it cannot be read, and if no row is of a *Compute checksum* job on this bucket: it is
    /// another report then, and whoever named it meant something else.
    pub fn read(&mut self, name: &str, report: impl io::Read) -> Result<(), ReportError> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(report);
        let mut record = ByteRecord::new();
        let (mut is_ours, mut foreign) = (false, None);
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(source) => return Err(ReportError::Read { name: name.to_owned(), source }),
            }
            let line = record.position().map_or(0, csv::Position::line);
            let (unused, why) = match row::told(&record, &self.bucket) {
                Told::Row(root, row) => {
                    is_ours = true;
                    self.rows.entry(root).or_default().push(row);
                    continue;
                }
                Told::Nothing(unused, why) => (unused, format!("line {line}: {why}")),
            };
            is_ours |= unused == Unused::Failed;
            let noted = self.unused.entry(unused).or_default();
            noted.count += 1;
            if noted.count == 1 {
                noted.first = format!("{name} {why}");
            }
            foreign.get_or_insert(why);
        }
        if is_ours {
            return Ok(());
        }
        let why = foreign.unwrap_or_else(|| "it has no rows".to_owned());
        Err(ReportError::Foreign { name: name.to_owned(), bucket: self.bucket.clone(), why })
    }

    /// The rows that prove nothing, by their reasons.
    pub fn unused(&self) -> impl Iterator<Item = (Unused, &Noted)> {
        self.unused.iter().map(|(&unused, noted)| (unused, noted))
    }

    /// How many rows are of registries at other roots than these.
    #[must_use]
    pub fn elsewhere(&self, roots: &[&Root]) -> usize {
        let is_elsewhere = |text: &str| !roots.iter().any(|root| is_written(text, root));
        self.rows.iter().filter(|(text, _)| is_elsewhere(text)).map(|(_, rows)| rows.len()).sum()
    }

    /// What they say of a registry. A row counts for the writing of an object that it was computed
    /// from: the one of its entity tag.
    #[must_use]
    pub fn of(&self, inventory: &Inventory) -> Taken {
        let mut taken = Taken::default();
        let here = self.rows.iter().filter(|(text, _)| is_written(text, inventory.root()));
        for row in here.flat_map(|(_, rows)| rows) {
            let id = inventory.digests.find(&Digest::from_sha256(row.digest));
            let stored = id.and_then(|id| Some((id, inventory.blob(id)?)));
            match stored {
                Some((id, blob)) if blob.etag == Some(row.etag) => {
                    if row.agrees { &mut taken.proved } else { &mut taken.contradicted }.insert(id);
                }
                _ => taken.stale += 1,
            }
        }
        for id in &taken.contradicted {
            taken.proved.remove(id);
        }
        taken
    }
}

/// Whether a report means this root by this text. Nothing says whether reports encode keys, and
/// those of other jobs have been seen both ways.
fn is_written(text: &str, root: &Root) -> bool {
    text == root.as_str() || manifest::decode(text).as_deref() == Some(root.as_str())
}

#[cfg(test)]
mod tests;
