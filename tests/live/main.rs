//! The real thing: real images, pushed by skopeo and over HTTP through CNCF Distribution into MinIO
//! (or a folder), audited by the real program. Nothing here is a double.
//!
//! Every test is `#[ignore]`d, so that a plain `cargo test` stays fast and needs Rust alone;
//! `scripts/test` fetches the servers and runs these too. By hand, with the servers there:
//!
//! ```text
//! cargo test --test live -- --ignored
//! ```
//!
//! A server that is absent skips its tests with a line `SKIPPED: ...`; `OCIFSCK_REQUIRE_LIVE=1`
//! makes that a failure.
//!
//! | module | what it is |
//! |---|---|
//! | `tools`, `process` | where the servers are; running programs within a time limit |
//! | `minio`, `registry` | the two servers, each started on a free port and killed on drop |
//! | `images`, `http`, `skopeo` | small images made the same each time, and two ways to push them |
//! | `objects`, `keys` | a bucket or a folder as the tests change it, below the registry's feet |
//! | `busy`, `gallery` | what is pushed: a varied clean registry, and one with named damage |
//! | `audit` | runs the program and reads its report |
//! | `clean`, `damaged`, `refusals`, `example` | the tests |

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
mod killed;
mod minio;
mod objects;
mod process;
mod refusals;
mod registry;
mod skopeo;
mod tools;
