//! The command line: arguments, configuration, progress, exit status. Nothing else may name this.

#[expect(clippy::doc_markdown, reason = "these texts are printed by --help as they are")]
mod args;
mod audit;
mod batch;
mod cache;
mod completions;
mod deliver;
mod exit;
mod explain;
mod logging;
mod merge;
mod parse;
mod progress;
mod scan;
mod shard;
mod source;
mod verify;
#[expect(clippy::doc_markdown, reason = "these texts are printed by --help as they are")]
mod verify_args;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Args, Command};
pub use self::exit::Exit;

/// Runs the program on the arguments and the environment of the process.
#[must_use]
pub fn main() -> ExitCode {
    // Before anything else, while there is one thread: the environment is the process's.
    if let Err(problem) = read_env_file(Path::new(".env")) {
        complain(&problem);
        return Exit::Usage.into();
    }
    run(std::env::args_os()).into()
}

/// Runs the program on these arguments.
fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(refusal) => {
            // Help and version are no errors, and go to stdout. Who closed it wants no more.
            let _ = refusal.print();
            return if refusal.use_stderr() { Exit::Usage } else { Exit::Clean };
        }
    };
    if let Err(problem) = logging::start(&args.common) {
        complain(&problem.message);
        return problem.exit;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("start: {error}"));
            return Exit::Incomplete;
        }
    };
    let outcome = runtime.block_on(async {
        let interruption = interruption();
        tokio::select! {
            outcome = dispatch(args) => outcome,
            () = interruption => Ok(Exit::Interrupted),
        }
    });
    // What is under way on other threads is of no use any more.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|problem| {
        complain(&problem.message);
        problem.exit
    })
}

async fn dispatch(args: Args) -> Result<Exit, Problem> {
    match args.command {
        Command::Audit(options) => audit::run(&args.common, &options).await,
        Command::Explain(options) => explain::run(&args.common, &options).await,
        Command::Verify(options) => verify::run(&args.common, &options).await,
        Command::Merge(options) => merge::run(&args.common, &options),
        Command::Completions { shell } => completions::completions(shell),
        Command::Man { command } => completions::man(command.as_deref()),
    }
}

/// What ends the program before it has done its work: one line, and the exit status.
#[derive(Debug)]
struct Problem {
    message: String,
    exit: Exit,
}

impl Problem {
    /// The audit could not run.
    fn new(error: impl std::fmt::Display) -> Self {
        Self { message: error.to_string(), exit: Exit::Incomplete }
    }

    /// The command line itself is wrong.
    fn usage(error: impl std::fmt::Display) -> Self {
        Self { message: error.to_string(), exit: Exit::Usage }
    }
}

/// One line on stderr, whatever is in the message.
#[expect(clippy::let_underscore_must_use, reason = "there is nobody left to tell")]
fn complain(message: &str) {
    let line = crate::report::escape::Escaped::text(message);
    let _ = writeln!(anstream::stderr(), "ocifsck: {line}");
}

/// Ctrl-C, or a request to end. Caught from now on, not from when it is waited for: by then there
/// may be a file to clear away.
#[cfg(unix)]
fn interruption() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    let caught = signals.map(|signal| async {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    });
    async {
        let [interrupt, terminate] = caught;
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn interruption() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Takes from `.env` what the environment does not set.
fn read_env_file(path: &Path) -> Result<(), String> {
    match dotenvy::from_path(path) {
        Ok(()) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(error) => Err(format!("read .env: {error}; mend the file or move it away")),
    }
}
