//! The arguments that say which bytes to check, as they are typed.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::builder::ArgPredicate;
use jiff::SignedDuration;

use super::args::{FailOn, OutputArgs, PlaceArgs};
use super::cache::CacheArgs;
use super::parse;
use crate::choice::Verify;
use crate::scan::Deep;

/// What `verify` takes.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct VerifyArgs {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Which bytes to check: none, manifests, sample=N%, budget=SIZE, rolling or
    /// all
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "all",
        default_value_if("import_batch", ArgPredicate::IsPresent, "manifests"),
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
    /// What AWS is to compute, or has computed.
    #[command(flatten)]
    pub(super) batch: BatchArgs,
    /// Read blobs that nothing refers to as well, after all others
    #[arg(long, help_heading = "Verification")]
    pub(super) include_orphaned: bool,
    /// Read and report only part I of N of all digests; `auto` takes I from
    /// JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX
    #[arg(long, value_name = "I/N|auto[/N]", help_heading = "Verification")]
    pub(super) shard: Option<String>,
    /// Exit 1 on findings of these categories
    #[arg(
        long,
        value_name = "CATEGORY",
        value_delimiter = ',',
        default_value = "corrupt",
        help_heading = "Output"
    )]
    pub(super) fail_on: Vec<FailOn>,
    /// Where the report goes.
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// What `merge` takes.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct MergeArgs {
    /// The directories that `verify --shard I/N --out DIR` wrote, in any order
    #[arg(value_name = "PART", required = true, help_heading = None::<&str>)]
    pub(super) parts: Vec<PathBuf>,
    /// Exit 1 on findings of these categories
    #[arg(
        long,
        value_name = "CATEGORY",
        value_delimiter = ',',
        default_value = "corrupt",
        help_heading = "Output"
    )]
    pub(super) fail_on: Vec<FailOn>,
    /// Where the report goes.
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// How far to look into what is read.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Verification")]
pub(super) struct DeepArgs {
    /// Read every layer of every image, unpack it, and hold it against its config's diff IDs
    #[arg(long)]
    pub(super) deep: bool,
    /// How much of a layer to unpack at most [default: more than any honest layer has]
    #[arg(long, value_name = "SIZE", requires = "deep", value_parser = parse::size)]
    pub(super) deep_limit: Option<NonZeroU64>,
}

impl DeepArgs {
    pub(super) fn wanted(&self) -> Deep {
        match (self.deep, self.deep_limit) {
            (false, _) => Deep::No,
            (true, None) => Deep::Usual,
            (true, Some(bytes)) => Deep::UpTo(bytes.get()),
        }
    }
}

/// What is computed on AWS instead of being read.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Verification")]
pub(super) struct BatchArgs {
    /// Instead of reading, write what would be read as the manifest of an S3 Batch Operations job,
    /// Compute checksum
    #[arg(long, value_name = "FILE", conflicts_with_all = ["import_batch", "deep"])]
    pub(super) export_batch: Option<PathBuf>,
    /// Take the completion report of that job as proof: its manifest.json, or its CSV files. What it
    /// contradicts is read, and nothing else unless --verify says so
    #[arg(long, value_name = "REPORT", num_args = 1..)]
    pub(super) import_batch: Vec<PathBuf>,
}

/// What narrows down which blobs are read.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Verification")]
pub(super) struct NarrowArgs {
    /// Do not read what the server stores a SHA-256 of, if that is the digest
    #[arg(long)]
    pub(super) use_checksums: bool,
    /// What a sample depends on besides the digests [default: the date]
    #[arg(long, value_name = "TEXT")]
    pub(super) verify_seed: Option<String>,
    /// Read only blobs that were written within this time, or nobody knows when: 24h, 7d
    #[arg(long, value_name = "TIME", value_parser = parse::age)]
    pub(super) verify_since: Option<SignedDuration>,
}
