//! Whole audits of registries made in memory: what is planted is found, and nothing else.
//!
//! | module | what it is |
//! |---|---|
//! | `damage` | every damage by name, and what must come of it |
//! | `doubt`, `books_elsewhere` | what is in doubt, how far a doubt reaches, what a list settles |
//! | `live_changes` | registries that are written to while they are audited |
//! | `layers` | what is in layers, and what is said of it when they cannot be read |
//! | `roots` | several registries in one bucket |
//! | `laws` | what holds of any registry, whatever has befallen it |
//! | `truths` | what an audit says, held against a naive walk, a pull, a deletion |
//! | `shapes`, `chaos` | registries as proptest draws them: healthy, and as nobody would make them |
//! | `proofs` | what is known of bytes, and by what |
//! | `shards` | parts of one bucket, put together |
//! | `rolling`, `nights` | what is remembered from night to night, and what is read in its turn |
//! | `attacks` | documents made to be misread |
//! | `oracle`, `stores`, `support` | the naive walk and the pull; stores of ill will; the rest |
//!
//! `PROPTEST_CASES=2000 cargo test --test audit` looks longer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attacks;
mod books_elsewhere;
mod chaos;
mod damage;
mod doubt;
mod laws;
mod layers;
mod live_changes;
mod nights;
mod oracle;
mod proofs;
mod rolling;
mod roots;
mod shapes;
mod shards;
mod stores;
mod support;
mod swapped;
mod truths;
