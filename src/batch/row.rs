//! One row of a completion report.
//!
//! The documentation names the columns `Bucket, Key, VersionId, TaskStatus, ErrorCode,
//! HTTPStatusCode, ResultMessage`; its own examples have the status before the code, and quotes
//! within quotes in what is said of failures, which so becomes several columns.
//! [Completion reports](https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html)

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use csv::ByteRecord;
use serde::Deserialize;

use super::{Unused, manifest};
use crate::layout::{Entry, Root, parse};
use crate::object::{ETag, Fingerprint};
use crate::oci::Digest;

/// How many columns a row has, if its quotes are right.
const COLUMNS: usize = 7;
/// How many characters of a reason are told.
const REASON: usize = 160;

/// What a row says.
#[derive(Debug)]
pub(super) enum Told {
    /// Of a blob of the registry at this root.
    Row(String, Row),
    /// Nothing that proves anything.
    Nothing(Unused, String),
}

/// What was computed of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The SHA-256 in its name.
    pub(super) digest: [u8; 32],
    /// Of the object that was hashed.
    pub(super) etag: Fingerprint,
    /// Whether that is what its bytes hash to.
    pub(super) agrees: bool,
}

/// The result of a task that succeeded.
#[derive(Debug, Deserialize)]
struct Message {
    checksum_base64: Option<String>,
    checksum_hex: Option<String>,
    #[serde(rename = "checksumAlgorithm")]
    algorithm: String,
    #[serde(rename = "checksumType")]
    kind: String,
    etag: Option<String>,
}

/// Reads a row.
pub(super) fn told(record: &ByteRecord, bucket: &str) -> Told {
    let columns: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
    let unclear = |why: String| Told::Nothing(Unused::Unclear, why);
    if columns.len() < COLUMNS {
        return unclear(format!("it has {} columns, and such a report has 7", columns.len()));
    }
    if columns.iter().any(|column| column.contains('\n')) {
        return unclear("a quote in it is not closed before the next line".to_owned());
    }
    if columns[0] != bucket {
        let why = format!("its bucket is {}", columns[0]);
        return Told::Nothing(Unused::OtherBucket, shorten(&why));
    }
    match &*columns[3] {
        "failed" => {
            let said = columns[4..].iter().map(|text| text.trim());
            let said: Vec<_> = said.filter(|text| !text.is_empty()).collect();
            Told::Nothing(Unused::Failed, shorten(&said.join(" ")))
        }
        "succeeded" if columns.len() == COLUMNS => match computed(&columns[6]) {
            Ok((checksum, etag)) => of_key(&columns[1], checksum, etag),
            Err((unused, why)) => Told::Nothing(unused, shorten(&why)),
        },
        "succeeded" => unclear(format!("it has {} columns, and should have 7", columns.len())),
        status => unclear(shorten(&format!("its TaskStatus is {status:?}"))),
    }
}

/// The checksum, and the entity tag of the object that it is of.
fn computed(message: &str) -> Result<([u8; 32], Fingerprint), (Unused, String)> {
    let unclear = |why: &str| (Unused::Unclear, why.to_owned());
    let message: Message = serde_json::from_str(message).map_err(|error| {
        (Unused::Unclear, format!("its ResultMessage is of another operation: {error}"))
    })?;
    if message.algorithm != "SHA256" || message.kind != "FULL_OBJECT" {
        let why = format!("its checksum is {} {}", message.algorithm, message.kind);
        return Err((Unused::OtherChecksum, why));
    }
    let Some(etag) = message.etag.as_deref().filter(|etag| !etag.is_empty()) else {
        return Err(unclear("it does not say of which ETag its checksum is"));
    };
    let of_base64 = message.checksum_base64.as_deref().map(from_base64);
    let of_hex = message.checksum_hex.as_deref().map(from_hex);
    let checksum = match (of_base64, of_hex) {
        (Some(checksum), None) | (None, Some(checksum)) => checksum,
        (Some(checksum), Some(other)) if checksum == other => checksum,
        _ => None,
    };
    let checksum = checksum.ok_or_else(|| unclear("its checksum is no SHA-256"))?;
    Ok((checksum, Fingerprint::from(&ETag::new(etag))))
}

fn from_base64(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// In letters of either case.
fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digest = Digest::from_parts("sha256", &text.to_ascii_lowercase()).ok()?;
    digest.as_sha256().copied()
}

/// The key is taken by its word, and as it would be encoded if that is no blob's.
fn of_key(key: &str, checksum: [u8; 32], etag: Fingerprint) -> Told {
    let decoded = || manifest::decode(key).and_then(|key| blob(&key));
    match blob(key).or_else(decoded) {
        Some((root, digest)) => Told::Row(root, Row { digest, etag, agrees: digest == checksum }),
        None => Told::Nothing(Unused::NoBlob, shorten(&format!("its key is {key}"))),
    }
}

/// The root and the SHA-256 of a blob's key.
fn blob(key: &str) -> Option<(String, [u8; 32])> {
    let (root, path) = Root::split(key)?;
    match parse(path)? {
        Entry::Blob { digest } => Some((root.to_owned(), *digest.as_sha256()?)),
        _ => None,
    }
}

/// As much of a text as a line has room for.
fn shorten(text: &str) -> String {
    text.chars().take(REASON).collect()
}
