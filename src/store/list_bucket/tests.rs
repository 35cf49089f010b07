//! What is taken for a page and what is not.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;

/// A document as AWS writes it, and one object in it.
const WHOLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix/><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>1/a=&amp;b</NextContinuationToken><Contents><Key>a+b%2Bc/&lt;%C3%BC</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e-2&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><Size>12</Size><Owner><ID>1</ID></Owner><StorageClass>GLACIER</StorageClass></Contents></ListBucketResult>"#;

fn parse(document: &str) -> Result<ListBucketResult, ListBucketError> {
    ListBucketResult::parse(document.as_bytes())
}

fn result(inner: &str) -> Result<ListBucketResult, ListBucketError> {
    parse(&format!("<ListBucketResult>{inner}</ListBucketResult>"))
}

fn contents(inner: &str) -> Result<Object, ListBucketError> {
    let mut result = result(&format!("<Contents>{inner}</Contents>"))?;
    Ok(result.objects.remove(0))
}

#[test]
fn reads_what_aws_writes() {
    let object = Object {
        key: "a b+c/<ü".into(),
        size: 12,
        last_modified: Some("2026-01-02T03:04:05.678Z".parse().unwrap()),
        etag: Some(ETag::new("d41d8cd98f00b204e9800998ecf8427e-2")),
        storage_class: Some("GLACIER".into()),
    };
    let expected = ListBucketResult {
        objects: vec![object],
        common_prefixes: vec![],
        is_truncated: Some(true),
        next_token: Some("1/a=&b".into()),
    };
    assert_eq!(parse(WHOLE), Ok(expected));
}

#[test]
fn xml_may_be_written_in_many_ways() {
    let plain = result("<Contents><Key>a&amp;b</Key><Size>1</Size></Contents>").unwrap();
    for document in [
        "\u{feff}<?xml version='1.0'?><!-- <Contents> --><ListBucketResult><Contents><Key>a&#38;b</Key><Size>1</Size></Contents></ListBucketResult>\n<!-- > -->\n",
        "<s3:ListBucketResult xmlns:s3=\"http://s3/?a>b\"><s3:Contents ><s3:Key x='>\"/'>a&#x26;b</s3:Key ><s3:Size>1</s3:Size></s3:Contents></s3:ListBucketResult>",
        "<ListBucketResult> \r\n<Contents>text<Size> 1\n</Size>\t<Key><![CDATA[a&]]>b</Key></Contents><X/></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a<!-- -->&amp;<?pi?><![CDATA[b]]></Key><Owner><Key>x</Key><Y /></Owner><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><MaxKeys>a<b/></MaxKeys><Contents><Size>1</Size><Key>a&amp;<![CDATA[]]>b</Key><ETag/><StorageClass></StorageClass></Contents><NextContinuationToken/></ListBucketResult>",
    ] {
        assert_eq!(parse(document).as_ref(), Ok(&plain), "{document}");
    }
}

#[test]
fn a_page_that_has_lost_keys_is_known_by_their_count() {
    let object = "<Contents><Key>a</Key><Size>1</Size></Contents>";
    let prefix = "<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>";
    assert!(result(&format!("<KeyCount>2</KeyCount>{object}{prefix}")).is_ok());
    let error = result(&format!("{object}<KeyCount>2</KeyCount>")).unwrap_err();
    assert_eq!(error, ListBucketError::Miscounted { said: 2, came: 1 });
    assert!(error.is_of_the_moment());
}

#[test]
fn a_server_that_knows_no_encoding_gives_keys_as_they_are() {
    let object = "<Contents><Key>a+%2B</Key><Size>0</Size></Contents>";
    let prefixes = "<CommonPrefixes><Prefix>a+%2B/</Prefix></CommonPrefixes><CommonPrefixes/>";
    for (encoding, key) in [
        ("", "a+%2B"),
        ("<EncodingType/>", "a+%2B"),
        ("<EncodingType>none</EncodingType>", "a+%2B"),
        ("<EncodingType>url</EncodingType>", "a +"),
    ] {
        let result = result(&format!("{object}{prefixes}{encoding}")).unwrap();
        assert_eq!(result.objects[0].key, key);
        assert_eq!(result.common_prefixes, [format!("{key}/")]);
    }
}

