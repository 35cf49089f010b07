//! `report.json` back into a value: all that it says. The rows of blobs, repositories and tags are
//! not in it.

use std::io::{self, Read};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::document::SCHEMA_VERSION;
use crate::audit::{
    Audit, Code, Finding, Kind, Severity, Sum, Totals, Unpacking, Verdict, Verification,
};
use crate::choice::Selection;
use crate::ledger::Account;
use crate::oci::Digest;
use crate::report::{Report, Requests, Source};
use crate::shard::Shard;

/// Reads a report, and the version of the program that wrote it.
///
/// # Errors
/// If it is not whole, or is of another schema.
pub(in crate::report) fn read(from: impl Read) -> io::Result<(Report, String)> {
    let written: Written = serde_json::from_reader(io::BufReader::new(from))?;
    if written.schema_version != SCHEMA_VERSION {
        return Err(io::Error::other(format!("it is of schema {}", written.schema_version)));
    }
    let version = written.tool.version.clone();
    Ok((written.report()?, version))
}

#[derive(Deserialize)]
struct Written {
    schema_version: u32,
    tool: Tool,
    source: SourceRead,
    started_at: Timestamp,
    as_of: Timestamp,
    finished_at: Timestamp,
    incomplete_because: Vec<String>,
    options: Map<String, Value>,
    totals: TotalsRead,
    shard: Option<Shard>,
    verification: Verification,
    unpacking: Option<Unpacking>,
    selection: Option<Selection>,
    coverage: Option<Account>,
    requests: Requests,
    findings: Vec<FindingRead>,
}

impl Written {
    fn report(self) -> io::Result<Report> {
        let SourceRead { uri, layout, root, product } = self.source;
        let findings = self.findings.into_iter().map(FindingRead::finding);
        let outside = self.totals.outside_by_prefix.iter();
        Ok(Report {
            source: Source { uri, layout, root, product },
            started_at: self.started_at,
            as_of: self.as_of,
            finished_at: self.finished_at,
            options: self.options,
            outside: outside.map(|row| (row.prefix.clone(), row.sum)).collect(),
            requests: self.requests,
            shard: self.shard,
            selection: self.selection,
            coverage: self.coverage,
            audit: Audit {
                incomplete_because: self.incomplete_because,
                totals: self.totals.totals()?,
                verification: self.verification,
                unpacking: self.unpacking,
                findings: findings.collect::<io::Result<_>>()?,
                ..Audit::default()
            },
        })
    }
}

#[derive(Deserialize)]
struct Tool {
    version: String,
}

#[derive(Deserialize)]
struct SourceRead {
    uri: String,
    layout: String,
    root: String,
    product: Option<String>,
}

#[derive(Deserialize)]
struct TotalsRead {
    objects: Sum,
    blobs: Sum,
    by_verdict: Map<String, Value>,
    reclaimable: Reclaimable,
    by_kind: Map<String, Value>,
    links: Sum,
    uploads: Sum,
    strays: Sum,
    auxiliary: Sum,
    outside: Sum,
    outside_by_prefix: Vec<Outside>,
    repositories: u64,
    tags: u64,
    manifests: u64,
}

#[derive(Deserialize)]
struct Reclaimable {
    revisions: Sum,
    tags: Sum,
}

#[derive(Deserialize)]
struct Outside {
    prefix: String,
    #[serde(flatten)]
    sum: Sum,
}

impl TotalsRead {
    fn totals(self) -> io::Result<Totals> {
        Ok(Totals {
            objects: self.objects,
            blobs: self.blobs,
            by_verdict: sums(&self.by_verdict, Verdict::ALL.map(Verdict::as_str))?,
            reclaimable_by_revisions: self.reclaimable.revisions,
            reclaimable_by_tags: self.reclaimable.tags,
            by_kind: sums(&self.by_kind, Kind::ALL.map(Kind::as_str))?,
            links: self.links,
            uploads: self.uploads,
            strays: self.strays,
            auxiliary: self.auxiliary,
            outside: self.outside,
            repositories: self.repositories,
            tags: self.tags,
            manifests: self.manifests,
        })
    }
}

/// The sums under these names, in their order.
fn sums<const N: usize>(values: &Map<String, Value>, names: [&str; N]) -> io::Result<[Sum; N]> {
    let mut sums = [Sum::default(); N];
    for (sum, name) in sums.iter_mut().zip(names) {
        *sum = Sum::deserialize(values.get(name).unwrap_or(&Value::Null))?;
    }
    Ok(sums)
}

#[derive(Deserialize)]
struct FindingRead {
    code: String,
    severity: Severity,
    key: Option<String>,
    digest: Option<Digest>,
    repository: Option<String>,
    tag: Option<String>,
    size_bytes: Option<u64>,
    expected: Option<String>,
    actual: Option<String>,
    #[serde(default)]
    referrers: Vec<String>,
    message: String,
}

impl FindingRead {
    fn finding(self) -> io::Result<Finding> {
        let code = Code::ALL.iter().find(|code| code.as_str() == self.code);
        let unknown = || io::Error::other(format!("there is no code {:?}", self.code));
        Ok(Finding {
            code: *code.ok_or_else(unknown)?,
            severity: self.severity,
            key: self.key,
            digest: self.digest,
            repository: self.repository,
            tag: self.tag,
            size: self.size_bytes,
            expected: self.expected,
            actual: self.actual,
            referrers: self.referrers,
            message: self.message,
        })
    }
}
