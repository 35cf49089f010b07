use std::io::{self, Write};

use super::Table;
use crate::audit::Finding;

const HEADER: [&str; 12] = [
    "code",
    "category",
    "severity",
    "repository",
    "tag",
    "digest",
    "key",
    "size_bytes",
    "expected",
    "actual",
    "referrers",
    "message",
];

/// Writes `findings.csv`.
///
/// # Errors
/// Whatever `out` answers.
pub fn findings(rows: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(out, &HEADER)?;
    for row in rows {
        table.value(row.code)?;
        table.value(row.category().as_str())?;
        table.value(row.severity.as_str())?;
        table.text(row.repository.as_deref())?;
        table.text(row.tag.as_deref())?;
        table.optional(row.digest.as_ref())?;
        table.text(row.key.as_deref())?;
        table.optional(row.size)?;
        table.text(row.expected.as_deref())?;
        table.text(row.actual.as_deref())?;
        table.list(&row.referrers)?;
        table.text(Some(&row.message))?;
        table.end_row()?;
    }
    table.finish()
}