#[test]
fn what_an_object_need_not_have_may_be_missing() {
    let object = contents("<Key/><Size>18446744073709551615</Size>").unwrap();
    assert_eq!((&*object.key, object.size), ("", u64::MAX));
    assert_eq!((object.last_modified, object.etag, object.storage_class), (None, None, None));
    for time in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z", "2026-01-02T04:04:05+01:00"] {
        let text = format!("<Key>a</Key><Size>1</Size><LastModified>{time}</LastModified>");
        let seconds = contents(&text).unwrap().last_modified.unwrap().as_second();
        assert_eq!(seconds, 1_767_323_045, "{time}");
    }
}

#[test]
fn what_makes_no_sense_is_named() {
    for (inner, named) in [
        ("<Size>1</Size>", "a <Contents> without a <Key>"),
        ("<Key>a</Key>", "a <Contents> without a <Size>"),
        ("<Key>a</Key><Size/>", "a <Size> of \"\""),
        ("<Key>a</Key><Size>-1</Size>", "a <Size> of \"-1\""),
        ("<Key>a</Key><Size>1e3</Size>", "a <Size> of \"1e3\""),
        ("<Key>a</Key><Size>18446744073709551616</Size>", "a <Size> of"),
        ("<Key>a</Key><Size>1</Size><Key>b</Key>", "a second <Key>"),
        ("<Key>a</Key><Size>1</Size><LastModified>today</LastModified>", "<LastModified> of"),
        ("<Key><b>a</b></Key><Size>1</Size>", "an element where text belongs"),
        ("<Key>a&nbsp;b</Key><Size>1</Size>", "a reference to no character"),
    ] {
        let error = contents(inner).unwrap_err();
        assert!(error.to_string().contains(named), "{inner}: {error}");
    }
    for text in ["", "maybe", "TRUE", "1"] {
        let error = result(&format!("<IsTruncated>{text}</IsTruncated>")).unwrap_err();
        assert!(error.to_string().contains("<IsTruncated> of"), "{error}");
    }
    let twice = result("<IsTruncated>true</IsTruncated><IsTruncated>false</IsTruncated>");
    assert_eq!(twice, Err(ListBucketError::Twice("IsTruncated")));
}

#[test]
fn another_document_is_none() {
    for document in [
        "<Error><Code>SlowDown</Code></Error>",
        "<!DOCTYPE html><html><body>It works!</body></html>",
        "<!DOCTYPE a [<!ENTITY b \"bb\">]><ListBucketResult>&b;</ListBucketResult>",
        "<html>\u{0}",
        "OK",
        "{}",
        "</ListBucketResult>",
        "\u{1f}",
        "<1/>",
        "<<ListBucketResult/>",
        "<ListBucketResultV2/>",
        "<![CDATA[<ListBucketResult/>]]>",
    ] {
        let error = parse(document).unwrap_err();
        assert!(matches!(error, ListBucketError::Other(_)), "{document}: {error}");
        assert_eq!(error.is_refusal(), document.starts_with("<Error>"));
        assert!(!error.is_of_the_moment());
    }
    let gzip = [0x1f, 0x8b, 8, 0];
    assert!(matches!(ListBucketResult::parse(&gzip), Err(ListBucketError::Other(_))));
}

#[test]
fn what_is_spoilt_is_said_to_be_spoilt() {
    for document in [
        "<ListBucketResult><Contents></ListBucketResult>",
        "<ListBucketResult><Contents></Content></ListBucketResult>",
        "<ListBucketResult></a:ListBucketResult>",
        "<ListBucketResult></ListBucketResult></a>",
        "<ListBucketResult/><ListBucketResult/>",
        "<ListBucketResult/>more",
        "<ListBucketResult/><![CDATA[ ]]>",
        "<ListBucketResult>< /ListBucketResult>",
        "<ListBucketResult><Key?</Key></ListBucketResult>",
        "<ListBucketResult><Key <a></Key></ListBucketResult>",
        "<ListBucketResult><a:></a:></ListBucketResult>",
        "<ListBucketResult><a/b></a/b></ListBucketResult>",
        "<ListBucketResult><?><a?></ListBucketResult>",
        "<ListBucketResult><a b/ ></a></ListBucketResult>",
        "<ListBucketResult><!ELEMENT a></ListBucketResult>",
    ] {
        let error = parse(document).unwrap_err();
        assert!(matches!(error, ListBucketError::Malformed { .. }), "{document}: {error}");
        assert!(error.is_of_the_moment());
    }
    let mut bytes = WHOLE.as_bytes().to_vec();
    bytes[300] = 0xff;
    let error = ListBucketResult::parse(&bytes).unwrap_err();
    assert_eq!(error, ListBucketError::Malformed { what: "a byte that is no UTF-8", at: 300 });
}

