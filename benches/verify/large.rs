//! Large blobs on MinIO: against what the machine can hash, and against curl and `sha256sum`.

use std::fs;
use std::process::Command;

use crate::minio::Minio;
use crate::ocifsck::verify;
use crate::process::{Cost, measure as run};
use crate::table::{head, median, size, table};
use crate::{Sizes, openssl};

/// A way to read all blobs through SHA-256.
struct Way<'a> {
    name: &'static str,
    read: Box<dyn Fn() -> Cost + 'a>,
    /// How many it had for itself and, unless they were kept apart, for the server.
    cores: usize,
    rounds: Vec<Round>,
}

struct Round {
    seconds: f64,
    /// Bytes a second by the clock, of those that openssl hashes on these cores.
    wall: f64,
    /// Bytes a processor second of its own, of those that openssl hashes in one.
    own: f64,
    /// The server's share of all processor time.
    server: f64,
}

pub(crate) fn measure(sizes: &Sizes) {
    let (blobs, bytes) = sizes.large;
    eprintln!("large: filling MinIO");
    let minio = Minio::start();
    let urls = minio.fill(blobs, bytes);
    let mut ways = ways(&minio, blobs, &urls);
    let mut speeds = Vec::new();
    for round in 1..=sizes.rounds {
        eprintln!("large: round {round} of {}", sizes.rounds);
        let speed = openssl::speed();
        speeds.push(speed);
        for way in &mut ways {
            way.read(&minio, (blobs * bytes) as f64, speed);
        }
    }
    let (speed, cores) = (median(speeds) / 1e9, openssl::cores());
    let (of, rounds) = (size(bytes), sizes.rounds);
    head(
        "Large blobs on MinIO",
        &format!(
            "{blobs} blobs of {of}, {cores} cores, `openssl speed sha256` {speed:.2} GB in a \
             processor second. Medians of {rounds} rounds, each figure a ratio to the openssl of \
             its own round."
        ),
    );
    print(&ways);
}

fn ways<'a>(minio: &'a Minio, blobs: u64, urls: &'a [String]) -> Vec<Way<'a>> {
    let cores = openssl::cores();
    let all: Box<dyn Fn() -> Cost> =
        Box::new(move || verify(&minio.endpoint, &[], &[], blobs).cost);
    [
        ("`ocifsck verify`", all, cores),
        (
            "`ocifsck verify`, half the cores for each",
            Box::new(move || apart(minio, blobs)),
            (cores / 2).max(1),
        ),
        (
            "`xargs -P$(nproc)` of `curl \\| sha256sum`",
            Box::new(move || curl(urls, "sha256sum")),
            cores,
        ),
        (
            "`xargs -P$(nproc)` of `curl \\| openssl dgst -sha256`",
            Box::new(move || curl(urls, "openssl dgst -sha256")),
            cores,
        ),
    ]
    .map(|(name, read, cores)| Way { name, read, cores, rounds: Vec::new() })
    .into()
}

impl Way<'_> {
    fn read(&mut self, minio: &Minio, bytes: f64, speed: f64) {
        let before = minio.cpu();
        let Cost { wall, cpu, .. } = (self.read)();
        let server = minio.cpu() - before;
        self.rounds.push(Round {
            seconds: wall,
            wall: bytes / wall / (speed * self.cores as f64),
            own: bytes / cpu / speed,
            server: server / (server + cpu),
        });
    }
}

/// The server on the second half of the cores, `ocifsck` on the first.
fn apart(minio: &Minio, blobs: u64) -> Cost {
    let last = openssl::cores() - 1;
    let half = openssl::cores() / 2;
    let (ours, theirs) = (format!("0-{}", half.saturating_sub(1)), format!("{half}-{last}"));
    let pin = |to: &str| run(Command::new("taskset").args(["-acp", to, &minio.id()]));
    pin(&theirs);
    let cost = verify(&minio.endpoint, &["taskset", "-c", &ours], &[], blobs).cost;
    pin(&format!("0-{last}"));
    cost
}

/// As one would do it by hand: as many at once as there are cores, each through a pipe.
fn curl(urls: &[String], hash: &str) -> Cost {
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(&list, urls.join("\n")).unwrap();
    let mut command = Command::new("xargs");
    command.arg("-a").arg(list.path()).arg(format!("-P{}", openssl::cores())).arg("-n1");
    command.args(["sh", "-c", &format!("curl --silent --fail --show-error \"$0\" | {hash}")]);
    run(&mut command)
}

fn print(ways: &[Way<'_>]) {
    let columns = [
        "",
        "bytes a second, of openssl × its cores",
        "bytes in a processor second of its own, of openssl",
        "the server's share of the processor time",
        "`ocifsck verify` is faster by",
    ];
    let rows = ways.iter().map(|way| {
        let of = |field: fn(&Round) -> f64| median(way.rounds.iter().map(field));
        let ours = ways[0].rounds.iter().map(|round| round.seconds);
        let faster = way.rounds.iter().zip(ours).map(|(theirs, ours)| theirs.seconds / ours);
        [
            way.name.to_owned(),
            format!("{:.2}", of(|round| round.wall)),
            format!("{:.2}", of(|round| round.own)),
            format!("{:.0} %", 100.0 * of(|round| round.server)),
            format!("{:.2}", median(faster)),
        ]
    });
    table(&std::iter::once(columns.map(str::to_owned)).chain(rows).collect::<Vec<_>>());
}
