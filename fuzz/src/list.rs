//! Pages of listings.

use ocifsck::store::{ListBucketError, ListBucketResult};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::count;

/// What is taken for a page is a whole document, and says what another reader finds in it.
pub fn holds(bytes: &[u8]) {
    match ListBucketResult::parse(bytes) {
        Ok(result) => {
            is_no_larger_than_its_document(&result, bytes);
            is_never_shorter_when_cut(&result, bytes);
            has_the_keys_that_another_reader_finds(&result, bytes);
        }
        Err(error) => {
            assert!(error.to_string().len() < 1000, "an error is no document");
            assert!(!(error.is_refusal() && error.is_of_the_moment()));
        }
    }
}

fn is_no_larger_than_its_document(result: &ListBucketResult, bytes: &[u8]) {
    assert!(result.objects.len() + result.common_prefixes.len() < count(bytes, b'<'));
    let of_object = |object: &ocifsck::object::Object| {
        let etag = object.etag.as_ref().map_or(0, |etag| etag.as_str().len());
        object.key.len() + etag + object.storage_class.as_ref().map_or(0, String::len)
    };
    let keys: usize = result.objects.iter().map(of_object).sum();
    let prefixes: usize = result.common_prefixes.iter().map(String::len).sum();
    let token = result.next_token.as_ref().map_or(0, String::len);
    assert!(keys + prefixes + token < bytes.len());
    assert_ne!(result.next_token.as_deref(), Some(""));
}

/// Behind the root there may be white space and comments, and they may be cut off.
fn is_never_shorter_when_cut(result: &ListBucketResult, bytes: &[u8]) {
    let step = bytes.len() / 16 + 1;
    for length in (0..bytes.len()).rev().take(16).chain((0..bytes.len()).step_by(step)) {
        match ListBucketResult::parse(&bytes[..length]) {
            Ok(cut) => assert_eq!(&cut, result, "cut to {length} bytes"),
            Err(ListBucketError::CutShort { .. }) => {}
            Err(error) => panic!("cut to {length} bytes: {error}"),
        }
    }
}

fn has_the_keys_that_another_reader_finds(result: &ListBucketResult, bytes: &[u8]) {
    let document = std::str::from_utf8(bytes).unwrap();
    // Those of an encoded page are not compared: what the encoding means is another law.
    if !document.contains("url") {
        let keys: Vec<_> = result.objects.iter().map(|object| object.key.clone()).collect();
        assert_eq!(keys_of(document), keys);
    }
}

fn keys_of(document: &str) -> Vec<String> {
    let mut reader = Reader::from_str(document);
    let (mut path, mut keys) = (Vec::new(), Vec::new());
    reader.config_mut().expand_empty_elements = true;
    // Ours looks for references in the text that it is asked for, and not in what it passes over.
    reader.config_mut().allow_dangling_amp = true;
    loop {
        let event = reader.read_event().unwrap();
        let text = match &event {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                if path == ["ListBucketResult", "Contents", "Key"] {
                    keys.push(String::new());
                }
                continue;
            }
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Eof => return keys,
            Event::Text(text) => text.as_ref().to_owned(),
            Event::CData(text) => text.as_ref().to_owned(),
            Event::GeneralRef(name) => format!("&{};", name.as_ref()),
            _ => continue,
        };
        if path == ["ListBucketResult", "Contents", "Key"] {
            let text = match event {
                Event::GeneralRef(_) => unescape(&text).unwrap().into_owned(),
                _ => text,
            };
            keys.last_mut().unwrap().push_str(&text);
        }
    }
}
