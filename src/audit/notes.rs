//! What is worth knowing.

use super::blobs::BlobColumns;
use super::finding::{Code, Finding, Severity};
use super::garbage::keeps_tags_in_bucket;
use super::policy::Policy;
use super::verdict::Verdict;
use crate::inventory::Inventory;

/// Every note, in no order.
pub(super) fn findings(
    inventory: &Inventory,
    policy: &Policy,
    columns: &BlobColumns,
) -> Vec<Finding> {
    let mut findings = products(inventory, policy);
    findings.extend(inventory.strays().iter().map(|stray| Finding {
        key: Some(stray.key.clone()),
        size: Some(stray.size),
        ..Finding::new(
            Code::StrayObject,
            Severity::Info,
            "the registry does not write such a key; no registry reads it",
        )
    }));
    for (id, blob) in inventory.blobs() {
        let digest = inventory.digests.get(id);
        let mut note = |code, message: &str| {
            findings.push(Finding {
                key: Some(inventory.data_key(&digest)),
                digest: Some(digest.clone()),
                size: Some(blob.size),
                ..Finding::new(code, Severity::Info, message)
            });
        };
        if !digest.is_verifiable() {
            note(
                Code::UnverifiableDigest,
                "the digest's algorithm is not known here, so the bytes cannot be checked",
            );
        }
        if columns.verdicts[id.index()] == Verdict::Undecided {
            note(
                Code::UndecidedBlob,
                "nothing that could be read reaches the blob, and something that could refer to it could not be read or understood",
            );
        }
    }
    findings
}

/// Registries that keep part of their books elsewhere.
fn products(inventory: &Inventory, policy: &Policy) -> Vec<Finding> {
    let note = |severity, message: String| Finding::new(Code::ForeignRegistry, severity, message);
    let mut findings = Vec::new();
    if let Some(reason) = policy.withholds_orphans() {
        findings.push(note(Severity::Warning, format!("{reason}: nothing is called orphaned, missing or untagged from the bucket alone; give the database's digests by --keep-digests")));
    } else if !policy.trusts_links() {
        findings.push(note(Severity::Warning, "the registry keeps its books elsewhere: orphaned means named neither in the bucket nor by --keep-digests".to_owned()));
    }
    let has_revisions = inventory.revisions().next().is_some();
    if policy.trusts_links() && has_revisions && !keeps_tags_in_bucket(inventory) {
        findings.push(note(Severity::Warning, "manifests are stored and no tag is: Harbor from 2.15 on keeps tags in its database; nothing is called reclaimable for want of a tag".to_owned()));
    }
    if policy.products.contains(&super::product::Product::Harbor) {
        findings.push(note(Severity::Info, "Harbor: its database may know tags that the bucket does not, and artifacts of its own under sys_harb0r/ are left undecided unless --keep-digests names them".to_owned()));
    }
    findings
}
