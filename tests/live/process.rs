//! Programs run within a time limit: servers that die with their guard, and commands.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

const TICK: Duration = Duration::from_millis(20);
const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// A running server; dropping it ends it.
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command`, its output in the file `log`, and returns once `url` answers.
    pub(crate) fn start(mut command: Command, log: &Path, url: &str) -> Self {
        let file = File::create(log).expect("a log file");
        command
            .stdin(Stdio::null())
            .stderr(file.try_clone().expect("a second handle"))
            .stdout(file);
        let child = clean_environment(&mut command).spawn().expect("the server starts");
        let mut server = Self { child, log: log.to_owned() };
        let began = Instant::now();
        while !answers(url) {
            let exited = server.child.try_wait().expect("the server can be asked");
            assert!(exited.is_none(), "{command:?} ended: {exited:?}\n{}", server.log());
            assert!(began.elapsed() < START_LIMIT, "{url} does not answer\n{}", server.log());
            sleep(TICK);
        }
        server
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What is a script ends what it has started when it is asked to, and would leave it behind
        // if it were killed. It may also have ended by itself; that is as well.
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, Signal::TERM);
        }
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && began.elapsed() < STOP_LIMIT {
            sleep(TICK);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answers(url: &str) -> bool {
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build();
    match ureq::Agent::new_with_config(config).get(url).call() {
        Ok(_) => true,
        // A server that is up may have nothing to say to nobody.
        Err(ureq::Error::StatusCode(status)) => status < 500,
        Err(_) => false,
    }
}

/// What a program left behind.
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `command` to its end, which must come within `limit`.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Outcome {
    run_within(command, limit).unwrap_or_else(|killed| panic!("{killed}"))
}

/// Runs `command` to its end; past `limit` it is killed, and the error says so.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<Outcome, String> {
    // Files, not pipes: nothing can block on a full one, and nobody has to read while waiting.
    let mut stdout = tempfile::tempfile().expect("a temporary file");
    let mut stderr = tempfile::tempfile().expect("a temporary file");
    command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().expect("a second handle"))
        .stderr(stderr.try_clone().expect("a second handle"));
    let mut child = clean_environment(command).spawn().expect("the program starts");
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program can be asked") {
            break status;
        }
        if began.elapsed() > limit {
            child.kill().expect("the program can be killed");
            child.wait().expect("a killed program ends");
            return Err(format!("{command:?} took over {limit:?}\n{}", text(&mut stderr)));
        }
        sleep(TICK);
    };
    Ok(Outcome { status, stdout: text(&mut stdout), stderr: text(&mut stderr) })
}

fn text(file: &mut File) -> String {
    file.rewind().expect("a file can be rewound");
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).expect("a file can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Distribution's S3 driver panics where `AWS_CA_BUNDLE` is set, and a developer's own AWS settings
/// or proxies must not reach what these tests start.
fn clean_environment(command: &mut Command) -> &mut Command {
    let given: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
    for (name, _) in std::env::vars_os() {
        let lower = name.to_string_lossy().to_lowercase();
        let foreign =
            ["aws_", "minio_", "registry_"].iter().any(|prefix| lower.starts_with(prefix))
                || lower.ends_with("_proxy")
                || lower == "rust_log";
        if foreign && !given.contains(&name) {
            command.env_remove(&name);
        }
    }
    command
}
