use super::*;
use crate::audit::Code;
use crate::report::{dummy, escape};

fn plain(report: &Report) -> String {
    written(report, Palette::PLAIN)
}

fn of_bytes(report: &Report) -> String {
    told(report, Palette::PLAIN, true)
}

fn written(report: &Report, palette: Palette) -> String {
    told(report, palette, false)
}

fn told(report: &Report, palette: Palette, is_of_bytes: bool) -> String {
    let text = Text { palette, is_of_bytes, files: Some(Path::new("report")) };
    let mut out = Vec::new();
    text.write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_healthy_bucket() {
    insta::assert_snapshot!(plain(&dummy::healthy()));
}

#[test]
fn a_damaged_bucket() {
    insta::assert_snapshot!(plain(&dummy::damaged()));
}

/// What is usual: a few codes, and room for several examples of each.
#[test]
fn a_bucket_with_a_few_faults() {
    let mut report = dummy::damaged();
    report.audit.findings.retain(|finding| {
        matches!(
            finding.code,
            Code::SizeMismatch | Code::MissingBlob | Code::OrphanedBlob | Code::StrayObject
        )
    });
    insta::assert_snapshot!(plain(&report));
}

#[test]
fn without_files_the_text_says_how_to_get_them() {
    let text = Text { palette: Palette::PLAIN, is_of_bytes: false, files: None };
    let mut out = Vec::new();
    text.write(&dummy::damaged(), &mut out).unwrap();
    let advice = "470 findings in full, and every blob, repository and tag: --out DIR";
    assert!(String::from_utf8(out).unwrap().contains(advice));
}

#[test]
fn what_bytes_tell() {
    insta::assert_snapshot!(of_bytes(&dummy::verified()));
}

#[test]
fn whatever_bytes_tell_fits_a_screen() {
    for report in [dummy::verified(), dummy::hostile(), dummy::vast(), dummy::empty()] {
        let text = of_bytes(&report);
        assert!(text.lines().count() <= 40, "{text}");
        assert!(text.lines().all(|line| fit::width(line) <= fit::WIDTH), "{text}");
        assert_eq!(text.find(|c: char| c != '\n' && escape::acts_or_hides(c)), None);
    }
}

#[test]
fn an_empty_bucket() {
    insta::assert_snapshot!(plain(&dummy::empty()));
}

#[test]
fn an_incomplete_audit() {
    insta::assert_snapshot!(plain(&dummy::incomplete()));
}

/// The key that could not be read is long; what was answered, and what to do, must still be seen.
#[test]
fn an_incomplete_audit_says_why_whatever_the_key() {
    let mut report = dummy::incomplete();
    let key = format!("docker/registry/v2/blobs/sha256/06/{}/data", "06".repeat(32));
    report.audit.incomplete_because = vec![format!(
        "get s3://registry/zarf-registry/{key} at http://127.0.0.1:9000: AccessDenied: Access \
         Denied (HTTP 403); the credentials need s3:GetObject on its objects, s3:ListBucket on \
         the bucket, and kms:Decrypt where they are encrypted by KMS"
    )];
    let text = plain(&report);
    assert!(text.contains("AccessDenied") && text.contains("encrypted by KMS"), "{text}");
}

#[test]
fn hostile_names() {
    insta::assert_snapshot!(plain(&dummy::hostile()));
}

#[test]
fn colours_stand_around_words_and_change_none() {
    let colored = written(&dummy::damaged(), Palette::COLOR);
    insta::assert_snapshot!(colored.replace('\x1b', "␛"));
    let mut stripped = String::new();
    for (index, part) in colored.split("\x1b[").enumerate() {
        stripped += if index == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    assert_eq!(stripped, plain(&dummy::damaged()));
}

#[test]
fn fits_a_screen_and_holds_nothing_that_acts() {
    let reports = [
        dummy::healthy,
        dummy::damaged,
        dummy::empty,
        dummy::incomplete,
        dummy::hostile,
        dummy::vast,
        dummy::vast_with_a_long_command,
    ];
    for report in reports {
        let text = plain(&report());
        assert!(text.lines().count() <= SCREEN, "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= fit::WIDTH, "{line}");
            assert_eq!(line.find(escape::acts_or_hides), None, "{line:?}");
        }
    }
}

#[test]
fn a_vast_bucket() {
    insta::assert_snapshot!(plain(&dummy::vast()));
}
