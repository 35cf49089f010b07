//! What is referred to and is not there.
//!
//! One fact, one finding: data that is gone is reported once, under the code of the nearest thing
//! that asks for it, with the tags that it breaks.

use std::collections::BTreeMap;

use super::absent::{self, Absent};
use super::finding::{Code, Finding, Severity};
use super::policy::Policy;
use super::probe::{Askers, Looks, Probe, Standing, Suspicion};
use super::referrers::Draft;
use super::unlinked;
use super::upward::Upward;
use crate::graph::{Content, Graph};
use crate::inventory::{DigestId, Inventory, Link, TagId};

/// What is referred to and does not seem to be there.
#[derive(Debug)]
pub(super) struct Missing<'a> {
    inventory: &'a Inventory,
    graph: &'a Graph,
    upward: &'a Upward<'a>,
    absent: BTreeMap<DigestId, Absent>,
    candidates: Vec<Candidate>,
}

#[derive(Debug)]
struct Candidate {
    code: Code,
    severity: Severity,
    digest: DigestId,
    /// The link that is missing; `None` if it is the data.
    link: Option<Link>,
    tag: Option<TagId>,
    /// The manifests that ask for it.
    asking: Vec<DigestId>,
    suspicion: Suspicion,
}

impl<'a> Missing<'a> {
    pub(super) fn new(
        inventory: &'a Inventory,
        graph: &'a Graph,
        upward: &'a Upward<'a>,
        policy: &'a Policy,
    ) -> Self {
        let (absent, candidates) = (BTreeMap::new(), Vec::new());
        let mut missing = Self { inventory, graph, upward, absent, candidates };
        if policy.trusts_links() {
            missing.absent = absent::find(inventory, graph);
            missing.find_manifests();
            missing.find_references();
            missing.find_links();
        }
        missing
    }

    /// What has to be looked at before more can be said.
    pub(super) fn open_probes<'b>(&'b self, looks: &'b Looks) -> impl Iterator<Item = Probe> + 'b {
        self.candidates.iter().flat_map(|candidate| match self.standing(candidate, looks) {
            Standing::Open(probes) => probes,
            Standing::Confirmed | Standing::Dropped => Vec::new(),
        })
    }

    /// What is missing by all that was looked at.
    pub(super) fn findings<'b>(&'b self, looks: &'b Looks) -> impl Iterator<Item = Draft> + 'b {
        self.candidates
            .iter()
            .filter(|candidate| self.standing(candidate, looks) == Standing::Confirmed)
            .map(|candidate| self.draft(candidate))
    }

    fn standing(&self, candidate: &Candidate, looks: &Looks) -> Standing {
        candidate.suspicion.standing(self.upward, looks)
    }

    /// Manifests without data that a link or a tag names.
    fn find_manifests(&mut self) {
        let absent =
            self.graph.contents().filter(|(_, content)| matches!(content, Content::Absent));
        for (id, _) in absent {
            let links = self.upward.repositories(id);
            if links.is_empty() {
                self.suspect_tags(id);
                continue;
            }
            let asker = |&repository| Probe::Link(Link::Revision(repository, id));
            let askers = Askers::These(links.iter().map(asker).collect());
            self.suspect_data(Code::MissingManifest, Severity::Error, id, vec![id], askers);
        }
    }

    /// Tags that name what has neither link nor data.
    fn suspect_tags(&mut self, id: DigestId) {
        for &tag in self.upward.tags(id) {
            let repository = self.inventory.tag_row(tag).repository;
            self.candidates.push(Candidate {
                code: Code::DanglingTag,
                severity: Severity::Error,
                digest: id,
                link: None,
                tag: Some(tag),
                asking: vec![id],
                suspicion: Suspicion {
                    absent: vec![Probe::Data(id), Probe::Link(Link::Revision(repository, id))],
                    askers: Askers::These(vec![Probe::Tag(tag, id)]),
                },
            });
        }
    }

    /// What manifests refer to, without data.
    fn find_references(&mut self) {
        let mut suspects = Vec::new();
        for (&id, absent) in &self.absent {
            // As a revision its absence has been told.
            if self.upward.repositories(id).is_empty() {
                let asking = absent.asking.clone();
                suspects.push((id, absent.code(), absent.severity, asking));
            }
        }
        for (id, code, severity, asking) in suspects {
            let askers = Askers::LeadingTo(asking.clone());
            self.suspect_data(code, severity, id, asking, askers);
        }
    }

