use proptest::prelude::*;

use super::*;
use crate::audit::{BlobRow, Finding, Severity, TagRow};
use crate::report::{dummy, escape};

fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a script does to read a table back, as `docs/reports.md` tells it.
fn read(table: &str) -> Vec<Vec<String>> {
    csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(undo).collect())
        .collect()
}

fn undo(field: &str) -> String {
    escape::unescape(field.strip_prefix('\'').unwrap_or(field)).unwrap()
}

#[test]
fn findings_of_every_code() {
    let mut rows = dummy::damaged().audit.findings;
    rows[0].referrers.truncate(2);
    rows.dedup_by_key(|row| row.code);
    insta::assert_snapshot!(text(|out| findings(&rows, out)));
}

#[test]
fn hostile_findings() {
    let rows = dummy::hostile().audit.findings;
    insta::assert_snapshot!(text(|out| findings(&rows[..1], out)));
}

#[test]
fn blobs_known_and_unknown() {
    insta::assert_snapshot!(text(|out| blobs(dummy::blobs(), out)));
}

#[test]
fn repositories_plain_and_hostile() {
    let mut rows = dummy::damaged().audit.repositories;
    rows.extend(dummy::hostile().audit.repositories);
    insta::assert_snapshot!(text(|out| repositories(&rows, out)));
}

#[test]
fn tags_plain_and_hostile() {
    let mut rows = dummy::damaged().audit.tags;
    rows.extend(dummy::hostile().audit.tags);
    insta::assert_snapshot!(text(|out| tags(&rows, out)));
}

#[test]
fn a_header_stands_above_nothing() {
    for table in [
        text(|out| findings(&[], out)),
        text(|out| blobs([], out)),
        text(|out| repositories(&[], out)),
        text(|out| tags(&[], out)),
    ] {
        assert_eq!(table.lines().count(), 1, "{table}");
    }
}

#[test]
fn what_a_spreadsheet_might_compute_gets_an_apostrophe() {
    for (field, written) in [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", r"'\t=1"),
        ("\ra", r"'\ra"),
        (" \u{3000}=1", "' \u{3000}=1"),
        ("＝1", "'＝1"),
        ("'quoted'", "''quoted'"),
        ("a=1", "a=1"),
        ("\\ta", r"\\ta"),
        ("", ""),
        ("\n=1", r"\n=1"),
    ] {
        let mut table = Table::new(Vec::new(), &["field"]).unwrap();
        table.text(Some(field)).unwrap();
        assert_eq!(table.field, written, "{field:?}");
    }
}

#[test]
fn a_writer_that_fails_is_heard() {
    let mut short = [0; 100];
    let rows = dummy::damaged().audit.findings;
    assert!(findings(&rows, &mut short.as_mut_slice()).is_err());
}

/// Texts in which the characters that matter are not one in a thousand.
fn nasty() -> impl Strategy<Value = String> {
    escape::tests::nasty()
}

fn harmless(table: &str) -> Result<(), TestCaseError> {
    let acts = |c: char| c != '\n' && escape::acts_or_hides(c);
    prop_assert_eq!(table.find(acts), None);
    let rows = csv::Reader::from_reader(table.as_bytes()).into_records().count();
    prop_assert_eq!(table.lines().count(), rows + 1, "a line is a row");
    for record in csv::Reader::from_reader(table.as_bytes()).records() {
        for field in &record.unwrap() {
            prop_assert!(!field.trim_start().starts_with(['=', '+', '-', '@']), "{field:?}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn findings_read_back_as_they_were(
        texts in prop::array::uniform6(nasty()),
        referrers in prop::collection::vec(nasty(), 0..4),
        size: Option<u64>,
    ) {
        let [repository, tag, key, expected, actual, message] = texts;
        let row = Finding {
            repository: Some(repository.clone()),
            tag: Some(tag.clone()),
            key: Some(key.clone()),
            size,
            expected: Some(expected.clone()),
            actual: Some(actual.clone()),
            referrers: referrers.clone(),
            ..Finding::new(crate::audit::Code::GhostTag, Severity::Info, message.clone())
        };
        let table = text(|out| findings(&[row], out));
        harmless(&table)?;
        let size = size.map_or_else(String::new, |size| size.to_string());
        let back = read(&table).remove(0);
        prop_assert_eq!(&back[3..5], &[repository, tag]);
        prop_assert_eq!(&back[6..10], &[key, size, expected, actual]);
        prop_assert_eq!(&back[11], &message);

        let record = csv::Reader::from_reader(table.as_bytes()).into_records().next().unwrap().unwrap();
        let list = record[10].strip_prefix('\'').unwrap_or(&record[10]);
        let items: Vec<_> = list.split(' ').map(|item| escape::unescape(item).unwrap()).collect();
        prop_assert_eq!(items, if referrers.is_empty() { vec![String::new()] } else { referrers });
    }

    #[test]
    fn blobs_and_tags_are_harmless(texts in prop::array::uniform3(nasty())) {
        let [a, b, c] = &texts;
        let blob = BlobRow {
            storage_class: Some(a),
            media_type: Some(b),
            key: c.clone(),
            ..dummy::blobs().remove(0)
        };
        let tag = TagRow {
            repository: a.clone(),
            tag: b.clone(),
            media_type: Some(c.clone()),
            platforms: texts.to_vec(),
            ..dummy::damaged().audit.tags.remove(0)
        };
        let table = text(|out| blobs([blob], out));
        harmless(&table)?;
        prop_assert_eq!(&read(&table)[0][10], c);
        let table = text(|out| tags(&[tag], out));
        harmless(&table)?;
        prop_assert_eq!(&read(&table)[0][..2], &[a.clone(), b.clone()]);
    }
}
