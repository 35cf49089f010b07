//! Reports to look at, one for each state that a bucket may be in.

mod rows;

use jiff::Timestamp;
use serde_json::json;

pub(super) use self::rows::blobs;
use self::rows::{findings, repositories, tags};
use super::{Report, Requests, Source};
use crate::audit::{Audit, Code, Severity, Sum, Totals, Verification};
use crate::choice::Selection;
use crate::shard::Shard;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A name that tries everything: escape sequences, line breaks, a turned-around extension, markup,
/// a formula, a shell's substitution, a quote, the separators of tables.
pub(super) const HOSTILE: &str = "=cmd|' /C calc'!A0,\"\x1b[2J\x1b[31m\u{9b}1m\r\n\u{202e}gpj.exe\u{feff}<script>alert(1)</script>$(reboot);\\u{41}\t日本\u{e0041}";

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
        shard: None,
        selection: None,
        coverage: None,
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

/// A part of what bytes tell, within a budget.
pub(super) fn verified() -> Report {
    let mut report = damaged();
    report.audit.keep_what_bytes_tell();
    report.shard = Some(Shard::new(3, 16).unwrap());
    report.outside = Vec::new();
    report.selection =
        Some(Selection { eligible: sum(9_000, 36 * GIB), chosen: sum(7_000, 30 * GIB) });
    for (name, value) in [
        ("verify", json!("budget=32212254720")),
        ("verify-since", json!("168h")),
        ("include-orphaned", json!(true)),
    ] {
        report.options.insert(name.to_owned(), value);
    }
    report.audit.verification = Verification {
        listing: sum(2_000, 6 * GIB),
        etag: sum(10_931, 776_101),
        checksum: sum(40, GIB),
        bytes: sum(7_000, 30 * GIB),
    };
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

/// As [`vast`], and a finding that can be explained, by a command of many words.
pub(super) fn vast_with_a_long_command() -> Report {
    let mut report = vast();
    report.source.uri = "s3://registry".to_owned();
    for option in ["endpoint-url", "region", "profile", "ca-bundle"] {
        let value = format!("/{}", "x".repeat(50));
        report.options.insert(option.to_owned(), value.into());
    }
    report
}
