use std::io::{self, Write};

use super::Table;
use crate::audit::RepositoryRow;

const HEADER: [&str; 11] = [
    "repository",
    "tags",
    "manifests",
    "untagged_manifests",
    "logical_bytes",
    "unique_bytes",
    "exclusive_bytes",
    "untagged_bytes",
    "upload_bytes",
    "broken_tags",
    "last_pushed",
];

/// Writes `repositories.csv`.
///
/// # Errors
/// Whatever `out` answers.
pub fn repositories(rows: &[RepositoryRow], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(out, &HEADER)?;
    for row in rows {
        table.text(Some(&row.repository))?;
        table.value(row.tags)?;
        table.value(row.manifests)?;
        table.value(row.untagged_manifests)?;
        table.value(row.logical_bytes)?;
        table.value(row.unique_bytes)?;
        table.value(row.exclusive_bytes)?;
        table.value(row.untagged_bytes)?;
        table.value(row.upload_bytes)?;
        table.value(row.broken_tags)?;
        table.optional(row.last_pushed)?;
        table.end_row()?;
    }
    table.finish()
}
