//! Markdown.

/// The one in the middle; of an even number, the mean of both.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 {
        figures[middle]
    } else {
        figures[middle - 1..=middle].iter().sum::<f64>() / 2.0
    }
}

/// A heading and what was measured, in words.
pub(crate) fn head(title: &str, what: &str) {
    println!("\n### {title}\n\n{what}\n");
}

/// A table; the first row is its head.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) {
    for (number, row) in rows.iter().enumerate() {
        println!("| {} |", row.join(" | "));
        if number == 0 {
            println!("|{}", "---|".repeat(N));
        }
    }
}

/// `10 GiB`, `256 MiB`, `100 B`.
pub(crate) fn size(bytes: u64) -> String {
    let units = [(crate::GIB, "GiB"), (crate::MIB, "MiB"), (crate::KIB, "KiB")];
    match units.iter().find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} B"),
    }
}

/// Memory in MB, as goals are set.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
