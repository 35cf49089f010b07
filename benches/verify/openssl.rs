//! What the machine itself can hash.

use std::process::Command;

use crate::process::measure;

/// The bytes of SHA-256 in a processor second: `openssl speed` counts what it used, not what the
/// clock says.
pub(crate) fn speed() -> f64 {
    let mut command = Command::new("openssl");
    command.args(["speed", "-seconds", "1", "-bytes", "65536", "sha256"]);
    // What it is doing, line by line.
    command.stderr(std::process::Stdio::null());
    let printed = measure(&mut command).stdout;
    let figure = printed.split_whitespace().next_back().and_then(|last| last.strip_suffix('k'));
    figure.expect("openssl prints thousands of bytes").parse::<f64>().unwrap() * 1000.0
}

/// How many processors may be used.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().unwrap().get()
}
