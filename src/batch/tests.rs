use proptest::prelude::*;

use super::*;
use crate::layout::Entry;
use crate::object::{ETag, Object};

/// As the documentation shows a task that succeeded, another checksum and key in their places.
fn row(bucket: &str, key: &str, etag: &str, digest: &Digest, kind: &str) -> String {
    let hex = digest.encoded().to_ascii_uppercase();
    let base64 = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        digest.as_sha256().unwrap(),
    );
    let base64 = base64.replace('=', "\\u003d");
    format!(
        "{bucket},{key},,succeeded,200,,\"{{\"\"checksum_base64\"\":\"\"{base64}\"\",\"\"etag\"\":\"\"{etag}\"\",\"\"checksumAlgorithm\"\":\"\"SHA256\"\",\"\"checksumType\"\":\"\"{kind}\"\",\"\"checksum_hex\"\":\"\"{hex}\"\"}}\"\n"
    )
}

/// The documentation's own examples, as they are.
const CRC32: &str = r#"amzn-s3-demo-bucket1,s3-standard-1mb-test-object,,succeeded,200,,"{""checksum_base64"":""bS9TOQ\u003d\u003d"",""etag"":""3c3c1813042989094598e4b57ecbdc82"",""checksumAlgorithm"":""CRC32"",""checksumType"":""FULL_OBJECT"",""checksum_hex"":""6D2F5339""}""#;
const FAILED: &str = r#"amzn-s3-demo-bucket1,image_14975,,failed,200,PermanentFailure,"error details: {""failureMessage"":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 SSE-C encryption type is not supported for this operation", ""errorCode"": "400"}"
amzn-s3-demo-bucket1,image_14975,,failed,200,PermanentFailure,"error details: {""failureMessage"":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", ""errorCode"": "404"}"
amzn-s3-demo-bucket1,image_14975,,failed,200,PermanentFailure,"error details: {""failureMessage"":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Internal server error, please retry", ""errorCode"": "500"}"
"#;
const LAMBDA: &str = r#"amzn-s3-demo-bucket1,image_17775,,succeeded,200,,"{u'CopySourceVersionId': 'xVR78haVKlRnurYofbTfYr3ufYbktF8h', u'CopyObjectResult': {u'ETag': '""fe66f4390c50f29798f040d7aae72784""'}}""#;
const MANIFEST: &str = r#"{
    "Format": "Report_CSV_20180820",
    "ReportCreationDate": "2019-04-05T17:48:39.725Z",
    "Results": [
        {
            "TaskExecutionStatus": "succeeded",
            "Bucket": "my-job-reports",
            "MD5Checksum": "83b1c4cbe93fc893f54053697e10fd6e",
            "Key": "job-f8fb9d89-a3aa-461d-bddc-ea6a1b131955/results/6217b0fab0de85c408b4be96aeaca9b195a7daa5.csv"
        },
        {
            "TaskExecutionStatus": "failed",
            "Bucket": "my-job-reports",
            "MD5Checksum": "22ee037f3515975f7719699e5c416eaa",
            "Key": "job-f8fb9d89-a3aa-461d-bddc-ea6a1b131955/results/b2ddad417e94331e9f37b44f1faf8c7ed5873f2e.csv"
        }
    ],
    "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"
}"#;

/// A registry at `root` that holds these blobs, each under the entity tag of its content.
fn inventory(root: &str, contents: &[&str]) -> Inventory {
    let mut inventory = Inventory::new(Root::from(root));
    for content in contents {
        let (digest, etag) = named(content);
        let object = Object {
            key: key(root, &digest),
            size: content.len() as u64,
            last_modified: None,
            etag: Some(ETag::new(&etag)),
            storage_class: None,
        };
        let (_, path) = Root::split(&object.key).unwrap();
        inventory.fold(path, &object);
    }
    inventory.sort();
    inventory
}

fn named(content: &str) -> (Digest, String) {
    (Digest::sha256_of(content.as_bytes()), format!("{:032x}", content.len()))
}

fn key(root: &str, digest: &Digest) -> String {
    Root::from(root).key(&Entry::Blob { digest: digest.clone() })
}

/// The row of a task whose object is what its name says.
fn good(root: &str, content: &str) -> String {
    let (digest, etag) = named(content);
    row("b", &key(root, &digest), &etag, &digest, "FULL_OBJECT")
}

fn read(report: &str) -> Results {
    let mut results = Results::new("b");
    results.read("r.csv", report.as_bytes()).unwrap();
    results
}

fn refusal(bucket: &str, report: &str) -> String {
    Results::new(bucket).read("r.csv", report.as_bytes()).unwrap_err().to_string()
}

