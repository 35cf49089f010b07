//! A registry that is pushed to, deleted from and audited at full speed, all at once.
//!
//! Several pusher processes push images and indexes, by tag and by digest, retag, copy by mounts,
//! promote, delete, interrupt uploads, and bring back to life what has long lain dead. Each writes
//! down what it did and when. Meanwhile the real program audits the bucket again and again. When
//! all is over, each of its reports is held against what the pushers know; and a last, quiet audit
//! must agree with them, and with the registry's own garbage collection, blob for blob.
//!
//! | module | what it is |
//! |---|---|
//! | `random`, `made` | chance that can be had again; small images |
//! | `event`, `hand`, `clients` | each request, done and written down; the share of skopeo and crane |
//! | `shelf`, `pusher`, `acts` | what a pusher has, what it can do, and what it does next |
//! | `pace` | what the one who audits tells the pushers |
//! | `spans`, `truth` | what was certainly and possibly in the bucket, and when |
//! | `audits` | the audits, and what of each report is kept |
//! | `judge`, `findings`, `quiet` | whether verdicts and findings can be true |
//! | `story` | what happened to a digest, when a verdict is wrong |

mod acts;
mod audits;
mod clients;
mod event;
mod findings;
mod hand;
mod judge;
mod made;
mod pace;
mod pusher;
mod quiet;
mod random;
mod shelf;
mod spans;
mod story;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::Path;
use std::process::Command;
use std::thread::{self, ScopedJoinHandle, sleep};
use std::time::Duration;

use aws_sdk_s3::config::Credentials;
use tempfile::TempDir;

use self::audits::{Audited, Auditor};
use self::judge::{Judge, Violation};
use self::pusher::{Pusher, Task};
use self::truth::Truth;
use crate::minio::Minio;
use crate::process::{Outcome, run};
use crate::registry::Registry;
use crate::tools;

/// By this variable a process learns that it is a pusher, and what to do.
const TASK: &str = "OCIFSCK_STORM_TASK";

/// Where the registry lies in its bucket.
const ROOT: &str = "zarf-registry";

/// How hard it blows.
#[derive(Clone, Copy)]
struct Strength {
    pushers: usize,
    /// By all of them together, at least.
    pushes: usize,
    /// At least.
    audits: usize,
    /// When the pushers end in any case.
    limit: Duration,
}

impl Strength {
    /// Some minutes on two cores; `OCIFSCK_STORM_PUSHES` and `OCIFSCK_STORM_AUDITS` scale it.
    fn on(kind: Kind) -> Self {
        let number = |name, usual| {
            env::var(name).map_or(usual, |value| value.parse().expect("a number"))
        };
        let pushes = if kind == Kind::Minio { 2000 } else { 500 };
        Self {
            pushers: 3,
            pushes: number("OCIFSCK_STORM_PUSHES", pushes),
            audits: number("OCIFSCK_STORM_AUDITS", 20),
            limit: Duration::from_mins(8),
        }
    }
}

pub(crate) fn no_verdict_is_wrong_while_all_is_in_motion(
    bucket: &S3Bucket,
    version: Version,
) -> Figures {
    let registry = Registry::in_bucket(version, bucket, ROOT);
    // All that the README asks for: a key that may list and read.
    let reader = match bucket.server.kind {
        server::Kind::Minio => session(bucket, &["s3:ListBucket", "s3:GetObject"], &[]),
        server::Kind::Rgw | server::Kind::Garage => owner(),
    };
    storm(&registry, || bucket.audit(ROOT).by(&reader), Strength::on(bucket.server.kind))
}

/// Does a pusher's work, if this process is one.
pub(crate) fn be_a_pusher() -> bool {
    let Ok(task) = env::var(TASK) else { return false };
    Pusher::new(serde_json::from_str(&task).expect("a task")).run();
    true
}

