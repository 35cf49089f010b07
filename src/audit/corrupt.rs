//! Bytes that are not what their name says, or that make no sense.
//!
//! One fact, one finding: an empty blob is that alone, and a manifest whose bytes are not its own
//! is not also blamed for what they say.

use std::collections::BTreeMap;

use super::damage::{Damage, Wrong};
use super::finding::{Code, Finding, Severity};
use super::pull::is_digest_of_nothing;
use super::referrers::Draft;
use super::upward::Upward;
use crate::graph::{Checked, Content, Edge, Graph, LinkContent, LinkFault, Node};
use crate::inventory::{DigestId, Inventory, Link};
use crate::oci::{Digest, ManifestKind};

/// What is corrupt.
#[derive(Debug)]
pub(super) struct Corrupt<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) graph: &'a Graph,
    upward: &'a Upward<'a>,
}

/// Everything that is corrupt, in no order.
pub(super) fn findings(inventory: &Inventory, graph: &Graph, upward: &Upward<'_>) -> Vec<Draft> {
    let corrupt = Corrupt { inventory, graph, upward };
    let mut drafts = Vec::new();
    drafts.extend(corrupt.empty_blobs());
    drafts.extend(corrupt.wrong_bytes());
    drafts.extend(corrupt.wrong_sizes());
    drafts.extend(corrupt.bad_manifests());
    drafts.extend(corrupt.layers());
    drafts.extend(graph.link_faults().map(|(link, fault)| corrupt.bad_link(link, fault)));
    drafts
}

