//! What nothing needs. Nothing young is called garbage, and nothing in doubt.

use super::blobs::BlobColumns;
use super::doubt::Doubt;
use super::finding::{Code, Finding, Severity};
use super::policy::{Policy, Roots};
use super::probe::{Askers, Looks, Probe, Standing, Suspicion};
use super::product::HARBOR_SYSTEM_REPOSITORY;
use super::reach::Reach;
use super::relations::Relations;
use super::upward::Upward;
use super::verdict::Verdict;
use crate::graph::{Graph, Target};
use crate::inventory::{DigestId, Inventory, Link, RepositoryId};
use crate::oci::tag_schema;

/// What garbage is found by.
#[derive(Debug)]
pub(super) struct Garbage<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) graph: &'a Graph,
    pub(super) upward: &'a Upward<'a>,
    pub(super) doubt: &'a Doubt,
    pub(super) policy: &'a Policy,
}

impl Garbage<'_> {
    /// Links to data that is gone and that no manifest asks for. The registry's own collection
    /// leaves them behind.
    pub(super) fn dangling_links(&self) -> Vec<(Link, Suspicion)> {
        if !self.policy.trusts_links() {
            return Vec::new();
        }
        let layers =
            self.inventory.layers().map(|(repository, id)| (Link::Layer(repository, id), id));
        let signatures = self
            .inventory
            .signatures()
            .map(|(repository, revision, id)| (Link::Signature(repository, revision, id), id));
        let is_dangling = |&(link, id): &(Link, DigestId)| {
            self.graph.stored_as(self.inventory, id).is_none()
                && !self.graph.may_be_alias(id)
                && self.graph.content(id).is_none()
                && self.upward.parents(id).is_empty()
                && !self.doubt.covers_repository(self.inventory.repository_of(link))
        };
        let dangling = layers.chain(signatures).filter(is_dangling);
        dangling
            .map(|(link, id)| {
                let askers = Askers::These(vec![Probe::Link(link)]);
                let absent = vec![Probe::Data(id)];
                (link, Suspicion { absent, askers })
            })
            .collect()
    }

    pub(super) fn findings(
        &self,
        columns: &BlobColumns,
        reach: &Reach,
        relations: &Relations<'_>,
        untagged: &[(RepositoryId, DigestId)],
        looks: &Looks,
    ) -> Vec<Finding> {
        let mut findings = self.orphaned_blobs(columns);
        for (link, suspicion) in self.dangling_links() {
            if suspicion.standing(self.upward, looks) == Standing::Confirmed {
                findings.push(self.link(Code::DanglingLink, link, "the link's data is gone and no manifest asks for it; harmless, and it may be deleted"));
            }
        }
        self.tags(&mut findings);
        self.uploads(&mut findings);
        if self.policy.trusts_links() {
            self.untagged_manifests(untagged, reach, &mut findings);
            self.orphaned_referrers(reach, relations, &mut findings);
            self.empty_repositories(&mut findings);
        }
        findings
    }

    fn orphaned_blobs(&self, columns: &BlobColumns) -> Vec<Finding> {
        let is_orphaned = |id: DigestId| columns.verdicts[id.index()] == Verdict::Orphaned;
        let orphaned = self.inventory.blobs().filter(|&(id, _)| is_orphaned(id));
        orphaned
            .map(|(id, blob)| {
                let digest = self.inventory.digests.get(id);
                Finding {
                    key: Some(self.inventory.data_key(&digest)),
                    digest: Some(digest),
                    size: Some(blob.size),
                    ..Finding::new(Code::OrphanedBlob, Severity::Warning, "nothing reaches the blob; the registry's garbage collection would delete it")
                }
            })
            .collect()
    }

    fn untagged_manifests(
        &self,
        untagged: &[(RepositoryId, DigestId)],
        reach: &Reach,
        findings: &mut Vec<Finding>,
    ) {
        if !self.policy.trusts_tags(self.inventory) {
            return;
        }
        let severity = match self.policy.roots {
            Roots::Revisions => Severity::Info,
            Roots::Tags => Severity::Warning,
        };
        for &(repository, id) in untagged {
            let Some(blob) = self.inventory.blob(id) else {
                continue;
            };
            let written = self.inventory.revision_time(repository, id);
            let is_sure = !self.doubt.covers_repository(repository);
            let reached = reach.of_digest(id);
            let is_needed = reached.from_list || reached.is_in_grace();
            if !self.policy.is_old(written) || !is_sure || is_needed {
                continue;
            }
            let link = Link::Revision(repository, id);
            findings.push(Finding {
                severity,
                size: Some(blob.size),
                ..self.link(Code::UntaggedManifest, link, "no tag of the repository reaches the manifest; collecting with tags as roots would delete it")
            });
        }
    }

    fn tags(&self, findings: &mut Vec<Finding>) {
        for (tag, row) in self.inventory.tags() {
            // Whoever pushes a tag writes its history first.
            let is_old = |&id: &DigestId| self.policy.is_old(self.inventory.history_time(tag, id));
            let Some(current) = row.current else {
                if !self.inventory.history_of(tag).all(|id| is_old(&id)) {
                    continue;
                }
                let repository = self.inventory.repository_name(row.repository).to_owned();
                findings.push(Finding {
                    key: Some(self.inventory.link_key(Link::Tag(tag))),
                    repository: Some(repository),
                    tag: Some(row.name.to_string()),
                    ..Finding::new(Code::GhostTag, Severity::Info, "only the tag's history is left; it shows in tag lists and cannot be pulled; delete the folder")
                });
                continue;
            };
            let Some(Target::Digest(target)) = self.graph.target(tag) else {
                continue;
            };
            if !self.policy.is_old(current.last_modified) {
                continue;
            }
            let moved_on = |id: &DigestId| id != target && is_old(id);
            for id in self.inventory.history_of(tag).filter(moved_on) {
                findings.push(self.link(
                    Code::StaleTagHistory,
                    Link::History(tag, id),
                    "the tag has moved on from this digest; the link keeps nothing alive",
                ));
            }
        }
    }

    fn uploads(&self, findings: &mut Vec<Finding>) {
        let stale = self.inventory.uploads().iter().filter(|row| self.policy.is_old(row.newest));
        findings.extend(stale.map(|upload| {
            let repository = self.inventory.repository_name(upload.repository).to_owned();
            Finding {
                key: Some(self.inventory.upload_key(upload)),
                repository: Some(repository),
                size: Some(upload.sum.bytes),
                ..Finding::new(Code::StaleUpload, Severity::Warning, "the upload was never finished; the registry's upload purging deletes it where it is enabled")
            }
        }));
    }

    /// Referrers and cosign's tags whose subject is gone. A subject may come after its referrers.
    fn orphaned_referrers(
        &self,
        reach: &Reach,
        relations: &Relations<'_>,
        findings: &mut Vec<Finding>,
    ) {
        if !self.graph.failures().is_empty() {
            return;
        }
        // What is linked and not stored is missing, and may be restored: that has been told.
        let is_gone = |id: DigestId| !reach.of_digest(id).is_any() && !self.doubt.covers(id);
        let message = "what it signs or describes is gone; delete it through the registry, unless that comes back";
        for (subject, referrers) in relations.subjects().filter(|&(subject, _)| is_gone(subject)) {
            let is_true = |id: &&DigestId| !self.graph.checksums.is_wrong(**id);
            for &id in referrers.iter().filter(is_true) {
                for &repository in self.upward.repositories(id) {
                    if self.policy.is_old(self.inventory.revision_time(repository, id)) {
                        let link = Link::Revision(repository, id);
                        let expected = Some(self.inventory.digests.get(subject).to_string());
                        let size = self.inventory.blob(id).map(|blob| blob.size);
                        let finding = self.link(Code::OrphanedReferrer, link, message);
                        findings.push(Finding { size, expected, ..finding });
                    }
                }
            }
        }
        for (tag, row) in self.inventory.tags() {
            let Some(subject) = tag_schema::cosign_subject(&row.name) else {
                continue;
            };
            let is_old = row.current.is_some_and(|link| self.policy.is_old(link.last_modified));
            if is_old && self.inventory.digests.find(&subject).is_none_or(is_gone) {
                let finding = self.link(Code::OrphanedReferrer, Link::Tag(tag), message);
                findings.push(Finding { expected: Some(subject.to_string()), ..finding });
            }
        }
    }

    fn empty_repositories(&self, findings: &mut Vec<Finding>) {
        let mut is_used = vec![false; self.inventory.repositories().count()];
        for (repository, _) in self.inventory.revisions() {
            is_used[repository.index()] = true;
        }
        for (_, tag) in self.inventory.tags() {
            is_used[tag.repository.index()] = true;
        }
        for (id, name) in self.inventory.repositories() {
            // A push under way has uploads or layers, and no manifest yet.
            let is_empty =
                !is_used[id.index()] && self.policy.is_old(self.inventory.last_written(id));
            if is_empty && !name.starts_with(HARBOR_SYSTEM_REPOSITORY) {
                findings.push(Finding {
                    repository: Some(name.to_owned()),
                    ..Finding::new(
                        Code::EmptyRepository,
                        Severity::Info,
                        "the repository has neither manifests nor tags",
                    )
                });
            }
        }
    }

    fn link(&self, code: Code, link: Link, message: &str) -> Finding {
        let tag = match link {
            Link::Tag(tag) | Link::History(tag, _) => Some(tag),
            Link::Layer(..) | Link::Revision(..) | Link::Signature(..) => None,
        };
        let repository = self.inventory.repository_of(link);
        let digest = self.inventory.linked(link).or_else(|| match self.graph.target(tag?) {
            Some(Target::Digest(id)) => Some(*id),
            _ => None,
        });
        Finding {
            key: Some(self.inventory.link_key(link)),
            digest: digest.map(|id| self.inventory.digests.get(id)),
            repository: Some(self.inventory.repository_name(repository).to_owned()),
            tag: tag.map(|tag| self.inventory.tag_row(tag).name.to_string()),
            ..Finding::new(code, Severity::Info, message)
        }
    }
}