/// Lets pushers loose on a registry, audits it meanwhile and afterwards, and fails if any report
/// says what is not so.
fn storm(registry: &Registry, audit: impl Fn() -> Audit, strength: Strength) -> Figures {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let seed = env::var("OCIFSCK_STORM_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let tasks: Vec<Task> = (0..strength.pushers)
        .map(|number| Task {
            address: registry.address.clone(),
            folder: folder.path().to_owned(),
            seed,
            number,
            pushes: strength.pushes.div_ceil(strength.pushers),
            limit: strength.limit.as_secs(),
        })
        .collect();
    let mut auditor = Auditor::new(&audit, folder.path(), &tasks);
    let audits = push_and_audit(&tasks, &mut auditor, strength);
    sleep(auditor.min_age());
    let quiet = auditor.audit(&[]);
    let truth = Truth::new(tasks.iter().flat_map(|task| event::read(&task.log())).collect());

    let mut figures = figures(&truth, &audits);
    let mut complaints = complaints(&truth, &audits, &mut figures);
    complaints.extend(quiet::disagreements(&truth, &quiet, &registry.garbage()));
    if !complaints.is_empty() {
        let kept = keep(folder, &audits);
        let count = complaints.len();
        complaints.truncate(20);
        panic!(
            "seed {seed}: {count} complaints; logs and reports are in {kept}\n{figures:#?}\n{}",
            complaints.join("\n")
        );
    }
    figures
}

fn push_and_audit(tasks: &[Task], auditor: &mut Auditor<'_>, strength: Strength) -> Vec<Audited> {
    auditor.set_pace(false);
    let mut audits = Vec::new();
    thread::scope(|scope| {
        let limit = strength.limit + Duration::from_mins(2);
        let start = |task| scope.spawn(move || run(&mut pusher(task), limit));
        let pushers: Vec<ScopedJoinHandle<'_, Outcome>> = tasks.iter().map(start).collect();
        while pushers.iter().any(|pusher| !pusher.is_finished()) {
            let options = audits::OPTIONS[audits.len() % audits::OPTIONS.len()];
            audits.push(auditor.audit(options));
            auditor.set_pace(audits.len() >= strength.audits);
        }
        for pusher in pushers {
            let outcome = pusher.join().expect("a pusher was waited for");
            assert!(outcome.status.success(), "{}\n{}", outcome.stdout, outcome.stderr);
        }
    });
    audits
}

/// This program again, as a pusher.
fn pusher(task: &Task) -> Command {
    let mut command = Command::new(env::current_exe().expect("a program knows itself"));
    command.env(TASK, serde_json::to_string(task).expect("a task is JSON"));
    command
}

fn figures(truth: &Truth, audits: &[Audited]) -> Figures {
    let pushes = truth.events.iter().filter(|event| event.is_push).count();
    let span = |event: &event::Event| event.ended - event.began;
    let longest = truth.events.iter().filter(|event| event.is_push).map(span).max();
    let slowest = audits.iter().map(|audit| audit.times.finished_at - audit.times.started_at).max();
    let revived = quiet::revived(truth, audits);
    let count = |number: usize| u64::try_from(number).expect("a count");
    let millis = |micros: Option<i64>| u64::try_from(micros.unwrap_or(0) / 1000).expect("a time");
    [
        ("pushes", count(pushes)),
        ("requests", count(truth.events.len() - pushes)),
        ("audits", count(audits.len())),
        ("blobs", count(truth.stored().count())),
        ("blobs brought back to life", count(revived)),
        ("slowest push, ms", millis(longest)),
        ("slowest audit, ms", millis(slowest)),
    ]
    .map(|(name, figure)| (name.to_owned(), figure))
    .into()
}

/// What is wrong with the audits; what one listing cannot see is counted alone.
fn complaints(truth: &Truth, audits: &[Audited], figures: &mut Figures) -> Vec<String> {
    let mut judge = Judge::new(truth);
    let mut complaints = Vec::new();
    for (number, audit) in audits.iter().enumerate() {
        let Audited { times, options, .. } = audit;
        let mut found = judge.verdicts(&audit.verdicts(), *times);
        found.extend(findings::false_ones(truth, &audit.findings(), *times));
        found.extend(audit.wrong_status());
        for Violation { kind, digest, words } in found {
            let name = format!("{kind:?} {}", options.join(" "));
            *figures.entry(name.trim_end().to_owned()).or_default() += 1;
            if options.is_empty() && kind.is_due_to_one_listing() {
                continue;
            }
            let story = digest.map(|digest| story::of(truth, &digest, *times));
            let story = story.unwrap_or_default();
            complaints.push(format!("audit {number} {options:?}: {kind:?}: {words}\n{story}"));
        }
    }
    complaints
}

/// Keeps what a person needs to find the fault; where.
fn keep(folder: TempDir, audits: &[Audited]) -> String {
    for (number, audit) in audits.iter().enumerate() {
        let to = folder.path().join(format!("audit-{number}"));
        // Best effort: the failure itself is what counts.
        let _ = std::fs::rename(audit.report.out(), &to);
    }
    let path: &Path = &folder.keep();
    path.display().to_string()
}
