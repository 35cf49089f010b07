//! The answer to `ListObjectsV2`, read from its bytes.
//!
//! A listing that is short and looks whole turns live blobs into orphans. So the document is read
//! to its end, and one that is cut short, not well-formed or senseless is an error that says so:
//! the SDK's own decoder takes what it has got by then for the page, and takes seven times as long
//! (`docs/decisions/list-decoder.md`).

mod error;
mod references;
mod tokens;
mod xml;

#[cfg(test)]
pub(super) mod tests;

use std::str::{FromStr, Utf8Error};

use jiff::Timestamp;

pub use self::error::ListBucketError;
use self::error::beginning;
use self::xml::Reader;
use super::Page;
use crate::object::{ETag, Object};

/// What a server says in answer to
/// [`ListObjectsV2`](https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html), as
/// far as it is of use. Elements may come in any order; those that are not known mean nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListBucketResult {
    /// The objects, in the order in which they stand there.
    pub objects: Page,
    /// What keys have in common that are not listed one by one. Only who asks for a delimiter
    /// gets them.
    pub common_prefixes: Vec<String>,
    /// Whether there is more, if the server says so.
    pub is_truncated: Option<bool>,
    /// Where it goes on. Never empty.
    pub next_token: Option<String>,
}

impl ListBucketResult {
    /// Reads an answer. What it holds is never larger than a few times its bytes.
    ///
    /// # Errors
    /// Unless it is one whole, well-formed `ListBucketResult` in UTF-8 of which every object has a
    /// key and a size, and every value makes sense.
    ///
    /// ```
    /// use ocifsck::store::{ListBucketError, ListBucketResult};
    /// let document = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key>\
    ///     <Size>7</Size></Contents></ListBucketResult>";
    /// let result = ListBucketResult::parse(document.as_bytes()).unwrap();
    /// assert_eq!(result.objects[0].key, "a");
    /// let cut = ListBucketResult::parse(&document.as_bytes()[..90]).unwrap_err();
    /// assert_eq!(cut, ListBucketError::CutShort { bytes: 90 });
    /// ```
    pub fn parse(document: &[u8]) -> Result<Self, ListBucketError> {
        let (text, spoilt) = match std::str::from_utf8(document) {
            Ok(text) => (text, None),
            Err(error) => (valid_beginning(document), Some(not_utf8(document, error))),
        };
        let mut reader = Reader::new(text);
        begin(&mut reader, text)?;
        if let Some(error) = spoilt {
            return Err(error);
        }
        let mut result = Self::default();
        result.read(&mut reader)?;
        reader.finish()?;
        Ok(result)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), ListBucketError> {
        let mut encoding = None;
        let mut said = None;
        while let Some(name) = reader.child()? {
            match name {
                "Contents" => self.objects.push(object(reader)?),
                "CommonPrefixes" => self.common_prefixes.extend(common_prefix(reader)?),
                "IsTruncated" => {
                    let value = parsed("IsTruncated", reader.text()?)?;
                    once("IsTruncated", &mut self.is_truncated, value)?;
                }
                "NextContinuationToken" => {
                    let token = reader.text()?.to_owned();
                    once("NextContinuationToken", &mut self.next_token, token)?;
                }
                "EncodingType" => {
                    let value = reader.text()?.trim_ascii() == "url";
                    once("EncodingType", &mut encoding, value)?;
                }
                "KeyCount" => {
                    let count = parsed("KeyCount", reader.text()?)?;
                    once("KeyCount", &mut said, count)?;
                }
                _ => reader.skip()?,
            }
        }
        let came = self.objects.len() + self.common_prefixes.len();
        if let Some(said) = said.filter(|said| *said != came) {
            return Err(ListBucketError::Miscounted { said, came });
        }
        self.next_token.take_if(|token| token.is_empty());
        // Servers that do not know the encoding do not name it, and give the keys as they are.
        if encoding == Some(true) {
            let keys = self.objects.iter_mut().map(|object| &mut object.key);
            for key in keys.chain(&mut self.common_prefixes) {
                *key = references::decode_form(std::mem::take(key));
            }
        }
        Ok(())
    }
}

/// Reads as far as into the root element.
fn begin(reader: &mut Reader<'_>, document: &str) -> Result<(), ListBucketError> {
    match reader.child() {
        Ok(Some("ListBucketResult")) => Ok(()),
        Ok(Some(root)) => Err(ListBucketError::Other(format!("<{}>", beginning(root)))),
        Ok(None) => Err(ListBucketError::CutShort { bytes: document.len() }),
        Err(error @ ListBucketError::CutShort { .. }) => Err(error),
        Err(_) => Err(ListBucketError::Other(format!("{:?}", beginning(document)))),
    }
}

fn valid_beginning(document: &[u8]) -> &str {
    document.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

fn not_utf8(document: &[u8], error: Utf8Error) -> ListBucketError {
    match error.error_len() {
        Some(_) => {
            let (what, at) = ("a byte that is no UTF-8", error.valid_up_to());
            ListBucketError::Malformed { what, at }
        }
        None => ListBucketError::CutShort { bytes: document.len() },
    }
}

fn object(reader: &mut Reader<'_>) -> Result<Object, ListBucketError> {
    let (mut key, mut size, mut last_modified) = (None, None, None);
    let (mut etag, mut storage_class) = (None, None);
    while let Some(name) = reader.child()? {
        match name {
            "Key" => once("Key", &mut key, reader.text()?.to_owned())?,
            "Size" => once("Size", &mut size, parsed("Size", reader.text()?)?)?,
            "LastModified" => {
                let time: Timestamp = parsed("LastModified", reader.text()?)?;
                once("LastModified", &mut last_modified, time)?;
            }
            "ETag" => once("ETag", &mut etag, ETag::new(reader.text()?))?,
            "StorageClass" => {
                once("StorageClass", &mut storage_class, reader.text()?.to_owned())?;
            }
            _ => reader.skip()?,
        }
    }
    let missing = |child| ListBucketError::Missing { parent: "Contents", child };
    Ok(Object {
        key: key.ok_or_else(|| missing("Key"))?,
        size: size.ok_or_else(|| missing("Size"))?,
        last_modified,
        etag: etag.filter(|etag| !etag.as_str().is_empty()),
        storage_class: storage_class.filter(|class| !class.is_empty()),
    })
}

fn common_prefix(reader: &mut Reader<'_>) -> Result<Option<String>, ListBucketError> {
    let mut prefix = None;
    while let Some(name) = reader.child()? {
        match name {
            "Prefix" => once("Prefix", &mut prefix, reader.text()?.to_owned())?,
            _ => reader.skip()?,
        }
    }
    Ok(prefix)
}

fn parsed<T: FromStr>(element: &'static str, text: &str) -> Result<T, ListBucketError> {
    let senseless = |_| ListBucketError::Senseless { element, text: beginning(text) };
    text.trim_ascii().parse().map_err(senseless)
}

fn once<T>(name: &'static str, place: &mut Option<T>, value: T) -> Result<(), ListBucketError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(ListBucketError::Twice(name)),
    }
}
