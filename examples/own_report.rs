//! A report of one's own: the ten tags whose deletion would free most, as Markdown.
//!
//! ```text
//! cargo run --example own_report -- examples/registry-bucket
//! ```

use std::cmp::Reverse;
use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;

use jiff::Timestamp;
use ocifsck::audit::Audit;
use ocifsck::scan::{self, Options, Silent};
use ocifsck::store::DirectoryStore;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: own_report DIRECTORY")?;
    run(&directory, &mut io::stdout()).await
}

pub(crate) async fn run(directory: &str, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let store = Arc::new(DirectoryStore::open(directory)?);
    let (options, clock) = (Options::default(), Arc::new(Timestamp::now));
    for report in scan::audit(store, directory, "", &options, clock, Arc::new(Silent)).await? {
        largest_tags(&report.audit, out)?;
    }
    Ok(())
}

/// An audit is a value: rows to sort, filter and print.
fn largest_tags(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut tags: Vec<_> = audit.tags.iter().collect();
    tags.sort_by_key(|tag| Reverse(tag.exclusive_bytes));
    writeln!(out, "| tag | bytes of its own | bytes in all | pullable |\n|---|--:|--:|---|")?;
    for tag in tags.into_iter().take(10) {
        // A bucket's names may hold anything.
        let name = format!("{}:{}", tag.repository, tag.tag).escape_default().to_string();
        let (name, pullable) = (name.replace('|', "\\|"), tag.pullable.as_str());
        writeln!(out, "| {name} | {} | {} | {pullable} |", tag.exclusive_bytes, tag.size)?;
    }
    Ok(())
}
