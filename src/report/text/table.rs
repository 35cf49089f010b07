//! Tables without borders.

use anstyle::Style;
use comfy_table::{CellAlignment, Table};

use super::fit::{self, WIDTH};
use super::palette::paint;

/// What stands between two columns.
const GAP: &str = "  ";

/// One line of a table.
pub(crate) struct Row<const N: usize> {
    pub(crate) style: Style,
    /// Plain text of one line: the style is put around all of them, so that no code counts as
    /// width.
    pub(crate) cells: [String; N],
    /// What stands in the last column, escaped; it takes the width that is left.
    pub(crate) tail: String,
}

/// Lays rows out in columns: the first `left` of them to the left, the others to the right.
pub(crate) fn lines<const N: usize>(left: usize, rows: Vec<Row<N>>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.add_rows(rows.iter().map(|row| row.cells.clone()));
    for (index, column) in table.column_iter_mut().enumerate() {
        let before = if index == 0 { 0 } else { GAP.len() };
        column.set_padding((u16::try_from(before).unwrap_or(0), 0));
        column.set_cell_alignment(if index < left {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        });
    }
    table
        .lines()
        .zip(rows)
        .map(|(line, row)| {
            let room = WIDTH.saturating_sub(line.chars().count() + GAP.len());
            let tail = fit::cut(&row.tail, room);
            let gap = if tail.is_empty() { "" } else { GAP };
            format!("{}{gap}{tail}", paint(row.style, &line))
        })
        .collect()
}
