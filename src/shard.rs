//! A part of all digests, so that several processes can share one bucket.

use std::fmt;
use std::str::FromStr;

use crate::oci::Digest;

/// One of `of` equal, contiguous ranges of digests, by the first 64 bits of their hashes.
///
/// Every digest is in exactly one of them. What has no digest belongs to the first.
///
/// ```
/// use ocifsck::shard::Shard;
/// let shard: Shard = "2/4".parse().unwrap();
/// let digest = format!("sha256:40{}", "0".repeat(62)).parse().unwrap();
/// assert!(shard.holds(&digest) && !shard.is_first());
/// assert!("0/4".parse::<Shard>().is_err() && "5/4".parse::<Shard>().is_err());
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "Numbers")]
pub struct Shard {
    index: u32,
    of: u32,
}

/// As a report writes it.
#[derive(serde::Deserialize)]
struct Numbers {
    index: u32,
    of: u32,
}

impl TryFrom<Numbers> for Shard {
    type Error = ShardError;

    fn try_from(Numbers { index, of }: Numbers) -> Result<Self, ShardError> {
        Self::new(index, of)
    }
}

/// Why a text or a pair of numbers is no shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected i/N with i from 1 to N, such as 3/16")]
pub struct ShardError;

/// The whole.
impl Default for Shard {
    fn default() -> Self {
        Self { index: 1, of: 1 }
    }
}

impl Shard {
    /// The `index`th of `of` shards, counted from 1.
    ///
    /// # Errors
    /// If there is no such shard.
    pub const fn new(index: u32, of: u32) -> Result<Self, ShardError> {
        if index >= 1 && index <= of { Ok(Self { index, of }) } else { Err(ShardError) }
    }

    /// Which one it is, counted from 1.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    #[must_use]
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Its part of a number of bytes. The parts of all shards are the whole.
    #[must_use]
    pub fn part_of(self, bytes: u64) -> u64 {
        let of = u64::from(self.of);
        bytes / of + u64::from(u64::from(self.index) <= bytes % of)
    }

    /// Whether what has no digest belongs to it.
    #[must_use]
    pub const fn is_first(self) -> bool {
        self.index == 1
    }

    /// Whether this digest belongs to it.
    #[must_use]
    pub fn holds(self, digest: &Digest) -> bool {
        self.holds_position(position(digest))
    }

    /// Whether the digests at this [`position`] belong to it.
    #[must_use]
    pub const fn holds_position(self, position: u64) -> bool {
        (position as u128 * self.of as u128) >> 64 == self.index as u128 - 1
    }
}

/// Where a digest stands among all: the first 64 bits of its hash. Of an algorithm that is not
/// known here, those of the SHA-256 of its text, since nobody knows how its hashes are spread.
#[must_use]
pub fn position(digest: &Digest) -> u64 {
    let first = |bytes: &[u8; 32]| {
        let mut first = [0; 8];
        first.copy_from_slice(&bytes[..8]);
        u64::from_be_bytes(first)
    };
    if let Some(bytes) = digest.as_sha256() {
        return first(bytes);
    }
    let digest = digest.in_path_form();
    if digest.is_verifiable()
        && let Some(Ok(bits)) =
            digest.encoded().get(..16).map(|digits| u64::from_str_radix(digits, 16))
    {
        return bits;
    }
    Digest::sha256_of(digest.to_string().as_bytes()).as_sha256().map_or(0, first)
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, of) = text.split_once('/').ok_or(ShardError)?;
        let number = |text: &str| text.parse().map_err(|_| ShardError);
        Self::new(number(index)?, number(of)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_there_is_can_be_named() {
        for text in ["1/1", "1/16", "16/16", "4294967295/4294967295"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "1", "0/1", "2/1", "1/0", "-1/2", "a/b", "1/2/3", "1/4294967296"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
    }

    #[test]
    fn the_spelling_of_a_key_and_of_a_reference_stand_at_one_place() {
        let position = |text: &str| position(&text.parse().unwrap());
        assert_eq!(position("tarsum.v1+sha256:ab"), position("tarsum+v1+sha256:ab"));
        let sha512 = format!("sha512:80{}", "0".repeat(126));
        assert_eq!(position(&sha512), 1 << 63);
    }

    proptest! {
        #[test]
        fn every_digest_is_in_exactly_one(bytes: [u8; 32], wide: bool, of in 1..1000_u32) {
            let mut more = [0; 64];
            more[..32].copy_from_slice(&bytes);
            let digest = if wide { Digest::from_sha512(more) } else { Digest::from_sha256(bytes) };
            let shards = (1..=of).map(|index| Shard::new(index, of).unwrap());
            prop_assert_eq!(shards.filter(|shard| shard.holds(&digest)).count(), 1);
        }

        #[test]
        fn a_shard_is_one_range(a: u64, b: u64, of in 1..1000_u32) {
            let shard = |position| {
                (1..=of)
                    .find(|&index| Shard::new(index, of).unwrap().holds_position(position))
                    .unwrap()
            };
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(shard(a) <= shard(b));
        }
    }
}
