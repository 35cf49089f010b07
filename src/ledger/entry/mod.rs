//! What is remembered of one blob, and its bytes in the file.
//!
//! ```text
//! form 1 | shape | size, a varint | at, µs | [last modified, µs] | [18 bytes of an entity tag]
//! ```

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::audit::Proof;
use crate::inventory::Blob;
use crate::object::Fingerprint;

/// The form of the bytes below. Whoever changes them gives the new form another number.
const FORM: u8 = 1;

/// The bits of the second byte.
mod shape {
    pub(super) const PROOF: u8 = 0b0000_0111;
    pub(super) const MODIFIED: u8 = 0b0000_1000;
    pub(super) const ETAG: u8 = 0b0001_0000;
}

/// What is remembered of one blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What was looked at.
    pub version: Version,
    /// What was found.
    pub outcome: Outcome,
}

/// Which writing of an object: what was proved of one says nothing of the next, even of the same
/// bytes, for they lie elsewhere on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// What tells its entity tag from others, where the server gives one.
    pub etag: Option<Fingerprint>,
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
    /// They cannot be read as things stand: they are in an archive, or under a customer's key.
    Unreadable {
        /// When that was known.
        at: Timestamp,
    },
}

impl Outcome {
    /// When the blob was looked at.
    #[must_use]
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Proved { at, .. } | Self::Wrong { at } | Self::Unreadable { at } => at,
        }
    }
}

impl Version {
    /// The one that was listed.
    #[must_use]
    pub const fn of(blob: &Blob<'_>) -> Self {
        Self { etag: blob.etag, size: blob.size, last_modified: blob.last_modified }
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
        let Version { etag, size, last_modified } = self.version;
        let mut shape = match self.outcome {
            Outcome::Wrong { .. } => WRONG,
            Outcome::Unreadable { .. } => UNREADABLE,
            Outcome::Proved { by, .. } => number(by),
        };
        shape |= if last_modified.is_some() { shape::MODIFIED } else { 0 };
        shape |= if etag.is_some() { shape::ETAG } else { 0 };
        let mut bytes = vec![FORM, shape];
        put_varint(&mut bytes, size);
        bytes.extend(self.outcome.at().as_microsecond().to_be_bytes());
        bytes.extend(last_modified.iter().flat_map(|time| time.as_microsecond().to_be_bytes()));
        bytes.extend(etag.iter().flat_map(|etag| etag.to_bytes()));
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
            0 if rest.is_empty() => None,
            shape::ETAG => Some(Fingerprint::from_bytes(rest.try_into().ok()?)),
            _ => return None,
        };
        let outcome = match shape & shape::PROOF {
            WRONG => Outcome::Wrong { at },
            UNREADABLE => Outcome::Unreadable { at },
            code => Outcome::Proved { at, by: numbered(code)? },
        };
        Some(Self { version: Version { etag, size, last_modified }, outcome })
    }
}

/// The numbers of outcomes that are no proofs.
const WRONG: u8 = 0;
const UNREADABLE: u8 = 6;

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
