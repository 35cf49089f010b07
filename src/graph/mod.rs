//! What refers to what, and what could not be read.
//!
//! The graph is filled by whoever reads (`scan`) in any order and asked by the reconciler. It
//! keeps a list of the manifests that somebody should read next, so that a walk over nested
//! indexes needs no recursion: each manifest is wanted once.

mod aliases;
mod ask;
mod checksums;
mod failures;
mod fill;
mod image;
mod layers;
mod link;
mod node;
mod tags;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub use self::checksums::{Checked, Checksums};
pub use self::failures::Failures;
pub use self::image::{Image, Layer};
pub use self::layers::Layers;
pub use self::link::{LinkContent, LinkFault};
pub use self::node::{Content, Edge, EdgeRole, Excuse, NameId, Node};
pub use self::tags::{TagSettler, Target};
use crate::inventory::{DigestId, Link, RepositoryId, TagId};
use crate::object::Sum;

/// What refers to what.
#[derive(Debug, Default)]
pub struct Graph {
    contents: HashMap<DigestId, Content>,
    wanted: Vec<DigestId>,
    /// What only the caller's list wants: a manifest perhaps, perhaps a config or layer.
    guesses: BTreeSet<DigestId>,
    names: Vec<String>,
    name_ids: HashMap<String, NameId>,
    tags: HashMap<TagId, Target>,
    /// Repositories may disagree: each digest's are in the order of the digests, the likeliest
    /// first once they are settled.
    aliases: BTreeMap<DigestId, Vec<DigestId>>,
    /// The links that say them.
    alias_links: Vec<(Link, DigestId)>,
    /// What revision links say that their paths do not, and in which repository.
    misdirected: Vec<(RepositoryId, DigestId)>,
    link_faults: BTreeMap<Link, LinkFault>,
    /// Digests with a link that should say whose alias they are, and could not be understood.
    unknown_aliases: BTreeSet<DigestId>,
    /// What comes or goes while the audit looks.
    spared: HashSet<DigestId>,
    /// The MD5 of what is known to be the content of a digest, since a manifest carries it.
    inline: HashMap<DigestId, [u8; 16]>,
    read_links: Sum,
    settled_tags: Sum,
    failures: Failures,
    /// What reading the bytes of blobs has shown.
    pub checksums: Checksums,
    /// What unpacking layers has shown, and what configs say of them.
    pub layers: Layers,
}
