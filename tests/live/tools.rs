//! Where the servers are, and what to do when they are not.

use std::env;
use std::io::Write;
use std::path::PathBuf;

/// Whether every tool named is there. When one is not, the test must return at once: the skip has
/// been announced, or has failed the test where `OCIFSCK_REQUIRE_LIVE` is set.
#[must_use]
pub(crate) fn available(tools: &[&str]) -> bool {
    let absent: Vec<&str> = tools.iter().copied().filter(|tool| find(tool).is_none()).collect();
    if absent.is_empty() {
        return true;
    }
    let test = std::thread::current().name().unwrap_or("a live test").to_owned();
    let line = format!("SKIPPED: {test}: needs {}; see scripts/test", absent.join(", "));
    assert!(env::var_os("OCIFSCK_REQUIRE_LIVE").is_none_or(|value| value.is_empty()), "{line}");
    // Past the test harness, which would swallow what a passing test prints.
    writeln!(std::io::stderr(), "{line}").expect("stderr is open");
    false
}

/// The path of a tool that `available` has found.
pub(crate) fn path(tool: &str) -> PathBuf {
    find(tool).unwrap_or_else(|| panic!("{tool} is not there: ask tools::available first"))
}

fn find(tool: &str) -> Option<PathBuf> {
    let cache = env::var_os("OCIFSCK_TOOLS").map(PathBuf::from).or_else(default_cache);
    let path = env::var_os("PATH").unwrap_or_default();
    cache
        .map(|cache| cache.join("bin"))
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(tool))
        .find(|file| file.is_file())
}

/// Where `scripts/test` keeps what it builds.
fn default_cache() -> Option<PathBuf> {
    let caches = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
    Some(caches.join("ocifsck-test-tools"))
}
