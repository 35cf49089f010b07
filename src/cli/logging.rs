//! Logs, on stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use super::args::{Color, Common, LogFormat};

/// Begins to log: warnings, or more by `-v`, or what `RUST_LOG` asks for.
pub(super) fn start(args: &Common) {
    let level = match args.verbose {
        0 if args.quiet => "off",
        0 => "warn",
        1 => "warn,ocifsck=info",
        2 => "info,ocifsck=debug",
        _ => "debug,ocifsck=trace",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first one.
    let _started = match args.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(is_coloured(args.color)).try_init(),
    };
}

/// Whether what goes to stderr is coloured.
fn is_coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}
