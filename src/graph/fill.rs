//! Filling a graph: what was read, in whatever order it comes.

use super::{Content, Edge, EdgeRole, Excuse, Graph, LinkContent, LinkFault, NameId, Node, Target};
use crate::inventory::{DigestId, Inventory, Link, TagId};
use crate::oci::media_type::EntryKind;
use crate::oci::{Descriptor, Digest, Manifest, Role};

/// The most bytes of a media type or platform that are kept (RFC 6838 allows 255).
const MOST_NAME_BYTES: usize = 255;

impl Graph {
    /// Asks for a manifest to be read, if nobody has yet.
    pub fn want(&mut self, id: DigestId) {
        self.guesses.remove(&id);
        if let std::collections::hash_map::Entry::Vacant(place) = self.contents.entry(id) {
            place.insert(Content::Absent);
            self.wanted.push(id);
        }
    }

    /// Asks for what the caller's list names. If it is no manifest it is forgotten.
    pub fn guess(&mut self, id: DigestId) {
        if !self.contents.contains_key(&id) {
            self.want(id);
            self.guesses.insert(id);
        }
    }

    /// Whether only the caller's list asks for it, so that it need not be a manifest.
    #[must_use]
    pub fn is_guess(&self, id: DigestId) -> bool {
        self.guesses.contains(&id)
    }

    /// Forgets a guess that turned out to be no manifest.
    pub fn forget(&mut self, id: DigestId) {
        self.contents.remove(&id);
    }

    /// Asks again for one that was absent and has come since.
    pub fn want_again(&mut self, id: DigestId) {
        if matches!(self.contents.get(&id), Some(Content::Absent)) {
            self.wanted.push(id);
        }
    }

    /// The next manifest to read.
    pub fn next_wanted(&mut self) -> Option<DigestId> {
        self.wanted.pop()
    }

    /// Takes a manifest that was read, and wants its children.
    pub fn put_manifest(&mut self, inventory: &mut Inventory, id: DigestId, manifest: Manifest) {
        let edges: Box<[Edge]> = manifest
            .references
            .iter()
            .map(|(role, descriptor)| self.edge(inventory, *role, descriptor))
            .collect();
        for edge in edges.iter().filter(|edge| edge.role.may_be_manifest()) {
            self.want(edge.to);
        }
        let media_type = manifest.media_type.as_deref().map(|name| self.name(name));
        let subject = manifest.subject.map(|subject| inventory.digests.intern(&subject.digest));
        let problems = manifest.problems.into();
        let node = Node { kind: manifest.kind, media_type, subject, edges, problems };
        self.contents.insert(id, Content::Manifest(Box::new(node)));
    }

    /// Takes what was found instead of a manifest.
    pub fn put_other(&mut self, id: DigestId, content: Content) {
        self.contents.insert(id, content);
    }

    /// Takes what a tag names by the proof of its entity tag, and wants it.
    pub fn settle_tag(&mut self, inventory: &Inventory, tag: TagId, digest: DigestId) {
        let size = inventory.tag_row(tag).current.map_or(0, |current| current.evidence.size);
        self.settled_tags.add(size);
        self.tags.insert(tag, Target::Digest(digest));
        self.want(digest);
    }

    /// Takes what a tag's link says, and wants what it names.
    pub fn put_tag(&mut self, inventory: &mut Inventory, tag: TagId, content: LinkContent) {
        let target = match content.digest() {
            Some(digest) => Target::Digest(inventory.digests.intern(digest)),
            None => Target::Broken,
        };
        if let Target::Digest(digest) = target {
            self.want(digest);
        }
        self.tags.insert(tag, target);
        match content {
            LinkContent::Digest(digest) => self.read_links.add(digest.to_string().len() as u64),
            content => self.put_link_fault(inventory, Link::Tag(tag), LinkFault::Content(content)),
        }
    }

