//! Findings of every code, and rows of every table.

use super::{GIB, HOSTILE, MIB, time};
use crate::audit::{
    BlobRow, Category, Code, Finding, Kind, Proof, Pullable, RepositoryRow, Severity, TagRow,
    Verdict,
};
use crate::oci::Digest;

/// The digest of these bytes.
fn digest(bytes: impl AsRef<[u8]>) -> Digest {
    Digest::sha256_of(bytes.as_ref())
}

pub(super) fn findings() -> Vec<Finding> {
    let mut findings: Vec<_> = Code::ALL.iter().copied().map(finding).collect();
    findings.push(Finding {
        digest: Some(digest("sparse")),
        referrers: vec!["library/multi:2".to_owned()],
        ..Finding::new(
            Code::MissingChild,
            Severity::Warning,
            "linux/s390x of an index is not stored; other platforms are",
        )
    });
    findings.extend((1..445).map(|index: u64| Finding {
        digest: Some(digest(index.to_le_bytes())),
        key: Some(key(&digest(index.to_le_bytes()))),
        size: Some(index * 32_323),
        ..finding(Code::OrphanedBlob)
    }));
    findings.sort_by_key(|finding| (finding.category(), finding.severity, finding.code));
    findings
}

fn key(digest: &Digest) -> String {
    let hex = digest.encoded();
    format!("zarf-registry/docker/registry/v2/blobs/sha256/{}/{hex}/data", &hex[..2])
}

/// A finding of this code with the evidence that it carries.
fn finding(code: Code) -> Finding {
    use Code as C;
    let severity = match code {
        C::UnreadableObject | C::OrphanedBlob | C::StaleUpload => Severity::Warning,
        _ if code.category() <= Category::Missing => Severity::Error,
        _ => Severity::Info,
    };
    let named = digest(code.as_str());
    let text = |text: &str| Some(text.to_owned());
    let mut finding = Finding {
        key: Some(key(&named)),
        digest: Some(named.clone()),
        ..Finding::new(code, severity, format!("what {code} means here, and what to do"))
    };
    match code {
        C::DigestMismatch => {
            finding.size = Some(3 * GIB / 2);
            finding.expected = Some(named.to_string());
            finding.actual = Some(digest("other").to_string());
            finding.referrers = (0..100).map(|n| format!("library/app:v{n:03}")).collect();
        }
        C::SizeMismatch => {
            finding.size = Some(1_024);
            finding.expected = text("30382592");
            finding.actual = text("1024");
            finding.referrers = vec!["library/app:v1".to_owned(), "library/web:2".to_owned()];
        }
        C::OrphanedBlob => finding.size = Some(GIB),
        C::MissingBlob => {
            finding.size = Some(29 * MIB);
            finding.referrers = vec!["library/busybox:v1.37.0".to_owned()];
        }
        C::DanglingTag | C::GhostTag => {
            finding.repository = text("redhat/ubi/ubi9-minimal");
            finding.tag = text("9.7");
        }
        C::StrayObject => {
            finding.digest = None;
            finding.key = text("zarf-registry/docker/registry/v2/blobs/sha256/README");
            finding.size = Some(1_297);
        }
        C::EmptyRepository | C::ForeignRegistry => {
            finding.digest = None;
            finding.key = None;
            finding.repository = text("library/nothing");
        }
        _ => finding.repository = text("library/app"),
    }
    finding
}

pub(super) fn repositories() -> Vec<RepositoryRow> {
    vec![RepositoryRow {
        repository: "library/busybox".to_owned(),
        tags: 3,
        manifests: 12,
        untagged_manifests: 4,
        logical_bytes: 9_000,
        unique_bytes: 8_000,
        exclusive_bytes: 700,
        untagged_bytes: 600,
        upload_bytes: 5,
        broken_tags: 1,
        last_pushed: Some(time("2026-02-28T23:59:59Z")),
    }]
}

pub(super) fn tags() -> Vec<TagRow> {
    let tag = TagRow {
        repository: "library/busybox".to_owned(),
        tag: "v1.37.0".to_owned(),
        digest: Some(digest("index")),
        media_type: Some("application/vnd.oci.image.index.v1+json".to_owned()),
        platforms: vec!["linux/amd64".to_owned(), "linux/arm/v7".to_owned()],
        size: 2_211_000,
        exclusive_bytes: 1_297,
        pullable: Pullable::Partial,
        last_modified: Some(time("2026-02-28T23:59:59.123Z")),
    };
    let unknown = TagRow {
        tag: "broken".to_owned(),
        digest: None,
        media_type: None,
        platforms: Vec::new(),
        size: 0,
        exclusive_bytes: 0,
        pullable: Pullable::Unknown,
        last_modified: None,
        ..tag.clone()
    };
    vec![unknown, tag]
}

/// Two blobs: one of which all is known, one of which nothing is.
pub(in crate::report) fn blobs() -> Vec<BlobRow<'static>> {
    vec![
        BlobRow {
            digest: digest("index"),
            size: 2_211,
            last_modified: Some(time("2026-02-28T23:59:59Z")),
            storage_class: Some("STANDARD"),
            kind: Kind::Index,
            media_type: Some("application/vnd.oci.image.index.v1+json"),
            verdict: Verdict::Tagged,
            repositories: 2,
            references: 1,
            verified: Proof::Bytes,
            key: key(&digest("index")),
        },
        BlobRow {
            digest: "blake3:af1349b9".parse().unwrap(),
            size: 0,
            last_modified: None,
            storage_class: Some("@SUM(1)"),
            kind: Kind::Other,
            media_type: None,
            verdict: Verdict::Recent,
            repositories: 0,
            references: 0,
            verified: Proof::None,
            key: HOSTILE.to_owned(),
        },
    ]
}
