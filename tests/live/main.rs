//! The real thing: real images, pushed by real clients through CNCF Distribution into real S3
//! servers (or a folder), audited by the real program. Nothing here is a double.
//!
//! Each scenario runs on every ground that it is for: a trial is called `SERVER/REGISTRY/SCENARIO`,
//! such as `rgw/distribution-3/clean`. All are `ignored`, so that a plain `cargo test` stays fast
//! and needs Rust alone; `scripts/test` fetches the servers and runs them. By hand, with the servers
//! there (`lab/install`):
//!
//! ```text
//! cargo test --test live -- --ignored              # all
//! cargo test --test live -- --ignored minio/       # those on MinIO
//! ```
//!
//! A server that is absent skips its trials with a line `SKIPPED: ...`; `OCIFSCK_REQUIRE_LIVE=1`
//! makes that a failure. Each trial leaves a record; `scripts/compatibility` makes
//! `docs/compatibility.md` of them.
//!
//! | module | what it is |
//! |---|---|
//! | `matrix`, `record`, `table` | which scenario runs on what, how it went, and the table of that |
//! | `tools`, `process` | where the servers are; running programs within a time limit |
//! | `lab`, `session`, `reader`, `registry` | the servers, as `lab/run` starts them, and their keys |
//! | `images`, `estargz`, `http`, `skopeo` | small images made the same each time, and ways to push them |
//! | `objects`, `keys` | a bucket or a folder as the tests change it, below the registry's feet |
//! | `busy`, `gallery` | what is pushed: a varied clean registry, and one with named damage |
//! | `audit` | runs the program and reads its report |
//! | `proxy` | spoils what the real server says, and remembers what it was asked |
//! | `collector`, `counter` | runs the registry's own garbage collection; counts requests |
//! | `clean`, `damaged`, `refusals`, `read_only`, `example` | scenarios: what is in a bucket |
//! | `faults`, `hostile`, `killed`, `storm`, `oracle` | scenarios: what is done to it, and to the program |

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod audit;
mod busy;
mod bytes;
mod clean;
mod collector;
mod counter;
mod damaged;
mod estargz;
mod example;
mod faults;
mod gallery;
mod hostile;
mod http;
mod images;
mod keys;
mod killed;
mod lab;
mod matrix;
mod objects;
mod oracle;
mod process;
mod proxy;
mod read_only;
mod reader;
mod record;
mod refusals;
mod registry;
mod session;
mod skopeo;
mod storm;
mod table;
mod tools;

use std::env;
use std::process::ExitCode;

use libtest_mimic::Arguments;

use crate::matrix::Scenario;

/// All that is shown, in the order of the table.
const SCENARIOS: &[&[Scenario]] = &[
    clean::SCENARIOS,
    damaged::SCENARIOS,
    bytes::SCENARIOS,
    refusals::SCENARIOS,
    read_only::SCENARIOS,
    example::SCENARIOS,
    oracle::SCENARIOS,
    storm::SCENARIOS,
    faults::SCENARIOS,
    hostile::SCENARIOS,
    killed::SCENARIOS,
];

fn main() -> ExitCode {
    if storm::be_a_pusher() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let mut trials = matrix::trials(SCENARIOS);
    trials.push(table::trial(SCENARIOS));
    trials.push(oracle::known::page::trial());
    let conclusion = libtest_mimic::run(&arguments, trials);
    if env::var_os("OCIFSCK_COMPATIBILITY").is_some_and(|value| !value.is_empty()) {
        table::write(SCENARIOS);
    }
    conclusion.exit_code()
}
