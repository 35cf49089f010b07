//! The program under limits of time and memory.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::lab::{REGION, S3Bucket, owner};

/// Of address space, of which a program with threads asks for more than it uses.
const ADDRESSES: &str = "4194304";
/// Of memory that was in use at once, in KiB.
const MOST_MEMORY: u64 = 700 << 10;
const LIMIT: Duration = Duration::from_mins(5);

/// What a run wrote, and took.
pub(super) struct Ran {
    pub(super) status: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    /// Of memory, in KiB.
    pub(super) peak: u64,
    pub(super) took: Duration,
}

/// Runs the program in `folder` to its end, within the limits.
pub(super) fn run(bucket: &S3Bucket, folder: &Path, args: &[&str]) -> Ran {
    let owner = owner();
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| folder.join(name));
    let file = |path: &Path| File::create(path).expect("a file");
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v \"$0\" && exec \"$@\"", ADDRESSES])
        .arg(env!("CARGO_BIN_EXE_ocifsck"))
        .args(args)
        .args(["--endpoint-url", &bucket.server.endpoint, "--region", REGION])
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", owner.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", owner.secret_access_key())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(file(&stdout))
        .stderr(file(&stderr))
        .spawn()
        .expect("the program starts");
    let (began, mut peak) = (Instant::now(), 0);
    let status = loop {
        peak = high_water(child.id()).unwrap_or(peak).max(peak);
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            break status;
        }
        if began.elapsed() > LIMIT {
            child.kill().expect("a child can be killed");
            child.wait().expect("a killed child ends");
            panic!("{args:?} took over {LIMIT:?}");
        }
        sleep(Duration::from_millis(5));
    };
    let text = |path| {
        let bytes = fs::read(path).expect("a file");
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("{args:?}: not UTF-8: {error}"))
    };
    let (stdout, stderr) = (text(stdout), text(stderr));
    assert!(status.code().is_some(), "{args:?} crashed: {status}: {stderr}");
    assert!(peak < MOST_MEMORY, "{args:?} took {peak} KiB of memory");
    Ran { status: status.code(), stdout, stderr, peak, took: began.elapsed() }
}

/// The most memory that a process has had in use, where the system tells (Linux).
fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