fn contents(inventory: &Inventory, ids: &BTreeSet<DigestId>) -> Vec<Digest> {
    ids.iter().map(|&id| inventory.digests.get(id)).collect()
}

#[test]
fn a_checksum_that_is_the_name_is_a_proof() {
    let inventory = inventory("", &["layer", "config."]);
    let results = read(&(good("", "layer") + &good("", "config.")));
    let taken = results.of(&inventory);
    assert_eq!(taken.proved.len(), 2);
    assert!(taken.contradicted.is_empty() && taken.stale == 0);
    assert_eq!(results.unused().count(), 0);
}

#[test]
fn a_checksum_that_is_not_is_none_and_outweighs_any_that_is() {
    let inventory = inventory("", &["layer"]);
    let (layer, etag) = named("layer");
    let bad = row("b", &key("", &layer), &etag, &Digest::sha256_of(b"rotten"), "FULL_OBJECT");
    for report in [bad.clone(), bad.clone() + &good("", "layer"), good("", "layer") + &bad] {
        let taken = read(&report).of(&inventory);
        assert!(taken.proved.is_empty());
        assert_eq!(contents(&inventory, &taken.contradicted), std::slice::from_ref(&layer));
    }
}

/// What was computed of an object that has been written anew says nothing of what lies there now.
#[test]
fn a_checksum_of_another_writing_is_stale() {
    let inventory = inventory("", &["layer"]);
    let (layer, _) = named("layer");
    let other = row("b", &key("", &layer), "0a-2", &layer, "FULL_OBJECT");
    let gone = good("", "deleted since");
    let taken = read(&(other + &gone)).of(&inventory);
    assert_eq!(taken, Taken { stale: 2, ..Taken::default() });
}

#[test]
fn the_documented_rows_are_what_they_are() {
    for (report, bucket, says) in [
        (CRC32, "amzn-s3-demo-bucket1", "line 1: its checksum is CRC32 FULL_OBJECT"),
        (LAMBDA, "amzn-s3-demo-bucket1", "line 1: its ResultMessage is of another operation"),
        (CRC32, "mine", "blobs of s3://mine: line 1: its bucket is amzn-s3-demo-bucket1"),
        (FAILED, "mine", "line 1: its bucket is amzn-s3-demo-bucket1"),
        ("", "mine", "it has no rows"),
        ("Bucket,Key\n", "mine", "line 1: it has 2 columns, and such a report has 7"),
    ] {
        let message = refusal(bucket, report);
        assert!(message.contains(says) && !message.contains('\n'), "{message}");
    }
    let mut results = Results::new("amzn-s3-demo-bucket1");
    results.read("r.csv", FAILED.as_bytes()).unwrap();
    let [(Unused::Failed, noted)] = results.unused().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(noted.count, 3);
    assert!(
        noted.first.starts_with("r.csv line 1: 200 PermanentFailure error details: "),
        "{}",
        noted.first
    );
    assert!(noted.first.contains("SSE-C encryption type is not supported"), "{}", noted.first);
}

/// What proves nothing is counted under its reason, and the other rows count all the same.
#[test]
fn nothing_is_passed_over_in_silence() {
    let inventory = inventory("", &["layer"]);
    let (layer, etag) = named("layer");
    let at = key("", &layer);
    let valid = good("", "layer");
    for (odd, reason) in [
        (row("other", &at, &etag, &layer, "FULL_OBJECT"), Unused::OtherBucket),
        (row("b", &at, &etag, &layer, "COMPOSITE"), Unused::OtherChecksum),
        (valid.replace("SHA256", "SHA1"), Unused::OtherChecksum),
        (valid.replace(&at, "logs/2026.gz"), Unused::NoBlob),
        (valid.replace("/data", "/link"), Unused::NoBlob),
        (valid.replace("succeeded", "Succeeded?"), Unused::Unclear),
        (valid.replace(&etag, ""), Unused::Unclear),
        (valid.replace("etag", "tag"), Unused::Unclear),
        (valid.replace("checksum_hex\"\":\"\"", "checksum_hex\"\":\"\"00"), Unused::Unclear),
        (valid.replace(&layer.encoded()[..4].to_uppercase(), "0000"), Unused::Unclear),
        (valid.replace("200,,", "200,,,"), Unused::Unclear),
        ("b,k,,succeeded,200\n".to_owned(), Unused::Unclear),
        (format!("b,{at},,failed,403,AccessDenied,\n"), Unused::Failed),
        // As the documentation names the columns, and not as it shows them.
        (format!("b,{at},,failed,AccessDenied,403,\n"), Unused::Failed),
    ] {
        let results = read(&(odd.clone() + &valid));
        let unused: Vec<_> =
            results.unused().map(|(unused, noted)| (unused, noted.count)).collect();
        assert_eq!(unused, [(reason, 1)], "{odd}");
        assert_eq!(results.of(&inventory).proved.len(), 1, "{odd}");
    }
}

