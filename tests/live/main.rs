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
//! | `lab`, `session`, `registry` | the servers, as `lab/run` starts them, and their keys |
//! | `images`, `http`, `skopeo` | small images made the same each time, and ways to push them |
//! | `objects`, `keys` | a bucket or a folder as the tests change it, below the registry's feet |
//! | `busy`, `gallery` | what is pushed: a varied clean registry, and one with named damage |
//! | `audit` | runs the program and reads its report |
//! | `clean`, `damaged`, `refusals`, `example`, `storm` | the scenarios |

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod audit;
mod busy;
mod clean;
mod damaged;
mod example;
mod gallery;
mod http;
mod images;
mod keys;
mod lab;
mod matrix;
mod objects;
mod process;
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

use crate::matrix::{Run, Scenario};

/// All that is shown, in the order of the table.
static SCENARIOS: [Scenario; 7] = [
    Scenario {
        name: "clean",
        shows: "a registry that holds what clients push is reported clean, and its garbage is what \
                the registry would collect",
        needs: &["skopeo"],
        run: Run::Registries(
            clean::a_clean_registry_is_reported_clean_and_its_garbage_as_the_registry_sees_it,
        ),
        is_loud: false,
    },
    Scenario {
        name: "damaged",
        shows: "planted damage is reported, each under its code, and nothing else is",
        needs: &["skopeo"],
        run: Run::Registries(damaged::planted_damage_is_reported_and_nothing_else),
        is_loud: false,
    },
    Scenario {
        name: "sha512",
        shows: "a layer named by sha512 is alive, though the registry would sweep it",
        needs: &[],
        run: Run::Registries(
            clean::a_layer_named_by_sha512_is_alive_though_the_registry_would_sweep_it,
        ),
        is_loud: false,
    },
    Scenario {
        name: "refused",
        shows: "what cannot be audited is refused in one line, with nothing half-written",
        needs: &[],
        run: Run::Servers(refusals::what_cannot_be_audited_is_refused_in_one_line),
        is_loud: false,
    },
    Scenario {
        name: "forbidden",
        shows: "a manifest that may not be read makes nothing orphaned or missing",
        needs: &["docker-registry"],
        run: Run::Minio(
            refusals::a_manifest_that_may_not_be_read_makes_nothing_orphaned_or_missing,
        ),
        is_loud: false,
    },
    Scenario {
        name: "storm",
        shows: "while processes push, delete and bring back to life at full speed, no audit says what \
                is not so",
        needs: &["skopeo"],
        run: Run::Registries(storm::no_verdict_is_wrong_while_all_is_in_motion),
        is_loud: true,
    },
    Scenario {
        name: "example",
        shows: "`examples/registry-bucket` is what a real registry made",
        needs: &["docker-registry", "skopeo"],
        run: Run::Folder(example::the_example_bucket_is_what_a_real_registry_made),
        is_loud: false,
    },
];

fn main() -> ExitCode {
    if storm::be_a_pusher() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let mut trials = matrix::trials(&SCENARIOS);
    trials.push(table::trial(&SCENARIOS));
    let conclusion = libtest_mimic::run(&arguments, trials);
    if env::var_os("OCIFSCK_COMPATIBILITY").is_some_and(|value| !value.is_empty()) {
        table::write(&SCENARIOS);
    }
    conclusion.exit_code()
}
