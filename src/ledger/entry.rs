//! What is remembered of one blob, and its bytes in the file.
//!
//! ```text
//! form 1 | shape | size, a varint | at, µs | [last modified, µs] | [16 bytes of an MD5, or a text]
//! ```

use jiff::Timestamp;

use crate::audit::Proof;
use crate::object::{ETag, Object};

/// The form of the bytes below. Whoever changes them gives the new form another number.
const FORM: u8 = 1;

/// The bits of the second byte.
mod shape {
    pub(super) const PROOF: u8 = 0b0000_0111;
    pub(super) const MODIFIED: u8 = 0b0000_1000;
    pub(super) const MD5: u8 = 0b0001_0000;
    pub(super) const TEXT: u8 = 0b0010_0000;
}

/// What is remembered of one blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was looked at.
    pub version: Version,
    /// What was found.
    pub outcome: Outcome,
}

/// Which writing of an object: what was proved of one says nothing of the next, even of the same
/// bytes, for they lie elsewhere on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The entity tag, where the server gives one.
    pub etag: Option<ETag>,
    /// The size in bytes.
    pub size: u64,
    /// When it was written, where the server says.
    pub last_modified: Option<Timestamp>,
}

/// What the last look at a blob's bytes showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They are what the name says.
    Proved {
        /// When that was known.
        at: Timestamp,
        /// How.
        by: Proof,
    },
    /// They are not.
    Wrong {
        /// When that was known.
        at: Timestamp,
    },
}

impl Outcome {
    /// When the blob was looked at.
    #[must_use]
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Proved { at, .. } | Self::Wrong { at } => at,
        }
    }
}

impl Version {
    /// The one that a listing or a HEAD shows.
    #[must_use]
    pub fn of(object: &Object) -> Self {
        Self { etag: object.etag.clone(), size: object.size, last_modified: object.last_modified }
    }

    /// Whether the two are of one writing.
    ///
    /// Where there is an entity tag, times are compared to the second: a HEAD tells whole seconds
    /// where a listing tells milliseconds. Where there is none, as in a directory, the time is all
    /// there is.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let unit = if self.etag.is_some() { 1_000_000 } else { 1 };
        let time = |version: &Self| {
            version.last_modified.map(|time| time.as_microsecond().div_euclid(unit))
        };
        self.etag == other.etag && self.size == other.size && time(self) == time(other)
    }
}

impl Entry {
    /// As it is written into the file. Times are kept to the microsecond.
    pub(super) fn encode(&self) -> Vec<u8> {
        let Version { etag, size, last_modified } = &self.version;
        let md5 = etag.as_ref().and_then(ETag::as_md5);
        // Only what `ETag::from_md5` gives back as it was: capitals are kept as text.
        let md5 = md5.filter(|md5| Some(ETag::from_md5(*md5)) == *etag);
        let mut shape = match self.outcome {
            Outcome::Wrong { .. } => 0,
            Outcome::Proved { by, .. } => number(by),
        };
        shape |= if last_modified.is_some() { shape::MODIFIED } else { 0 };
        shape |= match (etag, md5) {
            (None, _) => 0,
            (Some(_), Some(_)) => shape::MD5,
            (Some(_), None) => shape::TEXT,
        };
        let mut bytes = vec![FORM, shape];
        put_varint(&mut bytes, *size);
        bytes.extend(self.outcome.at().as_microsecond().to_be_bytes());
        bytes.extend(last_modified.iter().flat_map(|time| time.as_microsecond().to_be_bytes()));
        match (etag, md5) {
            (_, Some(md5)) => bytes.extend(md5),
            (Some(etag), None) => bytes.extend(etag.as_str().as_bytes()),
            (None, None) => {}
        }
        bytes
    }

    /// Reads what [`Entry::encode`] writes. Anything else is nothing: the blob is read again then.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        Self::parse(bytes).filter(|entry| entry.encode() == bytes)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (&[FORM, shape], mut rest) = bytes.split_first_chunk()? else { return None };
        let size = take_varint(&mut rest)?;
        let at = take_time(&mut rest)?;
        let last_modified = match shape & shape::MODIFIED {
            0 => None,
            _ => Some(take_time(&mut rest)?),
        };
        let etag = match shape & !(shape::PROOF | shape::MODIFIED) {
            0 => None,
            shape::MD5 => Some(ETag::from_md5(rest.try_into().ok()?)),
            shape::TEXT => Some(ETag::new(str::from_utf8(rest).ok()?)),
            _ => return None,
        };
        let outcome = match shape & shape::PROOF {
            0 => Outcome::Wrong { at },
            code => Outcome::Proved { at, by: numbered(code)? },
        };
        Some(Self { version: Version { etag, size, last_modified }, outcome })
    }
}