#[test]
fn depth_and_length_cost_no_more_than_they_are() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(result(&nested(31)).is_ok());
    assert_eq!(result(&nested(1_000_000)), Err(ListBucketError::TooDeep { deepest: 32 }));
    let error = parse(&format!("<{}>", "long".repeat(1_000_000))).unwrap_err();
    assert!(error.to_string().len() < 200);
    let error = contents(&format!("<Size>{}</Size>", "x".repeat(1_000_000))).unwrap_err();
    assert!(error.to_string().len() < 200);
}

#[test]
fn every_cut_is_noticed() {
    for length in 0..WHOLE.len() {
        let error = parse(&WHOLE[..length]).unwrap_err();
        assert_eq!(error, ListBucketError::CutShort { bytes: length });
    }
}

/// The elements of an object, in any order, and what they mean.
pub(in crate::store) fn objects() -> impl Strategy<Value = (Object, String)> {
    let class = prop::option::of("[A-Z_]{1,9}");
    let etag = prop::option::of("[0-9a-f]{32}(-[0-9]{1,4})?");
    let time = prop::option::of(0..4_000_000_000_000_i64);
    ("[ -~äü€\u{1f600}]{0,20}", any::<u64>(), time, etag, class).prop_flat_map(
        |(key, size, millis, etag, class)| {
            let last_modified = millis.map(|time| Timestamp::from_millisecond(time).unwrap());
            let escaped = key.replace('&', "&amp;").replace('<', "&lt;");
            let mut elements =
                vec![format!("<Key>{escaped}</Key>"), format!("<Size>{size}</Size>")];
            elements.extend(last_modified.map(|t| format!("<LastModified>{t:.3}</LastModified>")));
            elements.extend(etag.as_ref().map(|e| format!("<ETag>&quot;{e}&quot;</ETag>")));
            elements.extend(class.as_ref().map(|c| format!("<StorageClass>{c}</StorageClass>")));
            let storage_class = class;
            let etag = etag.as_deref().map(ETag::new);
            let object = Object { key, size, last_modified, etag, storage_class };
            let unknown = ["<Owner><Key>x</Key></Owner>", "<Z a='>'/>", " ", "<!-- <Key> -->"];
            let unknown = subsequence(unknown.map(str::to_owned).to_vec(), 0..=4);
            unknown.prop_flat_map(move |unknown| {
                let elements = [elements.clone(), unknown].concat();
                (Just(object.clone()), Just(elements).prop_shuffle().prop_map(|e| e.concat()))
            })
        },
    )
}

proptest! {
    #[test]
    fn no_order_of_elements_matters(
        written in prop::collection::vec(objects(), 0..5),
        more in prop::option::of(any::<bool>()),
        token in prop::option::of("[a-z=]{1,9}"),
        at in any::<prop::sample::Index>(),
    ) {
        let mut elements: Vec<_> =
            written.iter().map(|(_, text)| format!("<Contents>{text}</Contents>")).collect();
        let mut put = |text: String| elements.insert(at.index(elements.len() + 1), text);
        if let Some(more) = more {
            put(format!("<IsTruncated>{more}</IsTruncated>"));
        }
        if let Some(token) = &token {
            put(format!("<NextContinuationToken>{token}</NextContinuationToken>"));
        }
        let expected = ListBucketResult {
            objects: written.iter().map(|(object, _)| object.clone()).collect(),
            common_prefixes: vec![],
            is_truncated: more,
            next_token: token,
        };
        prop_assert_eq!(result(&elements.concat()), Ok(expected));
    }

    #[test]
    fn no_cut_makes_a_shorter_page((_, text) in objects(), at in any::<prop::sample::Index>()) {
        let document = format!("<ListBucketResult><Contents>{text}</Contents></ListBucketResult>");
        let bytes = &document.as_bytes()[..at.index(document.len())];
        let error = ListBucketResult::parse(bytes).unwrap_err();
        prop_assert_eq!(error, ListBucketError::CutShort { bytes: bytes.len() });
    }

    #[test]
    fn nothing_panics(bytes: Vec<u8>, text in "[<>/&;!?\\[\\]\"'= a-]{0,60}") {
        let _ = ListBucketResult::parse(&bytes);
        let _ = result(&text);
    }
}
