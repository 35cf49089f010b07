//! The tables: findings, blobs, repositories, tags.
//!
//! Each function writes a header and then a row for each item, in the order given. Names from the
//! bucket are escaped and defused; numbers, times, digests and this program's own words are
//! written as they are. `docs/reports.md` has every column, and how to read a table back.

mod blobs;
mod findings;
mod repositories;
mod tags;

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

pub use self::blobs::blobs;
pub use self::findings::findings;
pub use self::repositories::repositories;
pub use self::tags::tags;
use super::escape::Escaped;

/// A table under way.
struct Table<W: Write> {
    csv: csv::Writer<W>,
    /// The field under way; kept, since a table has millions of them.
    field: String,
}

impl<W: Write> Table<W> {
    fn new(out: W, header: &[&str]) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(header)?;
        Ok(Self { csv, field: String::new() })
    }

    /// A field of this program's own making: a number, a time, a digest, a fixed word.
    fn value(&mut self, value: impl Display) -> io::Result<()> {
        self.set(value)?;
        self.put()
    }

    /// As [`Table::value`]; `None` is an empty field.
    fn optional(&mut self, value: Option<impl Display>) -> io::Result<()> {
        match value {
            Some(value) => self.value(value),
            None => self.value(""),
        }
    }

    /// A field of somebody else's making; `None` is an empty field.
    fn text(&mut self, text: Option<&str>) -> io::Result<()> {
        self.set(Escaped::text(text.unwrap_or_default()))?;
        self.defuse();
        self.put()
    }

    /// Texts of somebody else's making, joined by single spaces.
    fn list(&mut self, items: &[String]) -> io::Result<()> {
        self.field.clear();
        for (index, item) in items.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(self.field, "{space}{}", Escaped::item(item)).map_err(io::Error::other)?;
        }
        self.defuse();
        self.put()
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.csv.flush()
    }

    fn set(&mut self, field: impl Display) -> io::Result<()> {
        self.field.clear();
        write!(self.field, "{field}").map_err(io::Error::other)
    }

    fn defuse(&mut self) {
        if looks_like_a_formula(&self.field) {
            self.field.insert(0, '\'');
        }
    }

    fn put(&mut self) -> io::Result<()> {
        self.csv.write_field(&self.field)?;
        Ok(())
    }
}

/// Whether a spreadsheet might compute an escaped field instead of showing it.
///
/// Spreadsheets differ: some skip leading blanks, and the full-width forms are operators where
/// Japanese is spoken ([OWASP, "CSV Injection"](https://owasp.org/www-community/attacks/CSV_Injection)).
/// A field that begins with an apostrophe by itself counts too, so that a reader may always take
/// exactly one away.
fn looks_like_a_formula(field: &str) -> bool {
    const OPERATORS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    field.trim_start().starts_with(OPERATORS)
        || ["'", "\\t", "\\r"].iter().any(|start| field.starts_with(start))
}

#[cfg(test)]
mod tests;
