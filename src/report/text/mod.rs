//! The summary for people: one screen, whatever the bucket holds.

mod checked;
mod coverage;
mod findings;
pub(crate) mod fit;
mod groups;
mod next;
pub(crate) mod palette;
pub(crate) mod place;
mod shell;
pub(crate) mod table;
pub(crate) mod units;
mod verdicts;
mod verified;

use std::io::{self, Write};
use std::path::Path;

pub use self::palette::Palette;
use super::Report;
use super::escape::Escaped;

/// How many lines the summary may take, so that a terminal of common height shows all of it.
const SCREEN: usize = 40;

/// How many lines the reason for incompleteness may take, and how wide a key in it may be.
const REASON_LINES: usize = 4;
const REASON_WORD: usize = 72;

/// How to write the summary.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its colours.
    pub palette: Palette,
    /// Whether it tells of bytes alone, as `verify` does.
    pub is_of_bytes: bool,
    /// Where the files of the same report lie, if they are written.
    pub files: Option<&'a Path>,
}

impl Text<'_> {
    /// Writes the summary: at most 80 columns and 40 lines, incompleteness first.
    ///
    /// # Errors
    /// Whatever `out` answers.
    pub fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let (palette, audit) = (&self.palette, &report.audit);
        let (missed, checked, sums) = if self.is_of_bytes {
            let missed = "INCOMPLETE: not all could be read. What is found is true.";
            let mut sums = verified::proofs(report, palette);
            sums.extend(verified::broken(&audit.findings, palette));
            (missed, verified::lines(report, palette), sums)
        } else {
            let missed = "INCOMPLETE: not all could be looked at, so nothing is called orphaned.";
            (missed, checked::lines(report, palette), verdicts::lines(audit, palette))
        };
        let incomplete = self.incomplete(&audit.incomplete_because, missed);
        self.sections(report, [incomplete, checked, sums], out)
    }

    /// These sections, and the findings in the room that the others leave, and what to do next.
    fn sections(
        &self,
        report: &Report,
        [incomplete, checked, sums]: [Vec<String>; 3],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let groups = groups::groups(&report.audit.findings);
        let next = next::lines(self, report, &groups);
        let others = [&incomplete, &checked, &sums, &next];
        let taken: usize = others.iter().map(|lines| lines.len() + 1).sum();
        let findings = if groups.is_empty() {
            vec![self.no_findings(incomplete.is_empty())]
        } else {
            findings::lines(&groups, &self.palette, SCREEN.saturating_sub(taken))
        };
        let sections = [incomplete, checked, sums, findings, next];
        let told = sections.iter().filter(|section| !section.is_empty());
        for (index, section) in told.enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            for line in section {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    fn no_findings(&self, complete: bool) -> String {
        if complete {
            palette::paint(self.palette.good, "No findings.")
        } else {
            "No findings in what could be looked at.".to_owned()
        }
    }

    /// The first reason as far as it fits, and how many there are.
    fn incomplete(&self, reasons: &[String], heading: &str) -> Vec<String> {
        let Some(first) = reasons.first() else {
            return Vec::new();
        };
        let mut lines = vec![palette::paint(self.palette.error, heading)];
        let first = fit::short_words(&Escaped::text(first).to_string(), REASON_WORD);
        for line in fit::wrap(&first, fit::WIDTH - 2, REASON_LINES) {
            lines.push(format!("  {line}"));
        }
        let others = reasons.len() as u64 - 1;
        if others > 0 {
            let others = units::counted(others, "more reason");
            lines.push(format!("  {others}: incomplete_because in report.json"));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
