//! What the tests of whole audits share.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ocifsck::audit::{BlobRow, Finding, Proof, Severity, Verdict, Verification};
use ocifsck::report::{Report, csv, json};
use ocifsck::scan::{Options, RootChoice, ScanError, Silent, audit};
use ocifsck::store::ObjectStore;
use ocifsck::testing::{Document, RegistryBuilder};

/// The moment of every audit here.
pub(crate) fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// Every blob is old enough, and each registry of the bucket is audited.
pub(crate) fn options() -> Options {
    Options { min_age: SignedDuration::ZERO, root: RootChoice::All, ..Options::default() }
}

pub(crate) async fn try_audit(
    store: Arc<dyn ObjectStore>,
    options: &Options,
) -> Result<Vec<Report>, ScanError> {
    audit(store, "memory:", "", options, Arc::new(now), Arc::new(Silent)).await
}

/// The report on the only registry of a store.
pub(crate) async fn audit_one(store: impl ObjectStore, options: &Options) -> Report {
    let mut reports = try_audit(Arc::new(store), options).await.unwrap();
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// A runtime of one thread, in which time is skipped while everybody waits.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(future)
}

/// A finding on one line, for messages: code, severity, place.
pub(crate) fn line(finding: &Finding) -> String {
    let Finding { code, severity, key, repository, message, .. } = finding;
    let place = key.as_deref().or(repository.as_deref()).unwrap_or("-");
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    format!("{code} {severity} {place}: {message}")
}

pub(crate) fn lines(report: &Report) -> Vec<String> {
    report.audit.findings.iter().map(line).collect()
}

/// The digests with a verdict, sorted.
pub(crate) fn with_verdict(report: &Report, verdict: Verdict) -> Vec<String> {
    let rows = report.audit.blobs().filter(|row| row.verdict == verdict);
    rows.map(|row| row.digest.to_string()).collect()
}

/// All that a report says, as it is written: the JSON, and every table.
pub(crate) fn written(report: &Report) -> String {
    written_with(report, |row| row)
}

/// The same, but for its proofs.
pub(crate) fn written_without_proofs(mut report: Report) -> String {
    report.audit.verification = Verification::default();
    written_with(&report, |row| BlobRow { verified: Proof::None, ..row })
}

fn written_with(report: &Report, edit: impl Fn(BlobRow<'_>) -> BlobRow<'_>) -> String {
    let audit = &report.audit;
    let mut out = Vec::new();
    json::write(report, &mut out).unwrap();
    csv::findings(&audit.findings, &mut out).unwrap();
    csv::blobs(audit.blobs().map(edit), &mut out).unwrap();
    csv::repositories(&audit.repositories, &mut out).unwrap();
    csv::tags(&audit.tags, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Stores a document and what it refers to, and leaves no link: only a database knows of it.
pub(crate) fn push_to_database(registry: &mut RegistryBuilder, document: &Document) {
    registry.push_untagged("elsewhere", document);
    let keys: Vec<_> = registry.objects().map(|(key, _)| key.to_owned()).collect();
    for key in keys.iter().filter(|key| key.contains("/elsewhere/")) {
        registry.remove(key);
    }
}
