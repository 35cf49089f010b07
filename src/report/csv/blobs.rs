use std::io::{self, Write};

use super::Table;
use crate::audit::BlobRow;

const HEADER: [&str; 11] = [
    "digest",
    "size_bytes",
    "last_modified",
    "storage_class",
    "kind",
    "media_type",
    "verdict",
    "repositories",
    "references",
    "verified",
    "key",
];

/// Writes `blobs.csv`.
///
/// # Errors
/// Whatever `out` answers.
pub fn blobs<'a>(
    rows: impl IntoIterator<Item = BlobRow<'a>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = Table::new(out, &HEADER)?;
    for row in rows {
        table.value(&row.digest)?;
        table.value(row.size)?;
        table.optional(row.last_modified)?;
        table.text(row.storage_class)?;
        table.value(row.kind.as_str())?;
        table.text(row.media_type)?;
        table.value(row.verdict.as_str())?;
        table.value(row.repositories)?;
        table.value(row.references)?;
        table.value(row.verified.as_str())?;
        table.text(Some(&row.key))?;
        table.end_row()?;
    }
    table.finish()
}