/// A quote that nobody closes takes the next rows with it: that is told, whatever the first says.
#[test]
fn rows_that_a_quote_has_swallowed_are_missed() {
    let swallowing = "b,k,,failed,400,PermanentFailure,\"no end\n".to_owned();
    let results = read(&(good("", "layer") + &swallowing + &good("", "config.")));
    let unused: Vec<_> = results.unused().collect();
    assert_eq!(unused.len(), 1);
    assert_eq!(unused[0].0, Unused::Unclear);
    assert!(unused[0].1.first.contains("line 2: a quote"), "{}", unused[0].1.first);
}

/// Whether a report encodes keys is not documented.
#[test]
fn a_root_is_known_however_it_is_written() {
    let root = "a+b c/é/";
    let inventory = inventory(root, &["layer"]);
    let plain = good(root, "layer");
    let mut encoded = Vec::new();
    manifest::write("b", [root.to_owned()], &mut encoded).unwrap();
    let encoded = String::from_utf8(encoded).unwrap();
    let written = encoded.trim_end().strip_prefix("b,").unwrap();
    assert_eq!(written, "a%2Bb%20c/%C3%A9/");
    for form in [root, written, "a%2Bb+c/%c3%a9/", "a%2bb+c%2F%C3%A9%2f"] {
        let results = read(&plain.replace(root, form));
        assert_eq!(results.of(&inventory).proved.len(), 1, "{form}");
        assert_eq!(results.elsewhere(&[inventory.root()]), 0);
        assert_eq!(results.elsewhere(&[&Root::from("other/")]), 1);
    }
}

#[test]
fn the_manifest_of_a_report_leads_to_its_files_and_nowhere_else() {
    let bundle = Bundle::parse(MANIFEST.as_bytes()).unwrap();
    assert_eq!(bundle.parts.len(), 2);
    assert_eq!(bundle.parts[0].md5, "83b1c4cbe93fc893f54053697e10fd6e");
    let places = bundle.parts[0].places(std::path::Path::new("job"));
    let name = "6217b0fab0de85c408b4be96aeaca9b195a7daa5.csv";
    assert_eq!(
        places.map(|place| place.display().to_string()),
        [format!("job/results/{name}"), format!("job/{name}")]
    );
    for key in ["..", "a/..", "/etc/passwd", ""] {
        let part = Part { key: key.to_owned(), md5: String::new() };
        for place in part.places(std::path::Path::new("job")) {
            assert!(place.starts_with("job") && !place.display().to_string().contains(".."));
        }
    }
    for (text, says) in [
        ("{}", "no manifest.json of a completion report"),
        (r#"{"Format":"Report_CSV_20990101","Results":[]}"#, "Report_CSV_20990101"),
        (r#"{"Format":"Report_CSV_20180820","Results":[]}"#, "names no files"),
    ] {
        let error = Bundle::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

proptest! {
    #[test]
    fn every_key_comes_back(key: String) {
        let mut line = Vec::new();
        manifest::write("b", [key.clone()], &mut line).unwrap();
        let line = String::from_utf8(line).unwrap();
        let written = line.strip_prefix("b,").unwrap().strip_suffix('\n').unwrap();
        // An empty field alone is quoted.
        let written = written.trim_matches('"');
        prop_assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/%".contains(&byte)));
        let decoded = manifest::decode(written);
        prop_assert_eq!(decoded.as_deref(), Some(&*key));
        let plain = percent_encoding::percent_decode_str(written).decode_utf8().unwrap();
        prop_assert_eq!(plain, key, "with or without + for a space");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Results::new("b").read("r.csv", &bytes[..]);
        let _ = Bundle::parse(&bytes);
        let _ = manifest::decode(&String::from_utf8_lossy(&bytes));
    }

    /// Cut short or with a byte changed, a report proves no more than it did, and what it does not
    /// prove any more is missed somewhere.
    #[test]
    fn damage_proves_nothing_new(at: prop::sample::Index, byte: Option<u8>) {
        let inventory = inventory("", &["layer", "config.", "manifest"]);
        let whole = good("", "layer") + &good("", "config.") + FAILED;
        let sound = read(&whole).of(&inventory).proved;
        let mut bytes = whole.into_bytes();
        let at = at.index(bytes.len());
        match byte {
            Some(byte) => bytes[at] = byte,
            None => bytes.truncate(at),
        }
        let mut results = Results::new("b");
        if results.read("r.csv", &bytes[..]).is_ok() {
            prop_assert!(results.of(&inventory).proved.is_subset(&sound));
        }
    }
}
