use std::io::{self, Write};

use super::Table;
use crate::audit::TagRow;

const HEADER: [&str; 9] = [
    "repository",
    "tag",
    "digest",
    "media_type",
    "platforms",
    "size_bytes",
    "exclusive_bytes",
    "pullable",
    "last_modified",
];

/// Writes `tags.csv`.
///
/// # Errors
/// Whatever `out` answers.
pub fn tags(rows: &[TagRow], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(out, &HEADER)?;
    for row in rows {
        table.text(Some(&row.repository))?;
        table.text(Some(&row.tag))?;
        table.optional(row.digest.as_ref())?;
        table.text(row.media_type.as_deref())?;
        table.list(&row.platforms)?;
        table.value(row.size)?;
        table.value(row.exclusive_bytes)?;
        table.value(row.pullable.as_str())?;
        table.optional(row.last_modified)?;
        table.end_row()?;
    }
    table.finish()
}
