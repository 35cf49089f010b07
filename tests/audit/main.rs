//! Whole audits of registries made in memory: what is planted is found, and nothing else.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod attacks;
mod chaos;
mod damage;
mod doubt;
mod laws;
mod live_changes;
mod oracle;
mod shapes;
mod stores;
mod support;
