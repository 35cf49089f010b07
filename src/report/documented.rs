//! The documents say what the program does: every code, every column, every field.

use std::collections::BTreeSet;

use super::{csv, dummy, json};
use crate::audit::Code;

const FINDINGS: &str = include_str!("../../docs/findings.md");
const REPORTS: &str = include_str!("../../docs/reports.md");

/// The sections of a document: what stands after `## `, and the text up to the next heading.
fn sections(document: &str) -> Vec<(&str, &str)> {
    document
        .split("\n## ")
        .skip(1)
        .map(|section| section.split_once('\n').unwrap())
        .map(|(heading, text)| (heading, text.split("\n# ").next().unwrap()))
        .collect()
}

#[test]
fn every_code_has_a_heading_and_every_heading_a_code() {
    let headings: Vec<_> = sections(FINDINGS).iter().map(|(heading, _)| *heading).collect();
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(headings, codes);
}

#[test]
fn every_code_is_told_in_full() {
    for (code, (heading, text)) in Code::ALL.iter().zip(sections(FINDINGS)) {
        let category = format!("\n`{}`, ", code.category().as_str());
        assert!(text.starts_with(&category), "{heading}: {text}");
        for part in ["Means", "Evidence", "Comes about", "Do"] {
            assert!(text.contains(&format!("\n**{part}.** ")), "{heading}: {part}");
        }
    }
}

#[test]
fn every_column_is_told_in_the_order_of_its_table() {
    let mut tables = [const { Vec::new() }; 4];
    let [findings, blobs, repositories, tags] = &mut tables;
    csv::findings(&[], findings).unwrap();
    csv::blobs([], blobs).unwrap();
    csv::repositories(&[], repositories).unwrap();
    csv::tags(&[], tags).unwrap();
    let files = ["findings.csv", "blobs.csv", "repositories.csv", "tags.csv"];
    for (file, header) in files.into_iter().zip(tables) {
        let sections = sections(REPORTS);
        let (_, text) = sections.iter().find(|(heading, _)| *heading == file).unwrap();
        let table = text.split("\n### ").next().unwrap();
        let told: Vec<_> = table
            .lines()
            .filter_map(|line| Some(line.strip_prefix("| `")?.split_once("` | ")?.0))
            .collect();
        assert_eq!(told.join(","), String::from_utf8(header).unwrap().trim_end());
    }
}

/// The names of the fields of every object in a value, those under `options` and codes aside.
fn fields(value: &serde_json::Value, into: &mut BTreeSet<String>) {
    for item in value.as_array().into_iter().flatten() {
        fields(item, into);
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        into.insert(name.clone());
        if !["options", "findings_by_code"].contains(&name.as_str()) {
            fields(value, into);
        }
    }
}

#[test]
fn every_field_of_the_json_is_told() {
    let mut names = BTreeSet::new();
    for report in [dummy::damaged(), dummy::verified()] {
        let mut text = Vec::new();
        json::write(&report, &mut text).unwrap();
        fields(&serde_json::from_slice(&text).unwrap(), &mut names);
    }
    assert!(names.len() > 60, "{names:?}");
    for name in names {
        let told =
            REPORTS.contains(&format!("`{name}`")) || REPORTS.contains(&format!("\"{name}\""));
        assert!(told, "{name}");
    }
}
