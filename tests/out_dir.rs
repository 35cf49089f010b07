//! `--out` when something comes between: a signal, a full disk, a directory that goes, another run.
//! (`kill -9`, two hundred times, is in `tests/live/killed.rs`.)

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use serde_json::Value;

const EXAMPLE: &str = "examples/registry-bucket";
const FILES: [&str; 5] =
    ["blobs.csv", "findings.csv", "report.json", "repositories.csv", "tags.csv"];

fn audit(out: &Path) -> Command {
    wrapped(Command::new(env!("CARGO_BIN_EXE_ocifsck")), out)
}

fn wrapped(mut command: Command, out: &Path) -> Command {
    command.args(["audit", EXAMPLE, "--quiet", "--out"]).arg(out);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

/// What is in the directory: the files by name, times and requests left out.
fn read(out: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(out).unwrap().map(Result::unwrap);
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        let mut text = fs::read_to_string(entry.path()).unwrap();
        if name == "report.json" {
            let mut report: Value = serde_json::from_str(&text).unwrap();
            for own in ["started_at", "as_of", "finished_at", "requests"] {
                report.as_object_mut().unwrap().remove(own).unwrap();
            }
            text = report.to_string();
        }
        (name, text)
    };
    entries.map(read).collect()
}

fn times(out: &Path) -> Vec<SystemTime> {
    let mut times: Vec<_> =
        FILES.iter().map(|name| out.join(name).metadata().unwrap().modified().unwrap()).collect();
    times.dedup();
    times
}

fn send(signal: &str, child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
}

fn stderr(child: Child) -> (ExitStatus, String) {
    let output = child.wait_with_output().unwrap();
    (output.status, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_signal_ends_a_run_with_130_or_comes_too_late() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    assert_eq!(audit(&out).status().unwrap().code(), Some(1));
    let (whole, first) = (read(&out), times(&out));
    for (number, signal) in ["-INT", "-TERM"].into_iter().cycle().take(30).enumerate() {
        let before = times(&out);
        let mut child = audit(&out).spawn().unwrap();
        sleep(Duration::from_millis(4 * number as u64));
        send(signal, &child);
        let status = child.wait().unwrap();
        // A signal that comes before anybody listens ends the program too.
        assert!(matches!(status.code(), Some(130 | 1) | None), "{status}");
        assert_eq!(read(&out), whole, "{signal}");
        // It may also come when all is written and only the exit is left.
        assert!(status.code() != Some(1) || times(&out) != before, "{status}");
    }
    assert_eq!(first.len(), 1);
}

/// A limit on the size of files stands for a disk that is full.
#[test]
fn a_full_disk_is_told_and_leaves_what_was_there() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    audit(&out).status().unwrap();
    let (whole, before) = (read(&out), times(&out));
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    shell.arg(env!("CARGO_BIN_EXE_ocifsck"));
    let (status, said) = stderr(wrapped(shell, &out).spawn().unwrap());
    assert_eq!(status.code(), Some(3), "{said}");
    assert!(said.starts_with("ocifsck: cannot write ") && said.lines().count() == 1, "{said}");
    assert_eq!((read(&out), times(&out)), (whole, before));
}

#[test]
fn a_directory_that_goes_meanwhile_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    let child = audit(&out).args(["--max-requests-per-second", "50"]).spawn().unwrap();
    while !out.exists() {
        sleep(Duration::from_millis(1));
    }
    // What is made aside to see that it can be made has to go first.
    while fs::remove_dir(&out).is_err() {
        sleep(Duration::from_millis(1));
    }
    fs::write(&out, "somebody's file").unwrap();
    let (status, said) = stderr(child);
    assert_eq!(status.code(), Some(3), "{said}");
    assert!(said.starts_with("ocifsck: cannot ") && said.lines().count() == 1, "{said}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "somebody's file");
}

#[test]
fn runs_at_once_leave_whole_files_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    audit(&out).status().unwrap();
    let whole = read(&out);
    for _ in 0..5 {
        let children: Vec<Child> = (0..4).map(|_| audit(&out).spawn().unwrap()).collect();
        for child in children {
            let (status, said) = stderr(child);
            assert_eq!(status.code(), Some(1), "{said}");
        }
        assert_eq!(read(&out), whole);
    }
}
