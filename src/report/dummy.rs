//! Reports to look at, one for each state that a bucket may be in.

use jiff::Timestamp;
use serde_json::json;

use super::{Report, Requests, Source};
use crate::audit::{
    Audit, BlobRow, Code, Finding, Kind, Proof, Pullable, RepositoryRow, Severity, Sum, TagRow,
    Totals, Verdict, Verification,
};
use crate::oci::Digest;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A name that tries everything: escape sequences, line breaks, a turned-around extension, markup,
/// a formula, a shell's substitution, a quote, the separators of tables.
pub(super) const HOSTILE: &str = "=cmd|' /C calc'!A0,\"\x1b[2J\x1b[31m\u{9b}1m\r\n\u{202e}gpj.exe\u{feff}<script>alert(1)</script>$(reboot);\\u{41}\t日本\u{e0041}";

/// The digest of these bytes.
pub(super) fn digest(bytes: impl AsRef<[u8]>) -> Digest {
    Digest::sha256_of(bytes.as_ref())
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const fn sum(count: u64, bytes: u64) -> Sum {
    Sum { count, bytes }
}

fn report(audit: Audit) -> Report {
    let options = json!({
        "endpoint-url": "http://127.0.0.1:9000",
        "min-age": "24h",
        "roots": "revisions",
        "verify": "manifests",
    });
    Report {
        source: Source {
            uri: "s3://registry/zarf-registry".to_owned(),
            layout: "distribution-v2".to_owned(),
            root: "zarf-registry".to_owned(),
            product: None,
        },
        started_at: time("2026-03-01T02:00:00.25Z"),
        as_of: time("2026-03-01T02:00:07.5Z"),
        finished_at: time("2026-03-01T02:00:41.75Z"),
        options: options.as_object().unwrap().clone(),
        outside: Vec::new(),
        requests: Requests { list: 21, get: 527, head: 3, bytes_read: 3_254_780 },
        audit,
    }
}

/// Nothing wrong: some garbage that is too young to be called so.
pub(super) fn healthy() -> Report {
    report(Audit {
        totals: Totals {
            objects: sum(20_511, 38 * GIB + 776_000),
            blobs: sum(9_569, 38 * GIB),
            by_verdict: [
                sum(9_000, 36 * GIB),
                sum(565, 2 * GIB - 12 * MIB),
                sum(0, 0),
                sum(4, 12 * MIB),
                sum(0, 0),
                sum(0, 0),
            ],
            reclaimable_by_revisions: sum(0, 0),
            reclaimable_by_tags: sum(565, 2 * GIB - 12 * MIB),
            by_kind: [
                sum(8_515, 38 * GIB - 4 * MIB),
                sum(527, 3 * MIB),
                sum(500, MIB - 4096),
                sum(27, 4096),
                sum(0, 0),
            ],
            links: sum(10_942, 776_000),
            repositories: 12,
            tags: 214,
            manifests: 527,
            ..Totals::default()
        },
        verification: Verification {
            listing: sum(9_042, 38 * GIB - MIB),
            etag: sum(10_931, 776_101),
            checksum: sum(0, 0),
            bytes: sum(538, 3_254_780),
        },
        ..Audit::default()
    })
}

/// A bucket without an object.
pub(super) fn empty() -> Report {
    let mut report = report(Audit::default());
    report.source.root = String::new();
    report.finished_at = report.started_at;
    report.requests = Requests { list: 1, ..Requests::default() };
    report
}

/// A finding of every code, with the evidence that each carries.
pub(super) fn damaged() -> Report {
    let mut report = healthy();
    report.source.product = Some("harbor".to_owned());
    report.outside = vec![
        ("backups/".to_owned(), sum(30, 2 * GIB)),
        ("logs/".to_owned(), sum(3_000, 9 * MIB)),
        ("velero/".to_owned(), sum(12, 70 * GIB)),
        (String::new(), sum(1, 13)),
    ];
    let audit = &mut report.audit;
    audit.totals.outside = sum(3_043, 72 * GIB + 9 * MIB + 13);
    audit.totals.uploads = sum(9, 3 * MIB);
    audit.totals.strays = sum(2, 1_311);
    audit.totals.auxiliary = sum(3, 0);
    audit.totals.objects = sum(23_568, 110 * GIB + 12 * MIB + 777_324);
    audit.totals.by_verdict = [
        sum(6_120, 30 * GIB),
        sum(3_000, 5 * GIB),
        sum(2, 100),
        sum(2, 12 * MIB - 100),
        sum(0, 0),
        sum(445, 3 * GIB - 12 * MIB),
    ];
    audit.totals.reclaimable_by_revisions = sum(445, 3 * GIB - 12 * MIB);
    audit.totals.reclaimable_by_tags = sum(3_445, 8 * GIB - 12 * MIB);
    audit.findings = findings();
    audit.repositories = repositories();
    audit.tags = tags();
    report
}

/// One page did not arrive, and one manifest could not be read for a reason of the moment.
pub(super) fn incomplete() -> Report {
    let mut report = damaged();
    let audit = &mut report.audit;
    let orphaned = std::mem::take(&mut audit.totals.by_verdict[5]);
    audit.totals.by_verdict[4] = orphaned;
    audit.totals.reclaimable_by_revisions = sum(0, 0);
    audit.totals.reclaimable_by_tags = sum(0, 0);
    audit.findings.retain(|finding| finding.code != Code::OrphanedBlob);
    audit.incomplete_because = [
        "list s3://registry/zarf-registry/docker/registry/v2/repositories/: 403 AccessDenied; allow s3:ListBucket on the bucket arn:aws:s3:::registry for this prefix",
        "read zarf-registry/docker/registry/v2/blobs/sha256/7d/…/data: timed out after 5 tries",
        "read zarf-registry/docker/registry/v2/blobs/sha256/7e/…/data: timed out after 5 tries",
    ]
    .map(str::to_owned)
    .to_vec();
    report
}

/// Every text that comes from outside holds [`HOSTILE`].
pub(super) fn hostile() -> Report {
    let mut report = damaged();
    let name = || HOSTILE.to_owned();
    report.source.uri = format!("s3://registry/{HOSTILE}");
    report.source.root = name();
    report.source.product = Some(name());
    report.outside = vec![(name(), report.audit.totals.outside)];
    let audit = &mut report.audit;
    audit.incomplete_because = vec![name(), HOSTILE.repeat(5), name()];
    for finding in &mut audit.findings {
        finding.repository = Some(name());
        finding.tag = Some(name());
        finding.key = Some(HOSTILE.repeat(8));
        finding.expected = Some(name());
        finding.actual = Some(name());
        finding.referrers = vec![name(), "=a b".to_owned()];
        finding.message = name();
        if finding.severity == Severity::Error {
            finding.digest = None;
        }
    }
    for row in &mut audit.repositories {
        row.repository = name();
    }
    for row in &mut audit.tags {
        row.repository = name();
        row.tag = name();
        row.media_type = Some(name());
        row.platforms = vec![name(), "linux/arm v7".to_owned()];
    }
    report
}

/// As large as numbers get, and damaged and hostile everywhere.
pub(super) fn vast() -> Report {
    let mut report = hostile();
    let totals = &mut report.audit.totals;
    let huge = sum(200_000_000_000, 3_458_764_513_820_540_928);
    totals.by_verdict = [huge; 6];
    for part in [
        &mut totals.objects,
        &mut totals.blobs,
        &mut totals.reclaimable_by_revisions,
        &mut totals.reclaimable_by_tags,
        &mut totals.links,
        &mut totals.uploads,
        &mut totals.strays,
        &mut totals.auxiliary,
        &mut totals.outside,
    ] {
        *part = sum(1_200_000_000_000, u64::MAX);
    }
    for part in [&mut totals.repositories, &mut totals.tags, &mut totals.manifests] {
        *part = 200_000_000_000;
    }
    let proofs = &mut report.audit.verification;
    for part in [&mut proofs.listing, &mut proofs.etag, &mut proofs.checksum, &mut proofs.bytes] {
        *part = huge;
    }
    report.requests =
        Requests { list: u64::MAX, get: u64::MAX, head: u64::MAX, bytes_read: u64::MAX };
    report.finished_at = time("2027-03-01T02:00:00Z");
    report
}

fn findings() -> Vec<Finding> {
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
        _ if code.category() <= crate::audit::Category::Missing => Severity::Error,
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

fn repositories() -> Vec<RepositoryRow> {
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

fn tags() -> Vec<TagRow> {
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
pub(super) fn blobs() -> Vec<BlobRow<'static>> {
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
