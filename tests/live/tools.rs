//! Where the servers are, and what to do when they are not.

use std::env;
use std::io::Write;
use std::path::PathBuf;

/// What is used where it is and not missed where it is not: it takes long to build.
const OPTIONAL: [&str; 1] = ["garage"];

/// Whether all is there that `trial` needs. When it is not, the trial must return at once: the skip
/// has been announced, or has failed the trial where `OCIFSCK_REQUIRE_LIVE` is set.
#[must_use]
pub(crate) fn available(trial: &str, needs: &[&str]) -> bool {
    let absent: Vec<&str> = needs.iter().copied().filter(|tool| find(tool).is_none()).collect();
    if absent.is_empty() {
        return true;
    }
    let line = format!("SKIPPED: {trial}: needs {}; see lab/install", absent.join(", "));
    let is_required = env::var_os("OCIFSCK_REQUIRE_LIVE").is_some_and(|value| !value.is_empty());
    assert!(!is_required || absent.iter().all(|tool| OPTIONAL.contains(tool)), "{line}");
    // Past the test harness, which would swallow what a passing test prints.
    writeln!(std::io::stderr(), "{line}").expect("stderr is open");
    false
}

/// The path of a tool that `available` has found.
pub(crate) fn path(tool: &str) -> PathBuf {
    find(tool).unwrap_or_else(|| panic!("{tool} is not there: ask tools::available first"))
}

/// The path of a tool, if it is there.
pub(crate) fn find(tool: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    [cache().join("bin")]
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(tool))
        .find(|file| file.is_file())
}

/// Where `lab/install` keeps what it builds.
pub(crate) fn cache() -> PathBuf {
    let given = env::var_os("OCIFSCK_TOOLS").map(PathBuf::from);
    given.or_else(default_cache).expect("OCIFSCK_TOOLS, XDG_CACHE_HOME or HOME is set")
}

fn default_cache() -> Option<PathBuf> {
    let caches = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
    Some(caches.join("ocifsck-test-tools"))
}