    /// Data that is there, without the repository's link to it.
    fn find_links(&mut self) {
        for (link, asked) in unlinked::find(self.inventory, self.graph) {
            let Some(digest) = self.inventory.linked(link) else {
                continue;
            };
            self.candidates.push(Candidate {
                code: Code::MissingLink,
                severity: asked.severity,
                digest,
                link: Some(link),
                tag: None,
                asking: asked.asking,
                suspicion: Suspicion {
                    absent: vec![Probe::Link(link)],
                    askers: Askers::These(asked.askers),
                },
            });
        }
    }

    fn suspect_data(
        &mut self,
        code: Code,
        severity: Severity,
        digest: DigestId,
        asking: Vec<DigestId>,
        askers: Askers,
    ) {
        let suspicion = Suspicion { absent: self.places(digest, &asking), askers };
        let (link, tag) = (None, None);
        self.candidates.push(Candidate { code, severity, digest, link, tag, asking, suspicion });
    }

    /// Where the data may have come to lie since: under its digest, under what that is an alias
    /// of, or under what a link says that has come too.
    fn places(&self, id: DigestId, asking: &[DigestId]) -> Vec<Probe> {
        let aliases = self.graph.aliases(id);
        let mut places: Vec<_> =
            std::iter::once(&id).chain(aliases).copied().map(Probe::Data).collect();
        if aliases.is_empty() && !self.inventory.digests.is_sha256(id) {
            let repositories = self.upward.repositories_above(asking).into_iter();
            let links = repositories.map(|repository| Link::Layer(repository, id));
            places.extend(links.filter(|&link| !self.inventory.has_link(link)).map(Probe::Link));
        }
        places
    }

    fn draft(&self, candidate: &Candidate) -> Draft {
        Draft {
            finding: self.finding(candidate),
            // A finding about a tag names it already.
            asking: candidate.tag.map_or_else(|| candidate.asking.clone(), |_| Vec::new()),
            only: candidate.link.map(|link| self.inventory.repository_of(link)),
        }
    }

    fn finding(&self, candidate: &Candidate) -> Finding {
        let digest = self.inventory.digests.get(candidate.digest);
        let key = match (candidate.link, candidate.tag) {
            (Some(link), _) => self.inventory.link_key(link),
            (None, Some(tag)) => self.inventory.link_key(Link::Tag(tag)),
            (None, None) => {
                let stored_as = self.graph.aliases(candidate.digest).first();
                let stored_as = stored_as.map(|&id| self.inventory.digests.get(id));
                self.inventory.data_key(stored_as.as_ref().unwrap_or(&digest))
            }
        };
        let repository = match (candidate.link, candidate.tag) {
            (Some(link), _) => Some(self.inventory.repository_of(link)),
            (None, Some(tag)) => Some(self.inventory.tag_row(tag).repository),
            (None, None) => match self.upward.repositories(candidate.digest) {
                &[only] => Some(only),
                _ => None,
            },
        };
        Finding {
            key: Some(key),
            size: candidate
                .link
                .map_or_else(|| self.absent.get(&candidate.digest)?.size(), |_| None),
            repository: repository.map(|id| self.inventory.repository_name(id).to_owned()),
            tag: candidate.tag.map(|tag| self.inventory.tag_row(tag).name.to_string()),
            digest: Some(digest),
            ..Finding::new(candidate.code, candidate.severity, message(candidate))
        }
    }
}

fn message(candidate: &Candidate) -> &'static str {
    match (candidate.code, candidate.severity) {
        (Code::MissingManifest, _) => {
            "the revision is linked and its manifest is not stored; push it again before the next garbage collection, which would take its layers, or delete the revision"
        }
        (Code::DanglingTag, _) => {
            "the tag names a manifest that is neither linked nor stored; push it again, or delete the tag"
        }
        (Code::MissingChild, Severity::Warning) => {
            "an entry of an index is not stored, as in a sparse index: its platform cannot be pulled; push it again if it is wanted"
        }
        (Code::MissingChild, _) => "no entry of the index is stored; push it again",
        (Code::MissingLink, Severity::Warning) => {
            "the data is stored, the repository's link to it is not; clients can do without it; push it again if it is wanted"
        }
        (Code::MissingLink, _) if matches!(candidate.link, Some(Link::Revision(..))) => {
            "the manifest is stored, the repository's link to it is not: pulls answer 404; push it again before the next garbage collection, which does not see it"
        }
        (Code::MissingLink, _) => {
            "the data is stored, the repository's link to it is not: pulls answer 404; push the image again, or mount the blob"
        }
        (_, Severity::Warning) => {
            "the blob is not stored; clients that use the descriptor's inline data can do without it"
        }
        _ if matches!(candidate.suspicion.absent.last(), Some(Probe::Link(_))) => {
            "neither the blob nor a link that says under which SHA-256 it lies is there; push an image that has it"
        }
        _ => "the blob is not stored; push an image that has it, or restore it from a backup",
    }
}
