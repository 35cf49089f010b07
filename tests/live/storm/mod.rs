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
//! | `pace`, `auditor` | what the pushers are told while they run; the audits |
//! | `spans`, `truth` | what was certainly and possibly in the bucket, and when |
//! | `judge`, `findings`, `quiet` | whether verdicts and findings can be true |
//! | `lies` | that they would be caught if they were not |
//! | `outcome`, `story` | what comes of it: figures, or what happened to a digest judged wrongly |
//!
//! `OCIFSCK_STORM_PUSHES`, `OCIFSCK_STORM_AUDITS` and `OCIFSCK_STORM_SEED` change its strength and
//! its course. The same seed makes the same choices, as far as the choices do not hang on what time
//! it is.

mod acts;
mod auditor;
mod clients;
mod event;
mod findings;
mod hand;
mod judge;
mod lies;
mod made;
mod outcome;
mod pace;
mod pusher;
mod quiet;
mod random;
mod shelf;
mod spans;
mod story;
mod truth;

use std::env;
use std::process::Command;
use std::thread::{self, ScopedJoinHandle, sleep};
use std::time::Duration;

use self::auditor::{Audited, Auditor};
use self::outcome::Outcome;
use self::pace::Stop;
use self::pusher::{Pusher, Task};
use self::truth::Truth;
use crate::lab::{Kind, S3Bucket, owner};
use crate::matrix::{Run, Scenario};
use crate::process::run;
use crate::record::Figures;
use crate::registry::{Registry, Version};
use crate::session::session;

const ROOT: &str = "zarf-registry";

/// By this variable a process learns that it is a pusher, and what to do.
const TASK: &str = "OCIFSCK_STORM_TASK";

const PUSHERS: usize = 3;

/// When the pushers end in any case.
const LIMIT: Duration = Duration::from_mins(15);

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "storm",
    shows: "while processes push, delete and bring back to life at full speed, no audit says what \
            is not so",
    needs: &["skopeo"],
    run: Run::Registries(no_verdict_is_wrong_while_all_is_in_motion),
    is_loud: true,
}];

fn no_verdict_is_wrong_while_all_is_in_motion(bucket: &S3Bucket, version: Version) -> Figures {
    let registry = Registry::in_bucket(version, bucket, ROOT);
    // All that the README asks for: a key that may list and read.
    let reader = match bucket.server.kind {
        Kind::Minio => session(bucket, &["s3:ListBucket", "s3:GetObject"], &[]),
        Kind::Rgw | Kind::Garage => owner(),
    };
    let is_main = (bucket.server.kind, version) == (Kind::Minio, Version::V2);
    let pushes: usize = number("PUSHES", if is_main { 2000 } else { 500 });
    let audits = number("AUDITS", 20);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let task = |number| Task {
        address: registry.address.clone(),
        folder: folder.path().to_owned(),
        seed: self::number("SEED", 1),
        number,
        pushes: pushes.div_ceil(PUSHERS),
        limit: LIMIT.as_secs(),
    };
    let tasks: Vec<Task> = (0..PUSHERS).map(task).collect();
    let audit = || bucket.audit(ROOT).by(&reader);
    let mut auditor = Auditor::new(&audit, folder.path(), &tasks);
    let loud = push_and_audit(&tasks, &mut auditor, audits);
    sleep(auditor.min_age());
    let quiet = auditor.audit(&[]);

    let truth = Truth::new(tasks.iter().flat_map(|task| event::read(&task.log())).collect());
    lies::assert_caught(&truth, &loud);
    let mut outcome = Outcome::of(&truth, &loud);
    outcome.demand(pushes, audits);
    outcome.complain(quiet::disagreements(&truth, &quiet, &registry.garbage()));
    outcome.figures(folder)
}

fn number<T: std::str::FromStr>(name: &str, usual: T) -> T {
    let value = env::var(format!("OCIFSCK_STORM_{name}")).ok();
    value.map_or(usual, |value| {
        value.parse().unwrap_or_else(|_| panic!("OCIFSCK_STORM_{name} is {value}"))
    })
}

/// Does a pusher's work, if this process is one.
pub(crate) fn be_a_pusher() -> bool {
    let Ok(task) = env::var(TASK) else { return false };
    Pusher::new(serde_json::from_str(&task).expect("a task")).run();
    true
}

/// Audits for as long as the pushers push, which they do until there are so many audits.
fn push_and_audit(tasks: &[Task], auditor: &mut Auditor<'_>, least: usize) -> Vec<Audited> {
    auditor.set_pace(false);
    let mut audits = Vec::new();
    thread::scope(|scope| {
        let start = |task| scope.spawn(move || run(&mut pusher(task), LIMIT + LIMIT / 2));
        let pushers: Vec<ScopedJoinHandle<'_, _>> = tasks.iter().map(start).collect();
        let stop = Stop(&tasks[0].folder);
        auditor.wait_for_pushes();
        while pushers.iter().any(|pusher| !pusher.is_finished()) {
            let options = auditor::OPTIONS[audits.len() % auditor::OPTIONS.len()];
            audits.push(auditor.audit(options));
            auditor.set_pace(audits.len() >= least);
            auditor.pause();
        }
        drop(stop);
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
