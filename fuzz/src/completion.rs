//! Completion reports of S3 Batch Operations.

use std::collections::BTreeMap;

use ocifsck::batch::{Bundle, Results, Unused};

/// No report makes it panic, every row counts or is missed under a reason, and no row counts for
/// less or more because there are others. The first line names the bucket.
pub fn holds(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let bucket = String::from_utf8_lossy(&bytes[..end]);
    let report = bytes.get(end + 1..).unwrap_or_default();
    // Whether it is one or not, it is told.
    let _parsed = Bundle::parse(report);
    let mut results = Results::new(&bucket);
    if results.read("report", report).is_err() {
        return;
    }
    let (rows, unused) = counts(&results);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(report);
    assert_eq!(rows + unused.values().sum::<u64>(), reader.byte_records().count() as u64);
    assert!(results.unused().all(|(_, noted)| noted.first.starts_with("report line ")));
    results.read("again", report).unwrap();
    let doubled = unused.iter().map(|(&reason, count)| (reason, 2 * count)).collect();
    assert_eq!(counts(&results), (2 * rows, doubled));
}

/// How many rows count, and how many are missed under each reason.
fn counts(results: &Results) -> (u64, BTreeMap<Unused, u64>) {
    let unused = results.unused().map(|(reason, noted)| (reason, noted.count));
    (results.elsewhere(&[]) as u64, unused.collect())
}
