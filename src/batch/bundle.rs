//! The `manifest.json` that lies beside the files of a completion report and names them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The only format of reports that there is.
const FORMAT: &str = "Report_CSV_20180820";

/// What a completion report consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Its files.
    pub parts: Vec<Part>,
}

/// A file of a completion report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its key in the bucket that the report was written to.
    pub key: String,
    /// The MD5 of its bytes, in hexadecimal digits of lower case.
    pub md5: String,
}

/// Why a file is not the `manifest.json` of a completion report.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It does not say what one says.
    #[error("it is no manifest.json of a completion report: {0}")]
    Unclear(#[from] serde_json::Error),
    /// Its rows have another form.
    #[error("its format is {0:?}, and not {FORMAT}")]
    OtherFormat(String),
    /// It names no files.
    #[error("it names no files: no task was begun")]
    Empty,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    format: String,
    results: Vec<RawPart>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPart {
    key: String,
    #[serde(rename = "MD5Checksum")]
    md5: String,
}

impl Bundle {
    /// Reads it.
    ///
    /// # Errors
    /// If it is something else, or names nothing.
    pub fn parse(text: &[u8]) -> Result<Self, BundleError> {
        let raw: Raw = serde_json::from_slice(text)?;
        if raw.format != FORMAT {
            return Err(BundleError::OtherFormat(raw.format));
        }
        let part = |part: RawPart| Part { key: part.key, md5: part.md5.to_ascii_lowercase() };
        let parts: Vec<_> = raw.results.into_iter().map(part).collect();
        if parts.is_empty() { Err(BundleError::Empty) } else { Ok(Self { parts }) }
    }
}

impl Part {
    /// Where it lies beside its manifest: in the folder `results` that it had in the bucket, or
    /// in the same folder. Whatever else is in the key leads nowhere.
    #[must_use]
    pub fn places(&self, folder: &Path) -> [PathBuf; 2] {
        let name = self.key.rsplit('/').next().unwrap_or_default();
        // A name alone: neither a parent folder nor, elsewhere than here, a drive.
        let name = Path::new(name).file_name().unwrap_or_default();
        [folder.join("results").join(name), folder.join(name)]
    }
}
