//! `ocifsck audit`: open, scan, report, exit.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::args::{AuditArgs, Color, Common, Format, PlaceArgs, RootsArg, VerifyArg};
use super::source::{self, Source};
use super::{Exit, Problem, parse, progress};
use crate::audit::Roots;
use crate::report::{OutDir, Palette, Report, Text, json};
use crate::scan::{self, Options, RootChoice, Verify};

/// Audits what the arguments name.
pub(super) async fn run(common: &Common, args: &AuditArgs) -> Result<Exit, Problem> {
    let options = options(args)?;
    // An audit of hours should not end on a directory that cannot be written.
    let out = args.out.as_deref().map(OutDir::open).transpose().map_err(Problem::new)?;
    let source = Source::open(&args.place).await?;
    let observer = progress::observer(!common.quiet);
    let mut reports = scan::audit(
        source.store,
        &source.uri,
        &source.prefix,
        &options,
        Arc::new(Timestamp::now),
        observer,
    )
    .await
    .map_err(Problem::new)?;
    for report in &mut reports {
        describe(&mut report.options, args);
    }
    let is_one = options.root != RootChoice::All;
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
    let exits = reports.iter().map(|report| Exit::of(&report.audit, &args.fail_on));
    Ok(exits.max().unwrap_or(Exit::Clean))
}

fn options(args: &AuditArgs) -> Result<Options, Problem> {
    let keep = args.judge.keep_digests.as_deref().map(parse::digests).transpose()?;
    Ok(Options {
        root: source::root(&args.place),
        roots: match args.judge.roots {
            RootsArg::Revisions => Roots::Revisions,
            RootsArg::Tags => Roots::Tags,
        },
        min_age: args.judge.min_age,
        keep,
        verify: match args.verify {
            VerifyArg::None => Verify::None,
            VerifyArg::Manifests => Verify::Manifests,
            VerifyArg::All => Verify::All,
        },
        concurrency: args.place.concurrency,
        max_requests_per_second: args.place.max_requests_per_second,
        ..Options::default()
    })
}

/// Adds how the source was reached to what a report says of its options.
fn describe(options: &mut serde_json::Map<String, Value>, args: &AuditArgs) {
    let PlaceArgs { endpoint_url, region, profile, no_sign_request, ca_bundle, .. } = &args.place;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    for (name, value) in [
        ("endpoint-url", endpoint_url.clone()),
        ("region", region.clone()),
        ("profile", profile.clone()),
        ("ca-bundle", path(ca_bundle)),
        ("keep-digests", path(&args.judge.keep_digests)),
    ] {
        options.insert(name.to_owned(), value.map_or(Value::Null, Value::String));
    }
    options.insert("no-sign-request".to_owned(), (*no_sign_request).into());
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

fn palette(color: Color) -> Palette {
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
