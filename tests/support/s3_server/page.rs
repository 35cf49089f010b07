//! Pages of listings.

use std::fmt::Write as _;

use axum::body::Bytes;
use ocifsck::object::Object;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::request::decode;
use super::{BUCKET, Effect};

/// A page of a listing.
pub(super) struct Page {
    pub(super) objects: Vec<Object>,
    pub(super) more: Option<bool>,
    pub(super) token: Option<String>,
    pub(super) encoded: bool,
}

impl Page {
    pub(super) fn spoil(&mut self, effect: &Effect, after: &str) {
        match effect {
            Effect::NoToken => (self.more, self.token) = (Some(true), None),
            Effect::SameToken => (self.more, self.token) = (Some(true), Some(token_of(after))),
            Effect::SilentOnMore => self.more = None,
            Effect::NotEncoded => self.encoded = false,
            Effect::OtherPrefix => self.objects[0].key.insert(0, '\u{1b}'),
            Effect::EmptyPage => {
                // Only as far as the first key, which then is the next page's.
                let mut before = self.objects.remove(0).key;
                before.pop();
                (self.more, self.token) = (Some(true), Some(token_of(&before)));
                self.objects.clear();
            }
            _ => {}
        }
    }

    pub(super) fn document(&self, prefix: &str) -> Bytes {
        let name = |text: &str| {
            if self.encoded { form_encoded(text) } else { escaped(text) }
        };
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <Name>{BUCKET}</Name><Prefix>{}</Prefix><KeyCount>{}</KeyCount>",
            name(prefix),
            self.objects.len()
        );
        if self.encoded {
            xml += "<EncodingType>url</EncodingType>";
        }
        if let Some(more) = self.more {
            write!(xml, "<IsTruncated>{more}</IsTruncated>").unwrap();
        }
        if let Some(token) = &self.token {
            write!(xml, "<NextContinuationToken>{token}</NextContinuationToken>").unwrap();
        }
        for object in &self.objects {
            write!(xml, "<Contents><Key>{}</Key>", name(&object.key)).unwrap();
            if let Some(time) = object.last_modified {
                write!(xml, "<LastModified>{time:.3}</LastModified>").unwrap();
            }
            if let Some(etag) = &object.etag {
                write!(xml, "<ETag>&quot;{}&quot;</ETag>", etag.as_str()).unwrap();
            }
            let class = object.storage_class.as_deref().unwrap_or("STANDARD");
            write!(xml, "<Size>{}</Size><StorageClass>{class}</StorageClass>", object.size)
                .unwrap();
            xml += "</Contents>";
        }
        xml += "</ListBucketResult>";
        xml.into()
    }
}

/// The token for the page behind a key. XML cannot carry every key.
pub(super) fn token_of(key: &str) -> String {
    format!("after.{}", utf8_percent_encode(key, NON_ALPHANUMERIC))
}

pub(super) fn key_of(token: &str) -> String {
    decode(token.strip_prefix("after.").unwrap())
}

/// As AWS does it: a space is a plus sign.
fn form_encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string().replace("%20", "+")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
