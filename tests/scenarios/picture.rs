//! An audit in a few lines: what an operator would act on, and nothing that changes by itself.

use std::fmt::Write as _;

use ocifsck::audit::{Audit, Category, Code, Finding, Severity, Verdict};
use ocifsck::report::Report;
use ocifsck::scan::ScanError;

use crate::names::Names;

/// How many items of a kind are shown; the others are counted.
const SHOWN: usize = 20;

/// What came of a scenario.
pub(crate) fn of(outcome: &Result<Vec<Report>, ScanError>, names: &Names) -> String {
    match outcome {
        Ok(reports) => {
            let pictures: Vec<_> = reports.iter().map(|report| of_report(report, names)).collect();
            pictures.join("\n")
        }
        Err(error) => format!("no report: {}\n", names.put(&error.to_string())),
    }
}

/// How a finding begins in a picture.
pub(crate) fn heading(code: Code, severity: Severity) -> String {
    format!("{} {code}", severity.as_str())
}

fn of_report(report: &Report, names: &Names) -> String {
    let audit = &report.audit;
    let mut picture = format!("{} at {:?}", report.source.layout, report.source.root);
    if let Some(product) = &report.source.product {
        picture.extend([", ", product]);
    }
    picture += "\n\n";
    for finding in audit.findings.iter().take(SHOWN) {
        picture += &names.put(&of_finding(finding));
    }
    if audit.findings.len() > SHOWN {
        writeln!(picture, "and {} findings more\n", audit.findings.len() - SHOWN).unwrap();
    }
    let mut line = |label: &str, items: Vec<String>| {
        if !items.is_empty() {
            writeln!(picture, "{label}: {}", names.put(&shown(items))).unwrap();
        }
    };
    let outside = report.outside.iter();
    line("outside", outside.map(|(top, sum)| format!("{top:?} {}", sum.count)).collect());
    line("verdicts", verdicts(audit));
    line("reclaimable", reclaimable(audit));
    let tags = audit.tags.iter();
    line(
        "pullable",
        tags.map(|row| {
            let name = format!("{}:{}", row.repository, row.tag).escape_debug().to_string();
            format!("{name} {}", row.pullable.as_str())
        })
        .collect(),
    );
    line("incomplete", audit.incomplete_because.clone());
    line("fails on", fails_on(audit));
    picture
}

fn of_finding(finding: &Finding) -> String {
    let mut text = heading(finding.code, finding.severity);
    let escape = |text: &String| text.escape_debug().to_string();
    if let Some(digest) = &finding.digest {
        write!(text, " {digest}").unwrap();
    }
    if let Some(size) = finding.size {
        write!(text, ", {size} bytes").unwrap();
    }
    text.push('\n');
    let referrers = shown(finding.referrers.iter().map(escape).collect());
    for (label, value) in [
        ("key", finding.key.as_ref().map(escape)),
        ("repository", finding.repository.as_ref().map(escape)),
        ("tag", finding.tag.as_ref().map(escape)),
        ("expected", finding.expected.as_ref().map(escape)),
        ("actual", finding.actual.as_ref().map(escape)),
        ("referrers", Some(referrers).filter(|referrers| !referrers.is_empty())),
        ("message", Some(escape(&finding.message))),
    ] {
        if let Some(value) = value {
            writeln!(text, "    {label}: {value}").unwrap();
        }
    }
    text + "\n"
}

fn shown(mut items: Vec<String>) -> String {
    let more = items.len().saturating_sub(SHOWN);
    items.truncate(SHOWN);
    items.extend((more > 0).then(|| format!("and {more} more")));
    items.join(", ")
}

fn verdicts(audit: &Audit) -> Vec<String> {
    let counts = Verdict::ALL.map(|verdict| (verdict.as_str(), audit.verdict_sum(verdict).count));
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(verdict, count)| format!("{verdict} {count}")).collect()
}

fn reclaimable(audit: &Audit) -> Vec<String> {
    let totals = &audit.totals;
    let by = [
        ("revisions", totals.reclaimable_by_revisions.count),
        ("tags", totals.reclaimable_by_tags.count),
    ];
    let by = by.into_iter().filter(|(_, count)| *count > 0);
    by.map(|(roots, count)| format!("{count} by {roots}")).collect()
}

/// The values of `--fail-on` by which the program would exit with 1. (It exits with 3 where the
/// audit is incomplete.)
fn fails_on(audit: &Audit) -> Vec<String> {
    let any = |is: &dyn Fn(&Finding) -> bool| audit.findings.iter().any(is);
    let error = |category| {
        any(&|finding| finding.category() == category && finding.severity == Severity::Error)
    };
    let fails = [
        ("corrupt", error(Category::Corrupt)),
        ("missing", error(Category::Missing)),
        ("garbage", any(&|finding| finding.category() == Category::Garbage)),
        ("warning", any(&|finding| finding.severity <= Severity::Warning)),
    ];
    fails.into_iter().filter(|(_, is)| *is).map(|(name, _)| name.to_owned()).collect()
}
