//! `report.json`: everything but the rows of blobs, repositories and tags.

mod document;
mod formatter;

use std::io::{self, Write};

use serde::Serialize as _;

use self::document::Document;
use self::formatter::Tame;
use super::Report;

/// Writes the report as JSON, pretty-printed, with a newline at its end.
///
/// `docs/reports.md` has the meaning of every field.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Tame::default());
    Document::new(report).serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
