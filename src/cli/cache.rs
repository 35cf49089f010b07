//! `--cache`, and what belongs to `--verify rolling`.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::verify_args::NarrowArgs;
use super::{Problem, parse};
use crate::choice::Verify;
use crate::scan::{Deep, Options};

/// What is remembered from one run to the next.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Verification")]
pub(super) struct CacheArgs {
    /// Remember in this directory what was proved, from one run to the next
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// With --verify rolling: read everything once in this time [default: 30d]
    #[arg(long, value_name = "TIME", value_parser = parse::period)]
    every: Option<SignedDuration>,
    /// With --verify rolling: the most bytes to read in this run [default: no limit]
    #[arg(long, value_name = "SIZE", value_parser = parse::size)]
    budget: Option<NonZeroU64>,
}

impl CacheArgs {
    /// Sets what belongs to `--verify rolling`, and refuses what does not.
    pub(super) fn apply(&self, options: Options, narrow: &NarrowArgs) -> Result<Options, Problem> {
        let Self { cache, every, budget } = self;
        if options.verify != Verify::Rolling {
            return match (every, budget) {
                (None, None) => Ok(options),
                (Some(_), _) => Err(Problem::usage("--every belongs to --verify rolling")),
                (_, Some(_)) => Err(Problem::usage(
                    "--budget belongs to --verify rolling; for this run alone write --verify \
                     budget=SIZE",
                )),
            };
        }
        if cache.is_none() {
            return Err(Problem::usage(
                "--verify rolling has to remember what was read; name a directory with --cache",
            ));
        }
        if narrow.verify_since.is_some() {
            return Err(Problem::usage(
                "--verify-since leaves out what --verify rolling is to read in its turn",
            ));
        }
        if options.deep != Deep::No {
            return Err(Problem::usage(
                "--deep reads every layer, and --verify rolling each in its turn; run one of them",
            ));
        }
        let every = every.unwrap_or(options.every);
        Ok(Options { every, budget: budget.map(NonZeroU64::get), ..options })
    }
}

/// Refuses to write into what is only to be read.
pub(super) fn is_elsewhere(cache: &Path, audited: &Path) -> Result<(), Problem> {
    let (cache, audited) = (resolve(cache), resolve(audited));
    if !cache.starts_with(&audited) {
        return Ok(());
    }
    Err(Problem::usage(format!(
        "--cache {} is inside of {}, which is only read; name another directory",
        cache.display(),
        audited.display()
    )))
}

/// A path without links, as far as it is there.
fn resolve(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, real)) = there else { return absolute };
    match absolute.strip_prefix(above) {
        Ok(rest) if rest.as_os_str().is_empty() => real,
        Ok(rest) => real.join(rest),
        Err(_) => absolute,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn nothing_is_written_into_what_is_audited() {
        let directory = tempfile::tempdir().unwrap();
        let audited = directory.path().join("registry");
        fs::create_dir_all(audited.join("cache")).unwrap();
        let inside = ["registry", "registry/cache", "registry/new/cache", "registry/../registry/x"];
        for cache in inside {
            let problem = is_elsewhere(&directory.path().join(cache), &audited).unwrap_err();
            assert_eq!(problem.exit.code(), 2, "{cache}");
        }
        for cache in ["cache", "registry-cache", "registry/../cache"] {
            assert!(is_elsewhere(&directory.path().join(cache), &audited).is_ok(), "{cache}");
        }
        #[cfg(unix)]
        {
            let link = directory.path().join("link");
            std::os::unix::fs::symlink(&audited, &link).unwrap();
            assert!(is_elsewhere(&link.join("new"), &audited).is_err());
            assert!(is_elsewhere(&audited.join("new"), &link).is_err());
        }
    }
}
