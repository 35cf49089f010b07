//! Digests: `algorithm:encoded`, parsed once and compared as bytes.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;

use super::hasher::Hasher;

/// The name of a blob: `algorithm:encoded`
/// ([image-spec, descriptor.md, "Digests"](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests)).
///
/// Invariants:
/// - the text follows the specification's grammar;
/// - of `sha256` and `sha512` the encoded part is lower-case hexadecimal of the right length;
/// - of any other algorithm the encoded part is kept as written: such a digest names a blob but
///   cannot be verified here;
/// - it is short enough for a key or a file's name: nothing can be stored under a longer one, and
///   a server would refuse to be asked for it.
///
/// ```
/// use ocifsck::oci::Digest;
/// let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// let digest: Digest = format!("sha256:{hex}").parse().unwrap();
/// assert_eq!(digest, Digest::sha256_of(b""));
/// assert!(format!("sha256:{}", hex.to_uppercase()).parse::<Digest>().is_err());
/// assert!("sha256:e3b0".parse::<Digest>().is_err());
/// assert!("blake3:af1349b9".parse::<Digest>().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Digest(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Sha256([u8; 32]),
    Sha512(Box<[u8; 64]>),
    Other(Box<str>),
}

/// The most bytes of a digest in text. Of those in use the longest takes 135.
const MOST_BYTES: usize = 255;

/// Why a text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text is not `algorithm:encoded` in the characters that the grammar allows.
    #[error("not of the form algorithm:encoded")]
    Malformed,
    /// More bytes than the name of anything stored can have.
    #[error("longer than any digest")]
    TooLong,
    /// A registered algorithm with an encoded part of another length or alphabet.
    #[error("{algorithm} takes {expected} lower-case hexadecimal digits")]
    Encoding {
        /// The algorithm named.
        algorithm: &'static str,
        /// How many digits it takes.
        expected: usize,
    },
}

impl Digest {
    /// The SHA-256 digest of these bytes.
    #[must_use]
    pub fn sha256_of(bytes: &[u8]) -> Self {
        Self::from_sha256(sha2::Sha256::digest(bytes).into())
    }

    /// A digest from the 32 bytes of a SHA-256.
    #[must_use]
    pub const fn from_sha256(bytes: [u8; 32]) -> Self {
        Self(Repr::Sha256(bytes))
    }

    /// A digest from the 64 bytes of a SHA-512.
    #[must_use]
    pub fn from_sha512(bytes: [u8; 64]) -> Self {
        Self(Repr::Sha512(Box::new(bytes)))
    }

    /// The digest with this algorithm and this encoded part.
    ///
    /// # Errors
    /// As for parsing the two joined by a colon.
    pub fn from_parts(algorithm: &str, encoded: &str) -> Result<Self, DigestError> {
        match algorithm {
            "sha256" => unhex(encoded)
                .map(Self::from_sha256)
                .ok_or(DigestError::Encoding { algorithm: "sha256", expected: 64 }),
            "sha512" => unhex(encoded)
                .map(Self::from_sha512)
                .ok_or(DigestError::Encoding { algorithm: "sha512", expected: 128 }),
            _ if algorithm.len() + encoded.len() >= MOST_BYTES => Err(DigestError::TooLong),
            _ if is_algorithm(algorithm) && is_encoded(encoded) => {
                Ok(Self(Repr::Other(format!("{algorithm}:{encoded}").into())))
            }
            _ => Err(DigestError::Malformed),
        }
    }