impl Corrupt<'_> {
    fn empty_blobs(&self) -> impl Iterator<Item = Draft> {
        let empty = self.inventory.blobs().filter(|&(id, blob)| self.is_empty(id, blob.size));
        empty.map(|(id, _)| {
            let finding = self.blob(Code::EmptyBlob, id, "the object has no bytes; restore it from a mirror or a backup, or delete the object and push again: a push does not replace what is there");
            self.draft(finding, id, self.upward.parents(id))
        })
    }

    fn wrong_bytes(&self) -> impl Iterator<Item = Draft> {
        self.graph.checksums.others().filter_map(|(id, checked)| {
            let size = self.inventory.blob(id).map(|blob| blob.size);
            if size.is_some_and(|size| self.is_empty(id, size)) {
                return None;
            }
            let finding = match checked {
                Checked::Mismatch { actual, size, zeros_from } => {
                    self.mismatch(id, actual, *size, *zeros_from)
                }
                Checked::KnownWrong { at } => Finding {
                    expected: Some(self.inventory.digests.get(id).to_string()),
                    ..self.blob(Code::DigestMismatch, id, &format!("the bytes were not those that the name says when they were last read, at {at:.0}, and the object is listed as it was then; restore the blob, or delete the object and push again: a push does not replace what is there; --verify all reads it again"))
                },
                Checked::Unreadable(reason) => Finding {
                    severity: Severity::Warning,
                    ..self.blob(Code::UnreadableObject, id, &format!("the object could not be read, which says nothing of its bytes: {reason}"))
                },
                Checked::Proved | Checked::Vouched | Checked::Gone | Checked::Unverifiable => {
                    return None;
                }
            };
            Some(self.draft(finding, id, self.upward.parents(id)))
        })
    }

    fn mismatch(&self, id: DigestId, actual: &Digest, size: u64, zeros_from: u64) -> Finding {
        let edges = self.edges_to(id);
        let said: Vec<u64> = edges.iter().filter_map(|edge| edge.size).collect();
        let types = edges.iter().map(|edge| edge.media_type.map(|name| self.graph.name_text(name)));
        let damage = Damage::of(&Wrong {
            size,
            zeros_from,
            is_known: self.inventory.digests.find(actual).is_some(),
            said: &said,
            may_be_tar: types.flatten().any(|name| name.ends_with("tar")),
        });
        let message = format!(
            "the bytes are not those that the name says, by two readings{damage}; restore the blob, or delete the object and push again: a push does not replace what is there"
        );
        Finding {
            expected: Some(self.inventory.digests.get(id).to_string()),
            actual: Some(actual.to_string()),
            ..self.blob(Code::DigestMismatch, id, &message)
        }
    }

    /// What manifests say of a blob, if their own bytes can be believed.
    fn edges_to(&self, id: DigestId) -> Vec<&Edge> {
        let parents = self.upward.parents(id).iter();
        let is_true = |parent: &&DigestId| !self.graph.checksums.is_wrong(**parent);
        let edges = parents.filter(is_true).flat_map(|&parent| self.graph.edges(parent));
        edges.filter(|edge| self.graph.stored_as(self.inventory, edge.to) == Some(id)).collect()
    }

    /// By blob and by what is said of it: whoever says otherwise is not concerned.
    fn wrong_sizes(&self) -> impl Iterator<Item = Draft> {
        let mut said: BTreeMap<(DigestId, u64), Vec<DigestId>> = BTreeMap::new();
        let mut has_a_said_size = vec![false; self.inventory.digests.len()];
        for (parent, node) in self.graph.true_nodes() {
            for edge in &node.edges {
                let stored = self.graph.stored_as(self.inventory, edge.to);
                let (Some(id), Some(size)) = (stored, edge.size) else {
                    continue;
                };
                match self.inventory.blob(id).map(|blob| blob.size) {
                    Some(actual) if actual == size => has_a_said_size[id.index()] = true,
                    Some(actual) if !self.is_empty(id, actual) => {
                        said.entry((id, size)).or_default().push(parent);
                    }
                    _ => {}
                }
            }
        }
        said.into_iter().map(move |((id, size), mut parents)| {
            parents.sort_unstable();
            parents.dedup();
            let is_wrong = self.graph.checksums.is_wrong(id);
            let is_vouched_for =
                self.graph.checksums.is_proved(id) || self.graph.checksums.is_vouched_for(id) || has_a_said_size[id.index()];
            let message = if is_vouched_for && !is_wrong {
                "a manifest gives the blob another size, and what else is known speaks for the blob; leave it, and build and push that image anew"
            } else {
                "the object is not as long as its descriptor says; if its bytes are wrong too (--verify all), restore the blob, or delete the object and push again: a push does not replace what is there"
            };
            let finding = Finding {
                expected: Some(size.to_string()),
                actual: self.inventory.blob(id).map(|blob| blob.size.to_string()),
                ..self.blob(Code::SizeMismatch, id, message)
            };
            self.draft(finding, id, &parents)
        })
    }

    fn bad_manifests(&self) -> impl Iterator<Item = Draft> {
        self.graph.contents().filter_map(|(id, content)| {
            let size = self.inventory.blob(id).map_or(0, |blob| blob.size);
            if self.graph.checksums.is_wrong(id) || self.is_empty(id, size) {
                return None;
            }
            let finding = match content {
                Content::Invalid(reason) if self.is_guess(id) => self.unknown(id, reason),
                Content::TooLarge { .. } if self.is_guess(id) => {
                    self.unknown(id, "too large for a manifest")
                }
                Content::Invalid(reason) => self.invalid(id, Severity::Error, reason),
                Content::TooLarge { limit, .. } => Finding {
                    expected: Some(format!("at most {limit}")),
                    actual: Some(size.to_string()),
                    ..self.invalid(
                        id,
                        Severity::Error,
                        "larger than any manifest may be, and not read",
                    )
                },
                Content::Manifest(node) => self.odd_manifest(id, node)?,
                Content::Absent | Content::Unreadable(_) | Content::Failed => return None,
            };
            Some(self.draft(finding, id, &[id]))
        })
    }

    fn odd_manifest(&self, id: DigestId, node: &Node) -> Option<Finding> {
        if let Some(first) = node.problems.first() {
            let reason = match node.problems.len() {
                1 => first.clone(),
                count => format!("{first}, and {} more", count - 1),
            };
            return Some(self.invalid(id, Severity::Warning, &reason));
        }
        (node.kind == ManifestKind::Unknown).then(|| {
            let media_type = node.media_type.map_or("none", |name| self.graph.name_text(name));
            self.unknown(id, &format!("its media type is {media_type:?}"))
        })
    }

    fn invalid(&self, id: DigestId, severity: Severity, reason: &str) -> Finding {
        let message = format!(
            "{reason}; build and push it anew, or delete it through the registry; what it refers to is not known for sure, so nothing that its repositories link is called orphaned"
        );
        Finding { severity, ..self.blob(Code::InvalidManifest, id, &message) }
    }

    fn unknown(&self, id: DigestId, reason: &str) -> Finding {
        let message = format!(
            "a manifest of a kind not known here ({reason}); nothing that its repositories link is called orphaned"
        );
        Finding { severity: Severity::Info, ..self.blob(Code::UnknownMediaType, id, &message) }
    }

    /// Whether only an index's entry of unknown media type made anybody read this as a manifest.
    /// Such an entry is no error (image-spec, image-index.md, "manifests").
    fn is_guess(&self, id: DigestId) -> bool {
        let parents = self.upward.parents(id).iter().flat_map(|&parent| self.graph.edges(parent));
        let mut edges = parents.filter(|edge| edge.to == id);
        self.upward.repositories(id).is_empty()
            && self.upward.tags(id).is_empty()
            && edges.all(|edge| edge.role != crate::graph::EdgeRole::Child)
    }

    fn bad_link(&self, link: Link, fault: &LinkFault) -> Draft {
        let inventory = self.inventory;
        let expected = inventory.linked(link).map(|id| inventory.digests.get(id).to_string());
        let (message, actual) = match fault {
            LinkFault::Content(LinkContent::Empty) => ("the link is empty", None),
            LinkFault::Content(LinkContent::Untidy(digest)) => (
                "the link has white space around its digest, which registries refuse",
                Some(digest.to_string()),
            ),
            LinkFault::Content(_) => ("the link does not say a digest", None),
            LinkFault::OtherDigest(digest) => {
                ("the link says another digest than its path", Some(digest.to_string()))
            }
            LinkFault::OtherBlob(digest) => (
                "the link says another blob than other repositories' links do, and theirs is stored and as long as manifests say",
                Some(digest.to_string()),
            ),
            LinkFault::Unreadable(_) => {
                ("the link could not be read, which says nothing of it", None)
            }
        };
        let (code, severity) = match (fault, link) {
            (LinkFault::Unreadable(_), _) => (Code::UnreadableObject, Severity::Warning),
            (_, Link::History(..)) => (Code::InvalidLink, Severity::Warning),
            _ => (Code::InvalidLink, Severity::Error),
        };
        let repository = inventory.repository_of(link);
        let tag = match link {
            Link::Tag(tag) | Link::History(tag, _) => Some(inventory.tag_row(tag).name.to_string()),
            Link::Layer(..) | Link::Revision(..) | Link::Signature(..) => None,
        };
        let asking = match link {
            // By tags too: a manifest may be linked as a layer.
            Link::Layer(_, id) => self.upward.parents(id).iter().copied().chain([id]).collect(),
            Link::Revision(_, id) | Link::Signature(_, id, _) => vec![id],
            Link::Tag(_) | Link::History(..) => Vec::new(),
        };
        let advice = match (link, fault) {
            (_, LinkFault::Unreadable(reason)) => reason,
            (Link::Tag(_), _) => "push the tag again",
            (Link::History(..), _) => "it is history and may be deleted",
            _ => "delete the link and push the image again",
        };
        let finding = Finding {
            key: Some(inventory.link_key(link)),
            digest: inventory.linked(link).map(|id| inventory.digests.get(id)),
            repository: Some(inventory.repository_name(repository).to_owned()),
            tag,
            expected,
            actual,
            ..Finding::new(code, severity, format!("{message}; {advice}"))
        };
        Draft { finding, asking, only: Some(repository) }
    }

    /// A finding about a blob's object.
    pub(super) fn blob(&self, code: Code, id: DigestId, message: &str) -> Finding {
        let digest = self.inventory.digests.get(id);
        Finding {
            key: Some(self.inventory.data_key(&digest)),
            digest: Some(digest),
            size: self.inventory.blob(id).map(|blob| blob.size),
            ..Finding::new(code, Severity::Error, message)
        }
    }

    /// It concerns whoever asks for the blob by these manifests, or by its own name.
    pub(super) fn draft(&self, finding: Finding, id: DigestId, asking: &[DigestId]) -> Draft {
        let mut asking = asking.to_vec();
        if !self.upward.tags(id).is_empty() || !self.upward.repositories(id).is_empty() {
            asking.push(id);
        }
        asking.sort_unstable();
        asking.dedup();
        Draft { finding, asking, only: None }
    }

    fn is_empty(&self, id: DigestId, size: u64) -> bool {
        size == 0 && self.inventory.blob(id).is_some() && !is_digest_of_nothing(self.inventory, id)
    }
}
