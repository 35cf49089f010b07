//! What was found out, to where it is wanted: files, stdout, the exit status.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args::{Color, Common, FailOn, Format};
use super::{Exit, Problem, complain};
use crate::report::{OutDir, Palette, Report, Source, Text, json};

/// Where reports are wanted.
#[derive(Debug)]
pub(super) struct Delivery<'a> {
    pub(super) common: &'a Common,
    /// The directory named by `--out`.
    pub(super) out: Option<&'a OutDir>,
    pub(super) format: Format,
    pub(super) fail_on: &'a [FailOn],
    /// Whether they tell of bytes alone.
    pub(super) is_of_bytes: bool,
    /// Whether there can only be one.
    pub(super) is_one: bool,
}

impl Delivery<'_> {
    /// Writes the files of each report below the directory.
    pub(super) fn files(&self, reports: &[Report]) -> Result<(), Problem> {
        let Some(out) = self.out else { return Ok(()) };
        for report in reports {
            let out = OutDir::open(self.directory(out, report)).map_err(Problem::new)?;
            let written =
                if self.is_of_bytes { out.write_verified(report) } else { out.write(report) };
            written.map_err(Problem::new)?;
        }
        Ok(())
    }

    /// Prints the reports, and says what they come to.
    pub(super) fn print(&self, reports: &[Report]) -> Result<Exit, Problem> {
        let is_quiet = self.common.quiet;
        match self.format {
            Format::Json => {
                to_stdout(|out| reports.iter().try_for_each(|report| json::write(report, out)))?;
            }
            Format::Text if is_quiet => {}
            Format::Text => {
                to_stdout(|out| reports.iter().try_for_each(|report| self.text(report, out)))?;
            }
        }
        let remarks = reports.iter().filter_map(|report| report.coverage.as_ref()?.ledger.as_ref());
        // The registries of one bucket have one ledger.
        let remarks: BTreeSet<&String> = remarks.collect();
        for line in remarks {
            complain(line);
        }
        if is_quiet || self.format == Format::Json {
            reports.iter().filter_map(incomplete).for_each(|line| complain(&line));
        }
        let exits = reports.iter().map(|report| Exit::of(report, self.fail_on));
        Ok(exits.max().unwrap_or(Exit::Clean))
    }

    fn text(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let palette = palette(self.common.color);
        let files = self.out.map(|out| self.directory(out, report));
        let is_of_bytes = self.is_of_bytes;
        Text { palette, is_of_bytes, files: files.as_deref() }.write(report, out)
    }

    /// Where the files of a report go: each of several into a directory named after its root.
    fn directory(&self, out: &OutDir, report: &Report) -> PathBuf {
        if self.is_one {
            return out.path().to_owned();
        }
        let root = &report.source.root;
        out.path().join(folder(root.strip_suffix('/').unwrap_or(root)))
    }
}

/// The directory, if one is named. Work of hours should not end on one that cannot be written.
pub(super) fn out_dir(out: Option<&Path>) -> Result<Option<OutDir>, Problem> {
    out.map(OutDir::open).transpose().map_err(Problem::new)
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