/// The number of a proof in the file. Never to be given to another one.
const fn number(proof: Proof) -> u8 {
    match proof {
        Proof::None => 1,
        Proof::Listing => 2,
        Proof::Etag => 3,
        Proof::Checksum => 4,
        Proof::Bytes => 5,
    }
}

/// The proof of a number. What proves nothing of the bytes is none.
const fn numbered(number: u8) -> Option<Proof> {
    match number {
        3 => Some(Proof::Etag),
        4 => Some(Proof::Checksum),
        5 => Some(Proof::Bytes),
        _ => None,
    }
}

fn take_time(rest: &mut &[u8]) -> Option<Timestamp> {
    let (bytes, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Timestamp::from_microsecond(i64::from_be_bytes(*bytes)).ok()
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    /// Times to the microsecond, over all that can be said.
    fn time() -> impl Strategy<Value = Timestamp> {
        let range = Timestamp::MIN.as_microsecond()..Timestamp::MAX.as_microsecond();
        range.prop_map(|time| Timestamp::from_microsecond(time).unwrap())
    }

    fn etag() -> impl Strategy<Value = ETag> {
        prop_oneof![
            any::<[u8; 16]>().prop_map(ETag::from_md5),
            "[0-9a-fA-F+]{32}(-[0-9]{1,5})?".prop_map(|text| ETag::new(&text)),
            any::<String>().prop_map(|text| ETag::new(&text)),
        ]
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let proof = prop_oneof![Just(Proof::Etag), Just(Proof::Bytes)];
        (time(), option::of(proof)).prop_map(|(at, by)| match by {
            Some(by) => Outcome::Proved { at, by },
            None => Outcome::Wrong { at },
        })
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let size = (any::<u64>(), 0..64_u32).prop_map(|(bits, shift)| bits >> shift);
        let version = (option::of(etag()), size, option::of(time()))
            .prop_map(|(etag, size, last_modified)| Version { etag, size, last_modified });
        (version, outcome()).prop_map(|(version, outcome)| Entry { version, outcome })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_written_is_read(entry in entry()) {
            prop_assert_eq!(Entry::decode(&entry.encode()), Some(entry));
        }

        #[test]
        fn nothing_is_read_that_would_not_be_written_so(
            mut bytes: Vec<u8>,
            (shape, size) in (0..64_u8, any::<Option<u8>>()),
        ) {
            bytes.splice(..bytes.len().min(2), [FORM, shape]);
            bytes.splice(2..2, size);
            if let Some(entry) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.encode(), bytes);
            }
        }

        #[test]
        fn a_cut_or_changed_entry_is_not_the_same(entry in entry(), at: prop::sample::Index, bit in 0..8_u8) {
            let bytes = entry.encode();
            let at = at.index(bytes.len());
            let is_text = bytes[1] & shape::TEXT != 0;
            let read = Entry::decode(&bytes[..at]);
            prop_assert!(read.is_none() || is_text && read.as_ref() != Some(&entry));
            let mut changed = bytes;
            changed[at] ^= 1_u8 << bit;
            prop_assert_ne!(Entry::decode(&changed), Some(entry));
        }
    }

    #[test]
    fn a_newer_form_is_nothing() {
        let at = Timestamp::UNIX_EPOCH;
        let version = Version { etag: None, size: 1, last_modified: None };
        let mut bytes = Entry { version, outcome: Outcome::Wrong { at } }.encode();
        bytes[0] = FORM + 1;
        assert_eq!(Entry::decode(&bytes), None);
    }

    #[test]
    fn a_version_is_told_by_all_that_is_known_of_it() {
        let version = |etag: Option<&str>, size, time: &str| Version {
            etag: etag.map(ETag::new),
            size,
            last_modified: Some(time.parse().unwrap()),
        };
        let listed = version(Some("a"), 1, "2026-01-02T03:04:05.678Z");
        assert!(listed.is(&version(Some("a"), 1, "2026-01-02T03:04:05Z")));
        for other in [
            version(Some("b"), 1, "2026-01-02T03:04:05.678Z"),
            version(Some("a"), 2, "2026-01-02T03:04:05.678Z"),
            version(Some("a"), 1, "2026-01-02T03:04:06Z"),
            version(None, 1, "2026-01-02T03:04:05.678Z"),
            Version { last_modified: None, ..listed.clone() },
        ] {
            assert!(!listed.is(&other) && !other.is(&listed), "{other:?}");
        }
        let file = version(None, 1, "2026-01-02T03:04:05.678Z");
        assert!(!file.is(&version(None, 1, "2026-01-02T03:04:05.679Z")));
    }
}
