//! A small registry in which every blob has a name, so that a table can speak of it.

use std::collections::{BTreeMap, BTreeSet};

use ocifsck::oci::Digest;
use ocifsck::testing::{Document, Piece, RegistryBuilder};

use crate::oracle::ledger::stored;

/// A registry and the names of its blobs.
#[derive(Default)]
pub(crate) struct Scene {
    pub(crate) registry: RegistryBuilder,
    names: BTreeMap<String, &'static str>,
}

impl Scene {
    /// A layer of this name, not yet stored.
    pub(crate) fn layer(&mut self, name: &'static str) -> Piece {
        self.piece(name, Piece::layer(name))
    }

    /// A config of this name, not yet stored.
    pub(crate) fn config(&mut self, name: &'static str) -> Piece {
        self.piece(name, Piece::config(name))
    }

    fn piece(&mut self, name: &'static str, piece: Piece) -> Piece {
        self.call(&piece.digest(), name);
        piece
    }

    /// An OCI image of a config and a layer.
    pub(crate) fn image(&mut self, config: &'static str, layer: &'static str) -> Document {
        Document::image().config(self.config(config)).layer(self.layer(layer))
    }

    /// Pushes a document under `repository:tag`, or by its digest if there is no tag.
    pub(crate) fn push(&mut self, to: &str, name: &'static str, document: &Document) -> Digest {
        let digest = match to.split_once(':') {
            Some((repository, tag)) => self.registry.push(repository, tag, document),
            None => self.registry.push_untagged(to, document),
        };
        self.call(&document.digest(), name);
        digest
    }

    /// Names what is stored under this digest.
    pub(crate) fn call(&mut self, digest: &Digest, name: &'static str) {
        self.names.insert(digest.to_string(), name);
    }

    /// The names of these digests; of one that has none, the digest.
    pub(crate) fn names(&self, digests: &BTreeSet<String>) -> BTreeSet<String> {
        digests.iter().map(|digest| self.name(digest)).collect()
    }

    /// `repository digest`, as `repository: name`.
    pub(crate) fn links(&self, links: &BTreeSet<String>) -> BTreeSet<String> {
        let named = |link: &String| {
            let (repository, digest) = link.split_once(' ').expect("a repository and a digest");
            format!("{repository}: {}", self.name(digest))
        };
        links.iter().map(named).collect()
    }

    fn name(&self, digest: &str) -> String {
        self.names.get(digest).map_or(digest, |name| name).to_owned()
    }

    /// Fails where a stored blob has no name, or two have one.
    pub(crate) fn check(&self, of: &str) {
        let stored = stored(&self.registry);
        let unnamed = stored.iter().find(|digest| !self.names.contains_key(*digest));
        assert_eq!(unnamed, None, "{of}: a blob without a name");
        assert_eq!(self.names(&stored).len(), stored.len(), "{of}: two blobs of one name");
    }
}
