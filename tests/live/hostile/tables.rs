//! The tables, read as `docs/reports.md` tells scripts to read them, and as a spreadsheet does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) const NAMES: [&str; 4] = ["findings.csv", "blobs.csv", "repositories.csv", "tags.csv"];

pub(super) type Row = BTreeMap<String, String>;

/// The rows of each table.
pub(super) struct Tables(BTreeMap<&'static str, Vec<Row>>);

impl Tables {
    /// Reads all; no field of any may act.
    pub(super) fn read(out: &Path) -> Self {
        let read = |name: &'static str| {
            let mut reader = csv::Reader::from_path(out.join(name)).expect(name);
            let rows: Vec<Row> = reader.deserialize().collect::<Result<_, _>>().expect(name);
            for field in rows.iter().flat_map(BTreeMap::values) {
                assert!(!field.chars().any(acts), "{name}: {field:?}");
                let first = field.trim_start().chars().next();
                let is_formula = first.is_some_and(|first| "=+-@＝＋－＠".contains(first));
                assert!(!is_formula, "{name}: a spreadsheet would compute {field:?}");
            }
            (name, rows)
        };
        Self(NAMES.into_iter().map(read).collect())
    }

    pub(super) fn rows(&self, name: &str) -> &[Row] {
        &self.0[name]
    }

    /// What a column really says.
    pub(super) fn column(&self, name: &str, column: &str) -> BTreeSet<String> {
        self.rows(name).iter().map(|row| undo(&row[column])).collect()
    }

    /// The rows of a table that are about these repositories or digests.
    pub(super) fn about(&self, name: &str, of: &Self) -> Vec<&Row> {
        let repositories = of.column("repositories.csv", "repository");
        let mut digests = of.column("blobs.csv", "digest");
        digests.extend(of.column("findings.csv", "digest"));
        digests.remove("");
        let has = |row: &Row, column: &str, among: &BTreeSet<String>| {
            row.get(column).is_some_and(|field| among.contains(&undo(field)))
        };
        let is_about =
            |row: &&Row| has(row, "repository", &repositories) || has(row, "digest", &digests);
        self.rows(name).iter().filter(is_about).collect()
    }
}

/// The way back that the documentation tells, in other words than the program's own tests.
fn undo(field: &str) -> String {
    let mut rest = field.strip_prefix('\'').unwrap_or(field);
    let mut text = String::new();
    while let Some((plain, escape)) = rest.split_once('\\') {
        text += plain;
        let (kind, tail) = escape.split_at(1);
        rest = tail;
        match kind {
            "n" => text.push('\n'),
            "r" => text.push('\r'),
            "t" => text.push('\t'),
            "\\" => text.push('\\'),
            _ => {
                let (hex, tail) = tail[1..].split_once('}').expect("a code point in braces");
                let code = u32::from_str_radix(hex, 16).expect("hexadecimal");
                text.push(char::from_u32(code).expect("a character"));
                rest = tail;
            }
        }
    }
    text + rest
}

/// Whether a character does something to a terminal or a page, or turns text around.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
