//! Registries made in memory, object by object as Distribution lays them out, and damaged by
//! name: for tests and examples, this crate's and others'.
//!
//! ```text
//! Piece      a config or layer, and how it is stored         \
//! Document   a manifest of any kind, with what it refers to   > RegistryBuilder > MemoryStore
//! Damage     a fault by name, and the findings it must give  /
//! ```
//!
//! ```
//! use ocifsck::testing::{Damage, Document, RegistryBuilder};
//!
//! let mut registry = RegistryBuilder::new().root("zarf-registry/");
//! let app = Document::image().layer("base").layer("app");
//! registry.push("team/app", "1.0", &app);
//! registry.push("team/app", "2.0", &Document::index().child("linux/amd64", app));
//! let planted = registry.damage(Damage::LayerLost, "team/app", "1.0");
//! assert_eq!(planted[0].code.as_str(), "missing-blob");
//! let store = registry.store();
//! assert!(store.keys().iter().all(|key| key.starts_with("zarf-registry/docker/registry/v2/")));
//! ```

mod damage;
mod document;
mod piece;
mod planted;
mod push;
mod registry;

pub use self::damage::Damage;
pub use self::document::Document;
pub use self::piece::Piece;
pub use self::planted::Planted;
pub use self::registry::RegistryBuilder;
