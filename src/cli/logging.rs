//! Logs, on stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use super::Problem;
use super::args::{Color, Common, LogFormat};

/// Begins to log: warnings, or more by `-v`, or what `RUST_LOG` asks for.
///
/// # Errors
/// If `RUST_LOG` makes no sense.
pub(super) fn start(args: &Common) -> Result<(), Problem> {
    let level = match args.verbose {
        0 if args.quiet => "off",
        // What the SDK warns of comes back as an error, in one line instead of its insides.
        0 => "error,ocifsck=warn",
        1 => "warn,ocifsck=info",
        2 => "info,ocifsck=debug",
        _ => "debug,ocifsck=trace",
    };
    let wanted = std::env::var("RUST_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter =
        EnvFilter::builder().parse(wanted.as_deref().unwrap_or(level)).map_err(|error| {
            Problem::usage(format!("read RUST_LOG: {error}; give it as in warn,ocifsck=debug"))
        })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first one.
    let _started = match args.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(is_coloured(args.color)).try_init(),
    };
    Ok(())
}

/// Whether what goes to stderr is coloured.
fn is_coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}
