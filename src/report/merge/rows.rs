//! The rows of many sorted tables as one, a row of each in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Write};

use csv::ByteRecord;

use super::part::{Part, digest};
use crate::audit::Verdict;
use crate::oci::Digest;

/// Where `blobs.csv` says whether anything needs the blob.
const VERDICT: usize = 6;

/// Writes the `blobs.csv` of the whole.
///
/// # Errors
/// Whatever `out` answers, and if a part cannot be read any more.
pub fn rows(parts: &[Part], out: &mut dyn Write) -> io::Result<()> {
    let is_whole = parts.iter().all(|part| part.report.audit.is_complete());
    let mut tables = parts.iter().map(Part::blobs).collect::<Result<Vec<_>, _>>();
    let tables = tables.as_mut().map_err(|error| io::Error::other(std::mem::take(error)))?;
    let mut out = csv::Writer::from_writer(out);
    if let Some(table) = tables.first_mut() {
        out.write_byte_record(table.byte_headers()?)?;
    }
    let mut heads: BinaryHeap<Reverse<(Digest, usize)>> = BinaryHeap::new();
    let mut waiting = vec![ByteRecord::new(); tables.len()];
    for (place, table) in tables.iter_mut().enumerate() {
        heads.extend(next(table, &mut waiting[place])?.map(|digest| Reverse((digest, place))));
    }
    while let Some(Reverse((_, place))) = heads.pop() {
        let row = &mut waiting[place];
        if is_whole {
            out.write_byte_record(row)?;
        } else {
            doubted(row, &mut out)?;
        }
        heads.extend(next(&mut tables[place], row)?.map(|digest| Reverse((digest, place))));
    }
    out.flush()
}

/// The next row of a table, and whose it is.
fn next(table: &mut csv::Reader<File>, row: &mut ByteRecord) -> io::Result<Option<Digest>> {
    if table.read_byte_record(row)? { digest(row).map(Some) } else { Ok(None) }
}

/// Writes a row as it is where a part is incomplete: nothing is orphaned then.
fn doubted(row: &ByteRecord, out: &mut csv::Writer<&mut dyn Write>) -> io::Result<()> {
    for (column, field) in row.iter().enumerate() {
        let is_orphaned = column == VERDICT && field == Verdict::Orphaned.as_str().as_bytes();
        out.write_field(if is_orphaned { Verdict::Undecided.as_str().as_bytes() } else { field })?;
    }
    Ok(out.write_record(None::<&[u8]>)?)
}
