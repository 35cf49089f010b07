//! What a bucket holds: objects, as a listing shows them.

use std::fmt;
use std::ops::AddAssign;

use jiff::Timestamp;
use md5::{Digest as _, Md5};

/// One object as a listing or a HEAD shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The whole key, from the bucket's (or directory's) root.
    pub key: String,
    /// The size in bytes.
    pub size: u64,
    /// When the object was last written. `None` where the server does not say: of unknown age.
    pub last_modified: Option<Timestamp>,
    /// The entity tag, where the server gives one.
    pub etag: Option<ETag>,
    /// The storage class, where the server gives one (`STANDARD`, `GLACIER`, ...).
    pub storage_class: Option<String>,
}

/// An entity tag, without its quotes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ETag(String);

impl ETag {
    /// Takes an entity tag as a server sends it, with or without quotes.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim_matches('"').to_owned())
    }

    /// The entity tag that a plain upload gets, from the MD5 of its content.
    #[must_use]
    pub fn from_md5(md5: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(md5)))
    }

    /// The entity tag as a condition of a request names it.
    #[must_use]
    pub fn quoted(&self) -> String {
        // A weak one (W/"...") has kept its first quote.
        let quote = if self.0.starts_with("W/\"") { "" } else { "\"" };
        format!("{quote}{}\"", self.0)
    }

    /// The text, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 16 bytes that an MD5 of the content would have, if this tag has that form.
    ///
    /// Only equality with a computed MD5 proves anything: a server is free to put 32 other
    /// hexadecimal digits here (encryption under KMS does), and a multipart upload's tag ends in
    /// `-N`.
    #[must_use]
    pub fn as_md5(&self) -> Option<[u8; 16]> {
        if self.0.len() != 32 || !self.0.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&self.0[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(bytes)
    }

    /// Whether this is the tag of an object of these bytes, put in one piece and plain.
    #[must_use]
    pub fn is_md5_of(&self, bytes: &[u8]) -> bool {
        self.as_md5().is_some_and(|md5| <[u8; 16]>::from(Md5::digest(bytes)) == md5)
    }
}

/// What tells one entity tag from another, in 18 bytes: a bucket has many objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    md5: [u8; 16],
    /// 0 for a tag that may be the MD5 of the content, N for one that ends in `-N`.
    parts: u16,
}

impl Fingerprint {
    /// Of a tag of another form: `md5` is then that of its text.
    const OF_TEXT: u16 = u16::MAX;

    /// As it is kept in files.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 18] {
        let mut bytes = [0; 18];
        bytes[..16].copy_from_slice(&self.md5);
        bytes[16..].copy_from_slice(&self.parts.to_be_bytes());
        bytes
    }

    /// The same back.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 18]) -> Self {
        let [md5 @ .., high, low] = bytes;
        Self { md5, parts: u16::from_be_bytes([high, low]) }
    }

    /// The 16 bytes of a tag that may be the MD5 of the content; see [`ETag::as_md5`].
    #[must_use]
    pub fn as_md5(&self) -> Option<[u8; 16]> {
        (self.parts == 0).then_some(self.md5)
    }

    /// The tag itself, if it is of a form that has been kept whole.
    #[must_use]
    pub fn etag(&self) -> Option<ETag> {
        let ETag(plain) = ETag::from_md5(self.md5);
        match self.parts {
            Self::OF_TEXT => None,
            0 => Some(ETag(plain)),
            parts => Some(ETag(format!("{plain}-{parts}"))),
        }
    }
}

impl From<&ETag> for Fingerprint {
    fn from(etag: &ETag) -> Self {
        let (hash, parts) = match etag.0.split_once('-') {
            Some((hash, parts)) => (ETag::new(hash), parts.parse().ok()),
            None => (etag.clone(), Some(0)),
        };
        if let (Some(md5), Some(parts)) = (hash.as_md5(), parts) {
            let fingerprint = Self { md5, parts };
            if fingerprint.etag().as_ref() == Some(etag) {
                return fingerprint;
            }
        }
        Self { md5: Md5::digest(&etag.0).into(), parts: Self::OF_TEXT }
    }
}

impl fmt::Debug for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// How many, and how many bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl Sum {
    /// Counts one more, of this many bytes. Sizes come from descriptors too, and may be absurd:
    /// the sum stops at the largest number.
    pub const fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_hexadecimal_digits_can_be_an_md5() {
        let md5 = ETag::new("\"d41d8cd98f00b204e9800998ecf8427e\"");
        assert_eq!(md5.as_md5().unwrap()[..2], [0xd4, 0x1d]);
        assert_eq!(ETag::from_md5(md5.as_md5().unwrap()), md5);
        assert!(md5.is_md5_of(b"") && !md5.is_md5_of(b"a"));
        for quoted in [r#""abc""#, r#""d41d8cd98f00b204e9800998ecf8427e-2""#, r#"W/"abc""#] {
            assert_eq!(ETag::new(quoted).quoted(), quoted);
        }
        for other in [
            "",
            "d41d8cd98f00b204e9800998ecf8427e-2",
            "zz1d8cd98f00b204e9800998ecf8427e",
            "ääääääääääääääää",
        ] {
            assert_eq!(ETag::new(other).as_md5(), None, "{other}");
        }
    }

    #[test]
    fn a_fingerprint_keeps_the_usual_tags_whole_and_tells_all_apart() {
        let plain = "d41d8cd98f00b204e9800998ecf8427e";
        let upper = plain.to_uppercase();
        let tags = [
            plain,
            &upper,
            "",
            "x",
            "-",
            "0x8DB",
            &format!("{plain}-"),
            &format!("{plain}-0"),
            &format!("{plain}-1"),
            &format!("{plain}-01"),
            &format!("{plain}-10000"),
            &format!("{plain}-65535"),
            &format!("{plain}-1-1"),
        ]
        .map(ETag::new);
        for (place, tag) in tags.iter().enumerate() {
            let fingerprint = Fingerprint::from(tag);
            assert!(fingerprint.etag().is_none_or(|kept| kept == *tag), "{tag:?}");
            assert_eq!(
                tags.iter().position(|other| Fingerprint::from(other) == fingerprint),
                Some(place)
            );
        }
        for tag in [plain.to_owned(), format!("{plain}-1"), format!("{plain}-10000")] {
            assert_eq!(Fingerprint::from(&ETag::new(&tag)).etag(), Some(ETag::new(&tag)));
        }
        assert_eq!(Fingerprint::from(&tags[0]).as_md5(), tags[0].as_md5());
        assert_eq!(Fingerprint::from(&tags[8]).as_md5(), None);
    }
}
