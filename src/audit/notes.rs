//! What is worth knowing.

use super::blobs::BlobColumns;
use super::finding::{Code, Finding, Severity};
use super::policy::Policy;
use super::product::{HARBOR_SYSTEM_REPOSITORY, Product};
use super::verdict::Verdict;
use crate::inventory::{Inventory, Stray};

/// Every note, in no order.
pub(super) fn findings(
    inventory: &Inventory,
    policy: &Policy,
    columns: &BlobColumns,
) -> Vec<Finding> {
    let mut findings = products(inventory, policy);
    // What angos writes is no stray of its own registry's.
    if !policy.products.contains(&Product::Angos) {
        findings.extend(inventory.strays().iter().map(stray));
    }
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
                "nothing that could be read reaches the blob, and something that could refer to it is missing, kept elsewhere, could not be read or is not understood; settle that, and audit again",
            );
        }
    }
    findings
}

fn stray(stray: &Stray) -> Finding {
    let is_data = stray.key.contains("docker/registry/v2/blobs/") && stray.key.ends_with("/data");
    let message = if is_data {
        // `Enumerate` in Distribution's registry/storage/blobstore.go reads a digest from each.
        "a blob's data in the wrong place, which stops garbage collection; see whether the blob is missing at its own before you move it away"
    } else {
        "the registry does not write such a key; find out whose it is, and move it elsewhere"
    };
    Finding {
        key: Some(stray.key.clone()),
        size: Some(stray.size),
        ..Finding::new(Code::StrayObject, Severity::Info, message)
    }
}

/// Registries that keep part of their books elsewhere.
fn products(inventory: &Inventory, policy: &Policy) -> Vec<Finding> {
    let note = |severity, message: String| Finding::new(Code::ForeignRegistry, severity, message);
    let mut findings = Vec::new();
    if let Some(reason) = policy.withholds_orphans(inventory) {
        findings.push(note(Severity::Warning, format!("{reason}: nothing is called orphaned, missing or untagged from the bucket alone; give the digests that are in use by --keep-digests")));
    } else if !policy.trusts_links() {
        findings.push(note(Severity::Warning, "the registry keeps its books elsewhere: orphaned means named neither in the bucket nor by --keep-digests".to_owned()));
    }
    let has_revisions = inventory.revisions().next().is_some();
    let is_harbor = policy.products.contains(&Product::Harbor);
    if is_harbor {
        let artifacts = if policy.has_keep_list {
            "called orphaned where --keep-digests does not name them"
        } else {
            "left undecided unless --keep-digests names them"
        };
        findings.push(note(Severity::Info, format!("Harbor: its database may know tags that the bucket does not (from 2.15 on it writes none), so nothing is called untagged or reclaimable for want of a tag; artifacts of its own under {HARBOR_SYSTEM_REPOSITORY} are {artifacts}")));
    } else if policy.trusts_links() && has_revisions && !policy.trusts_tags(inventory) {
        findings.push(note(Severity::Warning, "manifests are stored and no tag is: Harbor from 2.15 on keeps tags in its database; nothing is called untagged or reclaimable for want of a tag".to_owned()));
    }
    findings
}
