//! The exit status. Each number is a promise (`docs/exit-status.md`).

use std::process::ExitCode;

use super::args::FailOn;
use crate::audit::{Audit, Category, Finding, Severity};
use crate::report::Report;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing that `--fail-on` names.
    Clean,
    /// Findings that `--fail-on` names.
    Findings,
    /// The command line is wrong.
    Usage,
    /// The audit is incomplete, or could not run.
    Incomplete,
    /// Ctrl-C, or a request to end.
    Interrupted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Interrupted => 130,
        }
    }

    /// What an audit comes to.
    pub(super) fn of(report: &Report, fail_on: &[FailOn]) -> Self {
        let is_forgotten = report.coverage.as_ref().is_some_and(|account| !account.is_recorded);
        if is_forgotten { Self::Incomplete } else { Self::of_audit(&report.audit, fail_on) }
    }

    fn of_audit(audit: &Audit, fail_on: &[FailOn]) -> Self {
        if !audit.is_complete() {
            return Self::Incomplete;
        }
        let fails = |finding: &Finding| fail_on.iter().any(|named| named.covers(finding));
        if audit.findings.iter().any(fails) { Self::Findings } else { Self::Clean }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl FailOn {
    fn covers(self, finding: &Finding) -> bool {
        let is_error = finding.severity == Severity::Error;
        match self {
            Self::Corrupt => is_error && finding.category() == Category::Corrupt,
            Self::Missing => is_error && finding.category() == Category::Missing,
            Self::Garbage => finding.category() == Category::Garbage,
            Self::Warning => finding.severity <= Severity::Warning,
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Code;

    fn exit(code: Code, severity: Severity, fail_on: &[FailOn]) -> u8 {
        let mut audit = Audit::default();
        audit.findings.push(Finding::new(code, severity, ""));
        Exit::of_audit(&audit, fail_on).code()
    }

    #[test]
    fn fail_on_names_categories() {
        use {Code::*, FailOn::*, Severity::*};
        for (code, severity, fail_on, status) in [
            (DigestMismatch, Error, &[Corrupt, Missing][..], 1),
            (DigestMismatch, Error, &[Missing], 0),
            (MissingChild, Severity::Warning, &[Corrupt, Missing], 0),
            (MissingChild, Severity::Warning, &[FailOn::Warning], 1),
            (StaleTagHistory, Info, &[Garbage], 1),
            (StaleTagHistory, Info, &[FailOn::Warning], 0),
            (DigestMismatch, Error, &[Never], 0),
        ] {
            assert_eq!(exit(code, severity, fail_on), status, "{code} {severity:?} {fail_on:?}");
        }
    }

    #[test]
    fn incompleteness_beats_findings() {
        let mut audit = Audit::default();
        audit.findings.push(Finding::new(Code::DigestMismatch, Severity::Error, ""));
        audit.incomplete_because.push("a page was lost".into());
        assert_eq!(Exit::of_audit(&audit, &[FailOn::Never]), Exit::Incomplete);
    }
}
