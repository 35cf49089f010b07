//! fsck for the bucket behind a container registry.
//!
//! It lists a bucket (or a directory), works out what every tag, index, manifest, config and layer
//! refers to, and says what is live, garbage, missing or corrupt. It only ever reads.
//!
//! ```text
//! store ──► scan: walk ──► resolve ──► confirm ──► verify      waits for the store
//!                  │          │
//!              Inventory    Graph                              what lies there; what refers to what
//!                  └────┬─────┘
//!               audit::reconcile                               pure: values in, values out
//!                       │
//!                     Report ──► text, JSON, CSV
//! ```
//!
//! # Example
//!
//! A registry of two images that share a layer, of which the tag `1.0` has lost one:
//!
//! ```
//! use std::sync::Arc;
//!
//! use jiff::Timestamp;
//! use ocifsck::audit::Code;
//! use ocifsck::scan::{self, Options, Silent};
//! use ocifsck::testing::{Damage, RegistryBuilder};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut registry = RegistryBuilder::new();
//! registry.image("team/app", "1.0", &["base", "app"]);
//! registry.image("team/app", "1.1", &["base", "app, mended"]);
//! registry.damage(Damage::LayerLost, "team/app", "1.0");
//!
//! let (store, options) = (Arc::new(registry.store()), Options::default());
//! let (clock, observer) = (Arc::new(Timestamp::now), Arc::new(Silent));
//! let reports = scan::audit(store, "memory", "", &options, clock, observer).await?;
//!
//! let [finding] = reports[0].audit.findings.as_slice() else { panic!("one fact, one finding") };
//! assert_eq!(finding.code, Code::MissingBlob);
//! assert_eq!(finding.referrers, ["team/app:1.0"]);
//! # Ok(())
//! # }
//! ```
//!
//! For a bucket the store is a `store::s3::S3Store` (feature `s3`), for a folder a
//! [`store::DirectoryStore`]; one of one's own implements [`store::ObjectStore`].
//!
//! # What is where
//!
//! | to | look at |
//! |---|---|
//! | run an audit | [`scan::audit`], [`scan::Options`] |
//! | read its result | [`report::Report`], [`audit::Audit`], [`audit::Finding`], [`audit::Verdict`] |
//! | write it | [`report::Text`], [`report::json`], [`report::csv`], [`report::OutDir`] |
//! | ask about one digest, tag or key | [`explain::explain`] |
//! | read objects from elsewhere | [`store::ObjectStore`] |
//! | take keys and documents apart | [`layout`], [`oci`] |
//! | unpack a layer as it arrives | [`deep::Unpacker`] |
//! | test against a registry, whole or damaged | [`testing::RegistryBuilder`], [`testing::Damage`] |
//!
//! [`inventory`] and [`graph`] lie between the two halves: a listing, and what refers to what, in
//! columns of small integers.
//!
//! # Features
//!
//! `s3` (by default) brings the AWS SDK, `cli` (by default) the program. Without both, this builds
//! in seconds.

pub mod audit;
pub mod batch;
pub mod choice;
#[cfg(feature = "cli")]
pub mod cli;
pub mod deep;
pub mod explain;
pub mod graph;
pub mod inventory;
pub mod layout;
pub mod ledger;
pub mod object;
pub mod oci;
pub mod report;
pub mod scan;
pub mod shard;
pub mod store;
pub mod testing;
