//! The shape of `report.json`: the names, their order and their nesting.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::ser::{Serialize, Serializer};

use crate::audit::{
    Category, Code, Finding, Kind, Severity, Sum, Totals, Unpacking, Verdict, Verification,
};
use crate::choice::Selection;
use crate::ledger::Account;
use crate::oci::Digest;
use crate::report::{Report, Requests, Source};
use crate::shard::Shard;

/// The version of the shape. Fields may be added under it; any other change raises it.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// A report, borrowed. Its findings are written one by one and never copied.
#[derive(serde::Serialize)]
pub(super) struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    source: SourceJson<'a>,
    started_at: Timestamp,
    as_of: Timestamp,
    finished_at: Timestamp,
    complete: bool,
    incomplete_because: &'a [String],
    options: &'a serde_json::Map<String, serde_json::Value>,
    totals: TotalsJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Shard>,
    verification: Verification,
    #[serde(skip_serializing_if = "Option::is_none")]
    unpacking: Option<Unpacking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<Selection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a Account>,
    requests: Requests,
    findings_by_code: BTreeMap<Code, Sum>,
    #[serde(serialize_with = "findings")]
    findings: &'a [Finding],
}

impl<'a> Document<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let audit = &report.audit;
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            source: SourceJson::new(&report.source),
            started_at: report.started_at,
            as_of: report.as_of,
            finished_at: report.finished_at,
            complete: audit.incomplete_because.is_empty(),
            incomplete_because: &audit.incomplete_because,
            options: &report.options,
            totals: TotalsJson::new(&audit.totals, &report.outside),
            shard: report.shard,
            verification: audit.verification,
            unpacking: audit.unpacking,
            selection: report.selection,
            coverage: report.coverage.as_ref(),
            requests: report.requests,
            findings_by_code: by_code(&audit.findings),
            findings: &audit.findings,
        }
    }
}

/// The findings of each code that occurs, in the order of the documentation.
fn by_code(findings: &[Finding]) -> BTreeMap<Code, Sum> {
    let mut sums = BTreeMap::<_, Sum>::new();
    for finding in findings {
        let sum = sums.entry(finding.code).or_default();
        sum.add(finding.size.unwrap_or(0));
    }
    sums
}

#[derive(serde::Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(serde::Serialize)]
struct SourceJson<'a> {
    uri: &'a str,
    layout: &'a str,
    root: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<&'a str>,
}

impl<'a> SourceJson<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            uri: &source.uri,
            layout: &source.layout,
            root: &source.root,
            product: source.product.as_deref(),
        }
    }
}

#[derive(serde::Serialize)]
struct TotalsJson<'a> {
    objects: Sum,
    blobs: Sum,
    by_verdict: Named<6>,
    reclaimable: Reclaimable,
    by_kind: Named<5>,
    links: Sum,
    uploads: Sum,
    strays: Sum,
    auxiliary: Sum,
    outside: Sum,
    #[serde(serialize_with = "prefixes")]
    outside_by_prefix: &'a [(String, Sum)],
    repositories: u64,
    tags: u64,
    manifests: u64,
}

impl<'a> TotalsJson<'a> {
    fn new(totals: &Totals, outside: &'a [(String, Sum)]) -> Self {
        Self {
            objects: totals.objects,
            blobs: totals.blobs,
            by_verdict: Named { names: Verdict::ALL.map(Verdict::as_str), sums: totals.by_verdict },
            reclaimable: Reclaimable {
                revisions: totals.reclaimable_by_revisions,
                tags: totals.reclaimable_by_tags,
            },
            by_kind: Named { names: Kind::ALL.map(Kind::as_str), sums: totals.by_kind },
            links: totals.links,
            uploads: totals.uploads,
            strays: totals.strays,
            auxiliary: totals.auxiliary,
            outside: totals.outside,
            outside_by_prefix: outside,
            repositories: totals.repositories,
            tags: totals.tags,
            manifests: totals.manifests,
        }
    }
}

#[derive(serde::Serialize)]
struct Reclaimable {
    revisions: Sum,
    tags: Sum,
}

/// One sum for each name, zeros among them: a program finds every name it asks for.
struct Named<const N: usize> {
    names: [&'static str; N],
    sums: [Sum; N],
}

impl<const N: usize> Serialize for Named<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.names.iter().zip(&self.sums))
    }
}

#[derive(serde::Serialize)]
struct Outside<'a> {
    prefix: &'a str,
    count: u64,
    bytes: u64,
}

/// A list and no object: prefixes come from the bucket, and names that a bucket chooses make poor
/// field names.
fn prefixes<S: Serializer>(rows: &[(String, Sum)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().map(|(prefix, sum)| Outside {
        prefix,
        count: sum.count,
        bytes: sum.bytes,
    }))
}

/// A finding, as reports write it.
#[derive(Debug, serde::Serialize)]
pub(crate) struct FindingJson<'a> {
    code: Code,
    category: Category,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'a Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    referrers: &'a [String],
    message: &'a str,
}

impl<'a> FindingJson<'a> {
    pub(crate) fn new(finding: &'a Finding) -> Self {
        Self {
            code: finding.code,
            category: finding.category(),
            severity: finding.severity,
            key: finding.key.as_deref(),
            digest: finding.digest.as_ref(),
            repository: finding.repository.as_deref(),
            tag: finding.tag.as_deref(),
            size_bytes: finding.size,
            expected: finding.expected.as_deref(),
            actual: finding.actual.as_deref(),
            referrers: &finding.referrers,
            message: &finding.message,
        }
    }
}

fn findings<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(FindingJson::new))
}