    /// Takes a link whose path names a digest, and what it says.
    pub fn put_link(&mut self, inventory: &mut Inventory, link: Link, content: LinkContent) {
        let Some(id) = inventory.linked(link) else {
            return;
        };
        let expected = inventory.digests.get(id);
        let fault = match content {
            LinkContent::Digest(digest) if digest.in_path_form() == expected => {
                self.read_links.add(digest.to_string().len() as u64);
                return;
            }
            // Distribution stores data under its canonical SHA-256 and links the other digest
            // to it (`linkBlob` in its registry/storage/linkedblobstore.go).
            LinkContent::Digest(digest) if is_canonical(&digest) && !is_canonical(&expected) => {
                self.read_links.add(digest.to_string().len() as u64);
                let canonical = inventory.digests.intern(&digest);
                self.alias_links.push((link, canonical));
                let aliases = self.aliases.entry(id).or_default();
                let place = aliases.partition_point(|&other| inventory.digests.get(other) < digest);
                if aliases.get(place) != Some(&canonical) {
                    aliases.insert(place, canonical);
                }
                return;
            }
            LinkContent::Digest(digest) => LinkFault::OtherDigest(digest),
            content => LinkFault::Content(content),
        };
        // A registry follows what a revision link says, and enumerates what its path says.
        if let (Link::Revision(repository, _), LinkFault::OtherDigest(digest)) = (link, &fault) {
            let said = inventory.digests.intern(digest);
            self.want(said);
            self.misdirected.push((repository, said));
        }
        self.put_link_fault(inventory, link, fault);
    }

    /// Takes what is wrong with a link.
    pub fn put_link_fault(&mut self, inventory: &Inventory, link: Link, fault: LinkFault) {
        if let Some(id) = inventory.linked(link)
            && !is_canonical(&inventory.digests.get(id))
        {
            self.unknown_aliases.insert(id);
        }
        match link {
            Link::Tag(tag) if !matches!(self.tags.get(&tag), Some(Target::Digest(_))) => {
                self.tags.insert(tag, Target::Broken);
            }
            _ => {}
        }
        self.link_faults.insert(link, fault);
    }

    /// Takes a link that could not be read for reasons of the moment.
    pub fn put_failed_link(&mut self, inventory: &Inventory, link: Link, reason: String) {
        match link {
            Link::Tag(tag) => {
                self.tags.insert(tag, Target::Failed);
            }
            _ => self.unknown_aliases.extend(inventory.linked(link)),
        }
        self.put_failure(reason);
    }

    /// Takes a failure for reasons of the moment: the whole audit is incomplete.
    pub fn put_failure(&mut self, reason: String) {
        self.failures.push(reason);
    }

    /// Spares what comes or goes while the audit looks.
    pub fn spare(&mut self, id: DigestId) {
        self.spared.insert(id);
    }

    fn edge(&mut self, inventory: &mut Inventory, role: Role, descriptor: &Descriptor) -> Edge {
        let to = inventory.digests.intern(&descriptor.digest);
        if let Some(md5) = descriptor.inline
            && descriptor.digest.is_verifiable()
        {
            self.inline.insert(to, md5);
        }
        Edge {
            to,
            role: edge_role(inventory, to, role, descriptor),
            excuse: excuse(role, descriptor),
            media_type: descriptor.media_type.as_deref().map(|name| self.name(name)),
            platform: descriptor.platform.as_deref().map(|name| self.name(name)),
            size: descriptor.size,
        }
    }

    /// Keeps the beginning of what is longer than any media type or platform: a manifest may say
    /// megabytes, and every tag's row repeats them.
    fn name(&mut self, text: &str) -> NameId {
        let text = &text[..text.floor_char_boundary(MOST_NAME_BYTES)];
        if let Some(&id) = self.name_ids.get(text) {
            return id;
        }
        let id = NameId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(text.to_owned());
        self.name_ids.insert(text.to_owned(), id);
        id
    }
}

/// The media type decides; where it does not tell, where the entry is linked. `BuildKit` lists
/// the layers of a cache in an index: nobody should read those as manifests (buildx#173).
fn edge_role(inventory: &Inventory, to: DigestId, role: Role, descriptor: &Descriptor) -> EdgeRole {
    match (role, descriptor.entry_kind()) {
        (Role::Config, _) => EdgeRole::Config,
        (Role::Layer | Role::Ignored, _) | (Role::Child, EntryKind::Blob) => EdgeRole::Layer,
        (Role::Child, EntryKind::Manifest) => EdgeRole::Child,
        (Role::Child, EntryKind::Unknown) if inventory.is_revision(to) => EdgeRole::Child,
        (Role::Child, EntryKind::Unknown) if inventory.is_layer(to) => EdgeRole::Layer,
        (Role::Child, EntryKind::Unknown) => EdgeRole::Unknown,
    }
}

/// Whether Distribution stores data under such a digest. Any other is an alias of one.
fn is_canonical(digest: &Digest) -> bool {
    digest.algorithm() == "sha256"
}

fn excuse(role: Role, descriptor: &Descriptor) -> Option<Excuse> {
    if role == Role::Ignored {
        return Some(Excuse::Ignored);
    }
    if descriptor.is_foreign() {
        return Some(Excuse::Foreign);
    }
    descriptor.inline.map(|_| Excuse::Inline)
}
