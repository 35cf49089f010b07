//! Findings of one code and severity, and the worst of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::audit::{Category, Code, Finding, Severity, Sum};

/// How many examples are kept of each group.
const MOST_EXAMPLES: usize = 3;

/// The findings that share a code and a severity.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) severity: Severity,
    pub(super) code: Code,
    pub(super) sum: Sum,
    /// The worst first.
    pub(super) worst: Vec<&'a Finding>,
}

/// The groups, the gravest first, then in the order of the documentation.
pub(super) fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups = BTreeMap::new();
    for finding in findings {
        groups
            .entry((finding.severity, finding.code))
            .or_insert_with(|| Group::new(finding))
            .add(finding);
    }
    groups.into_values().collect()
}

impl<'a> Group<'a> {
    fn new(finding: &Finding) -> Self {
        Self {
            severity: finding.severity,
            code: finding.code,
            sum: Sum::default(),
            worst: Vec::new(),
        }
    }

    /// Of findings that are equally bad the earlier stays.
    fn add(&mut self, finding: &'a Finding) {
        self.sum.add(finding.size.unwrap_or(0));
        let rank = Reverse(weight(finding));
        let place = self.worst.partition_point(|other| Reverse(weight(other)) <= rank);
        if place < MOST_EXAMPLES {
            self.worst.truncate(MOST_EXAMPLES - 1);
            self.worst.insert(place, finding);
        }
    }
}

/// Garbage weighs by its bytes, damage by how many it hits.
const fn weight(finding: &Finding) -> (u64, u64) {
    let bytes = match finding.size {
        Some(bytes) => bytes,
        None => 0,
    };
    let referrers = finding.referrers.len() as u64;
    match finding.category() {
        Category::Garbage => (bytes, referrers),
        _ => (referrers, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: Code, severity: Severity, size: u64, referrers: usize) -> Finding {
        Finding {
            size: Some(size),
            referrers: vec!["a:b".to_owned(); referrers],
            ..Finding::new(code, severity, "")
        }
    }

    #[test]
    fn keeps_the_worst_of_each_and_counts_all() {
        let orphans = [5, 7, 1, 9, 7].map(|size| {
            let referrers = if size == 5 { 100 } else { 0 };
            finding(Code::OrphanedBlob, Severity::Warning, size, referrers)
        });
        let damage = [(1, 0), (2, 3), (3, 1)]
            .map(|(size, hit)| finding(Code::MissingChild, Severity::Error, size, hit));
        let sparse = finding(Code::MissingChild, Severity::Warning, 4, 0);
        let all: Vec<_> = orphans.into_iter().chain(damage).chain([sparse]).collect();

        let told = groups(&all)
            .iter()
            .map(|group| {
                let worst = group.worst.iter().map(|f| f.size.unwrap()).collect::<Vec<_>>();
                (group.severity, group.code, group.sum.count, worst)
            })
            .collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                (Severity::Error, Code::MissingChild, 3, vec![2, 3, 1]),
                (Severity::Warning, Code::MissingChild, 1, vec![4]),
                (Severity::Warning, Code::OrphanedBlob, 5, vec![9, 7, 7]),
            ]
        );
    }
}
