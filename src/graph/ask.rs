//! Asking a graph.

use super::{Content, Edge, Failures, Graph, LinkFault, NameId, Node, Target};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId, TagId};
use crate::object::Sum;

impl Graph {
    /// What was found where this manifest should be; `None` if nobody asked.
    #[must_use]
    pub fn content(&self, id: DigestId) -> Option<&Content> {
        self.contents.get(&id)
    }

    /// The manifest, if it was read.
    #[must_use]
    pub fn node(&self, id: DigestId) -> Option<&Node> {
        match self.contents.get(&id) {
            Some(Content::Manifest(node)) => Some(node),
            _ => None,
        }
    }

    /// What a manifest refers to; nothing if it is none, or was not read.
    #[must_use]
    pub fn edges(&self, id: DigestId) -> &[Edge] {
        self.node(id).map_or(&[], |node| &node.edges)
    }

    /// Every manifest that was asked for, and what was found, in no order.
    pub fn contents(&self) -> impl Iterator<Item = (DigestId, &Content)> {
        self.contents.iter().map(|(&id, content)| (id, content))
    }

    /// Every manifest that was read, in no order.
    pub fn nodes(&self) -> impl Iterator<Item = (DigestId, &Node)> {
        self.contents.iter().filter_map(|(&id, content)| match content {
            Content::Manifest(node) => Some((id, &**node)),
            _ => None,
        })
    }

    /// Those of them whose bytes are their own. What any other says is nobody's word: it may keep
    /// something alive, and nothing is missing or wrong because of it.
    pub fn true_nodes(&self) -> impl Iterator<Item = (DigestId, &Node)> {
        self.nodes().filter(|&(id, _)| !self.checksums.is_wrong(id))
    }

    /// What a tag names; `None` if it has no current link.
    #[must_use]
    pub fn target(&self, tag: TagId) -> Option<&Target> {
        self.tags.get(&tag)
    }

    /// Every tag with a current link, and what it names, in no order.
    pub fn targets(&self) -> impl Iterator<Item = (TagId, &Target)> {
        self.tags.iter().map(|(&tag, target)| (tag, target))
    }

    /// The digests that hold the data of this one, where links say that it is another's alias.
    /// One, unless repositories disagree.
    #[must_use]
    pub fn aliases(&self, id: DigestId) -> &[DigestId] {
        self.aliases.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Where the data of a digest is stored: under it, or under the one that it is an alias of.
    #[must_use]
    pub fn stored_as(&self, inventory: &Inventory, id: DigestId) -> Option<DigestId> {
        let mut places = std::iter::once(id).chain(self.aliases(id).iter().copied());
        places.find(|&id| inventory.blob(id).is_some())
    }

    /// The links with which something is wrong, and what.
    pub fn link_faults(&self) -> impl Iterator<Item = (Link, &LinkFault)> {
        self.link_faults.iter().map(|(&link, fault)| (link, fault))
    }

    /// What is wrong with a link, if anything is.
    #[must_use]
    pub fn link_fault(&self, link: Link) -> Option<&LinkFault> {
        self.link_faults.get(&link)
    }

    /// Whether the digest may be an alias of another for all that could be read.
    #[must_use]
    pub fn may_be_alias(&self, id: DigestId) -> bool {
        self.unknown_aliases.contains(&id)
    }

    /// What revision links say that their paths do not, and in which repository.
    #[must_use]
    pub fn misdirected(&self) -> &[(RepositoryId, DigestId)] {
        &self.misdirected
    }

    /// What comes or goes while the audit looks, in no order: with all that it refers to it is not
    /// to be judged.
    pub fn spared(&self) -> impl Iterator<Item = DigestId> {
        self.spared.iter().copied()
    }

    /// The MD5 of the only bytes that this digest can name, where a manifest carries them.
    #[must_use]
    pub fn inline_md5(&self, id: DigestId) -> Option<[u8; 16]> {
        self.inline.get(&id).copied()
    }

    /// The links that were read and say what they should.
    #[must_use]
    pub const fn read_links(&self) -> Sum {
        self.read_links
    }

    /// The tags whose links an entity tag proves.
    #[must_use]
    pub const fn settled_tags(&self) -> Sum {
        self.settled_tags
    }

    /// Why the audit is incomplete.
    #[must_use]
    pub const fn failures(&self) -> &Failures {
        &self.failures
    }

    /// A name of this graph.
    #[must_use]
    pub fn name_text(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }
}
