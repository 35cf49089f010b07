//! What holds for any input of whatever reads what others wrote. A law that is broken panics.
//!
//! The fuzz targets look for inputs that break one (`scripts/fuzz`); the everyday test
//! `tests/corpus.rs` includes this file, so that what they once found is tried for ever.

pub mod completion;
pub mod config;
pub mod key;
pub mod list;
pub mod manifest;
pub mod name;

/// A target's name, and its law.
pub type Law = (&'static str, fn(&[u8]));

/// Every target.
pub const LAWS: [Law; 6] = [
    ("completion", completion::holds),
    ("config", config::holds),
    ("key", key::holds),
    ("list", list::holds),
    ("manifest", manifest::holds),
    ("name", name::holds),
];

/// The same JSON in another spelling: members sorted, no white space, no needless escapes. `None`
/// where the document is no JSON, or has numbers or depths that it cannot be written with.
fn respelt(bytes: &[u8]) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    serde_json::to_vec(&value).ok()
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.split(|&byte| byte == wanted).count() - 1
}
