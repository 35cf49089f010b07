//! What a process costs, by the kernel's books.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(5);
const LIMIT: Duration = Duration::from_mins(30);

/// What a run of a program took.
pub(crate) struct Cost {
    /// Seconds.
    pub(crate) wall: f64,
    /// Processor seconds, of all that it started too.
    pub(crate) cpu: f64,
    /// The most bytes of memory that it held at once (`VmHWM`, as last seen before it ended).
    pub(crate) peak: u64,
    /// What it printed.
    pub(crate) stdout: String,
}

/// Runs a program to its good end.
pub(crate) fn measure(command: &mut Command) -> Cost {
    let mut stdout = tempfile::tempfile().unwrap();
    let before = seconds("self", ["cutime", "cstime"]);
    let began = Instant::now();
    let mut child = without_settings(command)
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .spawn()
        .expect("what is measured is installed");
    let mut peak = 0;
    let status = loop {
        peak = high_water(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > LIMIT {
            child.kill().unwrap();
        }
        sleep(TICK);
    };
    let wall = began.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?}: {status}");
    let cpu = seconds("self", ["cutime", "cstime"]) - before;
    Cost { wall, cpu, peak, stdout: text(&mut stdout) }
}

/// The processor seconds that a running process has used.
pub(crate) fn used_by(process: &str) -> f64 {
    seconds(process, ["utime", "stime"])
}

/// The sum of these fields of `/proc/PROCESS/stat`: see proc(5). A tick is a hundredth of a second
/// on every Linux.
fn seconds(process: &str, fields: [&str; 2]) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The program's name may hold anything but ends in the last parenthesis.
    let (_, stat) = stat.rsplit_once(") ").unwrap();
    let values: Vec<_> = stat.split(' ').collect();
    let ticks = |field: &str| {
        let place = ["utime", "stime", "cutime", "cstime"].iter().position(|f| *f == field);
        values[11 + place.unwrap()].parse::<f64>().unwrap()
    };
    fields.map(ticks).iter().sum::<f64>() / 100.0
}

/// `None` when the process has ended.
fn high_water(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}

fn text(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

/// No setting or proxy of whoever runs this reaches what is measured.
pub(crate) fn without_settings(command: &mut Command) -> &mut Command {
    let given: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
    for (name, _) in std::env::vars_os() {
        let lower = name.to_string_lossy().to_lowercase();
        let foreign = lower.starts_with("aws_") || lower.ends_with("_proxy") || lower == "rust_log";
        if foreign && !given.contains(&name) {
            command.env_remove(&name);
        }
    }
    command
}
