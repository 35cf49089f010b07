//! `ocifsck audit`: open, scan, report, exit.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args::{AuditArgs, Color, Common, Format, VerifyArg};
use super::scan::{Scanned, scan};
use super::{Exit, Problem, complain, source};
use crate::report::{OutDir, Palette, Report, Source, Text, json};
use crate::scan::{RootChoice, Verify};

/// Audits what the arguments name.
pub(super) async fn run(common: &Common, args: &AuditArgs) -> Result<Exit, Problem> {
    // An audit of hours should not end on a directory that cannot be written.
    let out = args.out.as_deref().map(OutDir::open).transpose().map_err(Problem::new)?;
    let verify = match args.verify {
        VerifyArg::None => Verify::None,
        VerifyArg::Manifests => Verify::Manifests,
        VerifyArg::All => Verify::All,
    };
    let Scanned { reports, .. } = scan(common, &args.place, &args.judge, verify).await?;
    let is_one = source::root(&args.place) != RootChoice::All;
    if let Some(out) = &out {
        for report in &reports {
            let directory = out_of(out.path(), report, is_one);
            let out = OutDir::open(directory).map_err(Problem::new)?;
            out.write(report).map_err(Problem::new)?;
        }
    }
    match args.format {
        Format::Json => {
            to_stdout(|out| reports.iter().try_for_each(|report| json::write(report, out)))?;
        }
        Format::Text if common.quiet => {}
        Format::Text => {
            let palette = palette(common.color);
            to_stdout(|stdout| {
                for report in &reports {
                    let files = out.as_ref().map(|out| out_of(out.path(), report, is_one));
                    Text { palette, files: files.as_deref() }.write(report, stdout)?;
                }
                Ok(())
            })?;
        }
    }
    if common.quiet || args.format == Format::Json {
        reports.iter().filter_map(incomplete).for_each(|line| complain(&line));
    }
    let exits = reports.iter().map(|report| Exit::of(&report.audit, &args.fail_on));
    Ok(exits.max().unwrap_or(Exit::Clean))
}

/// What a reader of stderr alone has to know: cron shows nothing else of a quiet audit.
fn incomplete(report: &Report) -> Option<String> {
    let (first, others) = report.audit.incomplete_because.split_first()?;
    let others = match others.len() {
        0 => String::new(),
        number => format!(" ({number} more in report.json)"),
    };
    let Source { uri, root, .. } = &report.source;
    let root = if uri.ends_with(root.as_str()) { String::new() } else { format!(" (root {root})") };
    Some(format!("the audit of {uri}{root} is incomplete: {first}{others}"))
}

/// Where the files of a report go: each of several into a directory named after its root.
fn out_of(out: &Path, report: &Report, is_one: bool) -> PathBuf {
    if is_one {
        return out.to_owned();
    }
    let root = &report.source.root;
    out.join(folder(root.strip_suffix('/').unwrap_or(root)))
}

/// A name of its own for each root: what is not plain is written as `%` and two digits.
fn folder(root: &str) -> String {
    if root.is_empty() {
        return "_".to_owned();
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let is_taken = matches!(root, "_" | "." | "..");
    let name = root.bytes().map(|byte| match byte {
        byte if is_plain(byte) && !is_taken => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    name.collect()
}

pub(super) fn palette(color: Color) -> Palette {
    let choice = match color {
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()),
    };
    if choice == anstream::ColorChoice::Never { Palette::PLAIN } else { Palette::COLOR }
}

/// Writes to stdout. Whoever closed it has seen enough: that is no failure.
pub(super) fn to_stdout(
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Problem> {
    let mut out = BufWriter::new(io::stdout().lock());
    match content(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::new(format!("write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}
