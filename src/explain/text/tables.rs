//! Layers and entries, side by side in columns.

use anstyle::Style;

use super::super::image::{Image, Step};
use super::super::index::{Entry, Index};
use super::super::words::{name, short};
use super::labelled;
use crate::audit::Pullable;
use crate::report::Palette;
use crate::report::text::fit;
use crate::report::text::palette::paint;
use crate::report::text::table::{self, Row};
use crate::report::text::units::{counted, iec};

/// How many rows a table may have.
const MOST_ROWS: usize = 40;

/// The image ID, and a row for each layer and each step that left none.
pub(super) fn image(image: &Image, palette: &Palette) -> Vec<String> {
    let mut lines = Vec::new();
    let heading = palette.heading;
    if let Some(id) = &image.image_id {
        let label = if image.has_image_config() { "Image ID" } else { "Config" };
        lines.extend(labelled(heading, label, &id.to_string()));
    }
    let made = [image.platform.as_deref(), image.created.as_deref()];
    let made: Vec<_> = made.into_iter().flatten().map(name).collect();
    if !made.is_empty() {
        lines.extend(labelled(heading, "Made", &made.join(", ")));
    }
    for problem in &image.problems {
        let problem = crate::report::escape::Escaped::text(problem).to_string();
        lines.extend(labelled(palette.warning, "Problem", &problem));
    }
    if image.steps.is_empty() {
        return lines;
    }
    let header = Row {
        style: heading,
        cells: ["Layer", "Diff ID", "Packed", "Size"].map(str::to_owned),
        tail: paint(heading, "Made by"),
    };
    let rows = image.steps.iter().take(MOST_ROWS).map(|step| row(step, palette));
    lines.extend(table::lines(3, [header].into_iter().chain(rows).collect()));
    lines.extend(more(image.steps.len() as u64, "more step", palette));
    lines
}

fn row(step: &Step, palette: &Palette) -> Row<4> {
    let by = step.created_by.as_deref().map(command).unwrap_or_default();
    let diff_id = step.diff_id.as_ref().map(short).unwrap_or_default();
    let (style, layer, packed, size) = match &step.layer {
        Some(layer) => {
            let packed = layer.media_type.as_deref().map(packing).unwrap_or_default();
            let size = layer.size_bytes.map(iec).unwrap_or_default();
            let style = if layer.is_stored { Style::new() } else { palette.error };
            let size = if layer.is_stored { size } else { "not stored".to_owned() };
            (style, short(&layer.digest), packed, size)
        }
        None if step.is_empty => {
            (palette.quiet, "(empty)".to_owned(), String::new(), String::new())
        }
        None => (palette.warning, "(none)".to_owned(), String::new(), String::new()),
    };
    Row { style, cells: [layer, diff_id, packed, size], tail: fit::sentence(&by, fit::WIDTH) }
}

/// How a layer is packed; of what is no layer of an image, the media type.
fn packing(media_type: &str) -> String {
    let known = [("gzip", "gzip"), ("zstd", "zstd"), (".tar", "tar"), ("in-toto+json", "in-toto")];
    let end = known.iter().find(|(end, _)| media_type.ends_with(end));
    end.map_or_else(|| fit::name(media_type, 20), |(_, word)| (*word).to_owned())
}

/// A command without what builders put around it, on one line.
fn command(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.strip_prefix("/bin/sh -c ").unwrap_or(&text);
    let text = text.strip_prefix("#(nop) ").unwrap_or(text);
    text.strip_suffix(" # buildkit").unwrap_or(text).to_owned()
}

/// A row for each entry.
pub(super) fn index(index: &Index, palette: &Palette) -> Vec<String> {
    if index.entries.is_empty() {
        return vec!["The index is empty.".to_owned()];
    }
    let header = Row {
        style: palette.heading,
        cells: ["Platform", "Digest", "Image ID", "Size"].map(str::to_owned),
        tail: paint(palette.heading, "Pullable"),
    };
    let rows = index.entries.iter().take(MOST_ROWS).map(|entry| entry_row(entry, palette));
    let mut lines = table::lines(3, [header].into_iter().chain(rows).collect());
    let all = index.entries.len() as u64 + index.more_entries;
    lines.extend(more(all, "more entry", palette));
    lines
}

fn entry_row(entry: &Entry, palette: &Palette) -> Row<4> {
    let what = entry.platform.as_deref().or(entry.media_type.as_deref()).unwrap_or("-");
    let style = match entry.pullable {
        Pullable::No => palette.error,
        Pullable::Partial | Pullable::Unknown => palette.warning,
        Pullable::Yes => Style::new(),
    };
    let image_id = entry.image_id.as_ref().map(short).unwrap_or_default();
    let cells = [fit::name(what, 20), short(&entry.digest), image_id, iec(entry.size_bytes)];
    Row { style, cells, tail: entry.pullable.as_str().to_owned() }
}

fn more(all: u64, noun: &str, palette: &Palette) -> Option<String> {
    let others = all.saturating_sub(MOST_ROWS as u64);
    (others > 0).then(|| paint(palette.quiet, &format!("… and {}", counted(others, noun))))
}
