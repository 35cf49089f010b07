//! The findings that concern what was asked about.

use std::collections::HashSet;

use super::find::Found;
use super::view::View;
use crate::audit::{Category, Finding};
use crate::inventory::DigestId;

/// The findings on what was found; for a manifest, also those that break what it is made of.
pub(super) fn findings<'a>(view: &View<'a>, found: &Found) -> Vec<&'a Finding> {
    let asked = Asked {
        view,
        found,
        repository: found.repository.map(|id| view.repository(id)),
        tag: found.tag.map(|tag| &*view.inventory.tag_row(tag).name),
        parts: found.digest.map(|id| parts(view, id)).unwrap_or_default(),
    };
    view.audit.findings.iter().filter(|finding| asked.is_concerned_by(finding)).collect()
}

struct Asked<'v, 'a> {
    view: &'v View<'a>,
    found: &'v Found,
    repository: Option<&'a str>,
    tag: Option<&'a str>,
    /// The digest that was found, and all that it refers to.
    parts: HashSet<DigestId>,
}

impl Asked<'_, '_> {
    fn is_concerned_by(&self, finding: &Finding) -> bool {
        self.is_at_key(finding) || self.is_on_tag(finding) || self.is_on_digest(finding)
    }

    /// Of an upload, one key is named for all.
    fn is_at_key(&self, finding: &Finding) -> bool {
        let (Some(asked), Some(key)) = (&self.found.key, &finding.key) else {
            return false;
        };
        asked == key || upload(asked).is_some_and(|upload| Some(upload) == self::upload(key))
    }

    fn is_on_tag(&self, finding: &Finding) -> bool {
        self.tag.is_some()
            && finding.tag.as_deref() == self.tag
            && finding.repository.as_deref() == self.repository
    }

    /// What another repository lacks breaks nothing in the one that was asked about.
    fn is_on_digest(&self, finding: &Finding) -> bool {
        let digests = &self.view.inventory.digests;
        let Some(id) = finding.digest.as_ref().and_then(|digest| digests.find(digest)) else {
            return false;
        };
        let breaks = matches!(finding.category(), Category::Corrupt | Category::Missing);
        let is_elsewhere = self.repository.is_some()
            && finding.repository.is_some()
            && finding.repository.as_deref() != self.repository;
        let is_its_own = Some(id) == self.found.digest && (breaks || finding.tag.is_none());
        !is_elsewhere && (is_its_own || (breaks && self.parts.contains(&id)))
    }
}

/// Everything that a manifest refers to, by itself or through others, and itself.
fn parts(view: &View<'_>, id: DigestId) -> HashSet<DigestId> {
    let mut seen = HashSet::from([id]);
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        let edges = view.graph.edges(id).iter().map(|edge| edge.to);
        stack.extend(
            edges.chain(view.graph.aliases(id).iter().copied()).filter(|&to| seen.insert(to)),
        );
    }
    seen
}

/// The folder of the upload that a key belongs to.
fn upload(key: &str) -> Option<&str> {
    const MARK: &str = "/_uploads/";
    let id = key.find(MARK)? + MARK.len();
    let end = key[id..].find('/')?;
    Some(&key[..id + end])
}
