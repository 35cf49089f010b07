//! `report.json`: everything but the rows of blobs, repositories and tags.

mod document;
mod formatter;
mod read;

use std::io::{self, Write};

use serde::Serialize;

use self::document::Document;
pub(crate) use self::document::FindingJson;
use self::formatter::Tame;
pub(in crate::report) use self::read::read;
use super::Report;

/// Writes the report as JSON, pretty-printed, with a newline at its end.
///
/// `docs/reports.md` has the meaning of every field.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    tame(&Document::new(report), out)
}

/// Writes any value so: pretty-printed, harmless to a terminal, with a newline at its end.
pub(crate) fn tame(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Tame::default());
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