    /// The part before the colon.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        match &self.0 {
            Repr::Sha256(_) => "sha256",
            Repr::Sha512(_) => "sha512",
            Repr::Other(text) => text.split_once(':').map_or("", |(algorithm, _)| algorithm),
        }
    }

    /// The part after the colon.
    #[must_use]
    pub fn encoded(&self) -> String {
        match &self.0 {
            Repr::Sha256(bytes) => Hex(bytes).to_string(),
            Repr::Sha512(bytes) => Hex(bytes.as_slice()).to_string(),
            Repr::Other(text) => {
                text.split_once(':').map_or_else(String::new, |(_, encoded)| encoded.to_owned())
            }
        }
    }

    /// The 32 bytes, if this is a SHA-256.
    #[must_use]
    pub const fn as_sha256(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            Repr::Sha256(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether this program can compute the algorithm.
    #[must_use]
    pub const fn is_verifiable(&self) -> bool {
        !matches!(self.0, Repr::Other(_))
    }

    /// Something to feed a blob's bytes to, that tells afterwards whether they are the ones named.
    /// `None` if the algorithm is not known here.
    #[must_use]
    pub fn hasher(&self) -> Option<Hasher> {
        match self.0 {
            Repr::Sha256(_) => Some(Hasher::sha256()),
            Repr::Sha512(_) => Some(Hasher::sha512()),
            Repr::Other(_) => None,
        }
    }

    /// The digest of the same algorithm over `bytes`; `None` if the algorithm is not known here.
    #[must_use]
    pub fn of_same_algorithm(&self, bytes: &[u8]) -> Option<Self> {
        let mut hasher = self.hasher()?;
        hasher.update(bytes);
        Some(hasher.finish())
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let (algorithm, encoded) = text.split_once(':').ok_or(DigestError::Malformed)?;
        Self::from_parts(algorithm, encoded)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Sha256(bytes) => write!(f, "sha256:{}", Hex(bytes)),
            Repr::Sha512(bytes) => write!(f, "sha512:{}", Hex(bytes.as_slice())),
            Repr::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// In the order of the text form, so that sorted output looks sorted.
impl Ord for Digest {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Sha256(a), Repr::Sha256(b)) => a.cmp(b),
            (Repr::Sha512(a), Repr::Sha512(b)) => a.cmp(b),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Lower-case hexadecimal, two digits a byte.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes behind lower-case hexadecimal of exactly the right length.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
    }
    Some(bytes)
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// `component (separator component)*`, where a component is `[a-z0-9]+` and a separator `[+._-]`.
fn is_algorithm(text: &str) -> bool {
    text.split(['+', '.', '_', '-']).all(|component| {
        !component.is_empty()
            && component.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// `[a-zA-Z0-9=_-]+`.
fn is_encoded(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_the_grammar_refuses() {
        let hex = "0".repeat(64);
        for text in [
            "",
            "sha256",
            "sha256:",
            ":abc",
            "SHA256:00",
            "sha256:00",
            "a..b:00",
            "sha256:zz",
            &format!("sha256:{hex}0"),
            &format!("sha256:{hex}\n"),
            &format!(" sha256:{hex}"),
            "blake3:ab cd",
            "blake3:ab/cd",
        ] {
            assert!(text.parse::<Digest>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn knows_the_digests_of_nothing() {
        let sha512: Digest = "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e".parse().unwrap();
        assert_eq!(sha512.of_same_algorithm(b""), Some(sha512.clone()));
        assert_eq!(sha512.algorithm(), "sha512");
        assert!(sha512.is_verifiable());
    }

    #[test]
    fn keeps_an_unknown_algorithm_as_written() {
        let digest: Digest =
            "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8".parse().unwrap();
        assert_eq!(digest.algorithm(), "multihash+base58");
        assert!(!digest.is_verifiable());
        assert_eq!(digest.of_same_algorithm(b""), None);
    }

    proptest! {
        #[test]
        fn text_goes_round(bytes: [u8; 32], other: [u8; 32]) {
            let (a, b) = (Digest::from_sha256(bytes), Digest::from_sha256(other));
            prop_assert_eq!(&a.to_string().parse::<Digest>().unwrap(), &a);
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn parsing_never_panics(text: String) {
            let _ = text.parse::<Digest>();
        }
    }
}
