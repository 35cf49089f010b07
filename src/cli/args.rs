//! The arguments, as they are typed. Other programs rely on their names.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;

use super::cache::CacheArgs;
use super::parse;
use super::verify_args::{DeepArgs, MergeArgs, NarrowArgs, VerifyArgs};
use crate::choice::Verify;

/// fsck for the bucket behind a container registry
///
/// Lists the objects, works out what every tag, index, manifest, config and layer refers to, and
/// says what is live, orphaned, missing or corrupt. It reads and reports; it never writes to the
/// bucket.
#[derive(Debug, Parser)]
#[command(name = "ocifsck", version, max_term_width = 100)]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub(super) common: Common,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List, resolve, reconcile, report: the main job
    Audit(Box<AuditArgs>),
    /// Why is this live, orphaned or broken?
    Explain(Box<ExplainArgs>),
    /// Is every byte still what its name says?
    Verify(Box<VerifyArgs>),
    /// Put the parts that shards have written together
    Merge(MergeArgs),
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Of which command; of the program as a whole if left out
        #[arg(value_parser = ["audit", "explain", "verify", "merge", "completions", "man"])]
        command: Option<String>,
    },
}

/// What every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Common {
    /// When to colour what people read
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// The form of the log on stderr
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(super) log_format: LogFormat,
    /// Show neither progress nor the summary
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Log more (-v, -vv, -vvv); RUST_LOG goes before it
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// What `audit` takes.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct AuditArgs {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// What shapes the verdicts.
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    /// Which bytes to check: none, manifests, sample=N%, budget=SIZE, rolling or
    /// all
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "manifests",
        value_parser = parse::verify,
        help_heading = "Verification"
    )]
    pub(super) verify: Verify,
    /// How far to look into it.
    #[command(flatten)]
    pub(super) deep: DeepArgs,
    /// What narrows that down.
    #[command(flatten)]
    pub(super) narrow: NarrowArgs,
    /// What is remembered.
    #[command(flatten)]
    pub(super) cache: CacheArgs,
    /// Exit 1 on findings of these categories
    #[arg(
        long,
        value_name = "CATEGORY",
        value_delimiter = ',',
        default_value = "corrupt,missing",
        help_heading = "Output"
    )]
    pub(super) fail_on: Vec<FailOn>,
    /// Where the report goes.
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Where a report goes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// What to print on stdout
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
    /// Write report.json and the CSV files into this directory
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

/// What `explain` takes.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ExplainArgs {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// A digest, or the beginning of one; repository:tag; repository@digest; or an object's key
    #[arg(value_name = "REF", help_heading = None::<&str>)]
    pub(super) reference: String,
    /// What shapes the verdicts.
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    /// What to print on stdout
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: Format,
}

/// What to look at, and how to reach it.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Source")]
pub(super) struct PlaceArgs {
    /// s3://bucket[/prefix], or a directory (a path or a file: URL)
    #[arg(value_name = "SOURCE", help_heading = None::<&str>)]
    pub(super) source: String,
    /// A file of certificates (PEM) to trust beside the system's own [env: AWS_CA_BUNDLE]
    #[arg(long, value_name = "FILE")]
    pub(super) ca_bundle: Option<PathBuf>,
    /// How many objects to read at once
    #[arg(
        long,
        value_name = "N",
        default_value = "32",
        value_parser = parse::number::<NonZeroUsize>
    )]
    pub(super) concurrency: NonZeroUsize,
    /// Where the server is, if it is not AWS
    #[arg(long, value_name = "URL", value_parser = parse::endpoint)]
    pub(super) endpoint_url: Option<String>,
    /// How many bytes of objects to read in a second at most: 100MiB, 1.5GB, 500000
    #[arg(long, value_name = "SIZE", value_parser = parse::size)]
    pub(super) max_bandwidth: Option<NonZeroU64>,
    /// How many requests to make in a second at most
    #[arg(long, value_name = "N", value_parser = parse::number::<NonZeroU32>)]
    pub(super) max_requests_per_second: Option<NonZeroU32>,
    /// Do not sign requests: for public buckets
    #[arg(long)]
    pub(super) no_sign_request: bool,
    /// Whether the bucket's name goes into the URL's path
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) path_style: PathStyleArg,
    /// The profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// The region
    #[arg(long, value_name = "NAME")]
    pub(super) region: Option<String>,
    /// Which registry, where there are several: its prefix, or `all`
    #[arg(long, value_name = "PREFIX")]
    pub(super) root: Option<String>,
    /// How long one request may take, all its attempts and pauses together
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse::time)]
    pub(super) timeout: Duration,
}

/// What shapes the verdicts.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Verdicts")]
pub(super) struct JudgeArgs {
    /// A file of digests to keep, one a line, with all that they refer to
    #[arg(long, value_name = "FILE")]
    pub(super) keep_digests: Option<PathBuf>,
    /// List the repositories twice: an image that moves meanwhile is seen in one listing or the other
    #[arg(long)]
    pub(super) list_twice: bool,
    /// Leave alone what is younger: 30m, 24h, 7d
    #[arg(long, value_name = "AGE", default_value = "24h", value_parser = parse::age)]
    pub(super) min_age: SignedDuration,
    /// What makes a blob worth keeping: every revision, or tags alone
    #[arg(long, value_name = "ROOTS", default_value = "revisions")]
    pub(super) roots: RootsArg,
}

// The values have plain comments: clap would print others at length.

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

/// What to print on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// What makes the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    // Errors among what is corrupt.
    Corrupt,
    // Errors among what is missing.
    Missing,
    // Any garbage.
    Garbage,
    // Any warning or error.
    Warning,
    Never,
}

/// Whether the bucket's name goes into the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PathStyleArg {
    Auto,
    Always,
    Never,
}

impl PathStyleArg {
    /// As it is typed.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// What makes a blob worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RootsArg {
    Revisions,
    Tags,
}
