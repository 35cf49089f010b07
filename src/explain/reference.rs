//! What a person asks about.

use std::fmt;
use std::str::FromStr;

use crate::oci::Digest;
use crate::report::escape::Escaped;

/// How many digits of a digest must be given at least.
const LEAST_DIGITS: usize = 7;

/// What a person asks about, by its form alone. Whether it is there, the audit knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A digest in full.
    Digest(Digest),
    /// The first digits of a digest: `sha256:7d6ca597`.
    Abbreviated {
        /// The algorithm.
        algorithm: String,
        /// The digits.
        digits: String,
    },
    /// `repository:tag`
    Tag {
        /// The repository.
        repository: String,
        /// The tag.
        tag: String,
    },
    /// `repository@digest`
    Manifest {
        /// The repository.
        repository: String,
        /// The digest.
        digest: Digest,
    },
    /// An object key, or the path of one below `docker/registry/` or `docker/registry/v2/`.
    Key(String),
}

/// Why a text refers to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// No text.
    #[error(
        "nothing is named; give a digest, a repository:tag, a repository@digest or an object's key"
    )]
    Empty,
    /// The name of a registry's host, which no bucket knows.
    #[error("{0} names a registry's host, which the bucket does not know; leave it out")]
    Host(String),
    /// A digest of which too little, or something else than its digits, is given.
    #[error("{0} is no digest: {1}")]
    Digest(String, String),
}

impl Reference {
    /// Reads a reference. The first of these forms that fits counts:
    ///
    /// 1. a path that a registry writes, whole or from `docker/registry/`, `v2/`, `blobs/`,
    ///    `repositories/` or `lockfiles/` on, is a key, whatever characters are in it;
    /// 2. `repository@digest`; a tag before the `@` says nothing more and is left out;
    /// 3. `sha256:…` and `sha512:…` are digests, in full or at least 7 digits of one, and so are
    ///    at least 7 hexadecimal digits by themselves (of a SHA-256). A repository called
    ///    `sha256` is asked about by the keys of its tags;
    /// 4. `repository:tag`, where no `/` follows the last `:`. A digest of an algorithm not known
    ///    here looks the same: it is looked for where there is no such tag;
    /// 5. anything else is a key.
    ///
    /// # Errors
    /// If there is no text, if a registry's host stands before the repository, or if what should
    /// be a digest is none.
    ///
    /// ```
    /// use ocifsck::explain::Reference;
    /// let tag = Reference::parse("library/nginx:1.27").unwrap();
    /// assert!(matches!(tag, Reference::Tag { tag, .. } if tag == "1.27"));
    /// assert!(Reference::parse("localhost:5000/nginx:1.27").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.is_empty() {
            return Err(ReferenceError::Empty);
        }
        if is_path(text) {
            return Ok(Self::Key(text.to_owned()));
        }
        if let Some((name, digest)) = text.rsplit_once('@')
            && digest.contains(':')
        {
            return manifest(text, name, digest);
        }
        if is_hexadecimal(text) && (LEAST_DIGITS..64).contains(&text.len()) {
            return Ok(Self::Abbreviated { algorithm: "sha256".into(), digits: text.into() });
        }
        if text.len() == 64
            && let Ok(digest) = Digest::from_parts("sha256", text)
        {
            return Ok(Self::Digest(digest));
        }
        match text.rsplit_once(':') {
            Some((algorithm @ ("sha256" | "sha512"), encoded)) => digest(text, algorithm, encoded),
            Some((repository, tag)) if is_tag(tag) => {
                let repository = repository_name(text, repository)?;
                Ok(Self::Tag { repository, tag: tag.to_owned() })
            }
            _ => Ok(Self::Key(text.to_owned())),
        }
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

/// As it can be asked again; not escaped.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest(digest) => digest.fmt(f),
            Self::Abbreviated { algorithm, digits } => write!(f, "{algorithm}:{digits}"),
            Self::Tag { repository, tag } => write!(f, "{repository}:{tag}"),
            Self::Manifest { repository, digest } => write!(f, "{repository}@{digest}"),
            Self::Key(key) => f.write_str(key),
        }
    }
}

fn manifest(text: &str, name: &str, digest: &str) -> Result<Reference, ReferenceError> {
    let digest = digest.parse().map_err(|error| no_digest(digest, error))?;
    let name = match name.rsplit_once(':') {
        Some((repository, tag)) if is_tag(tag) => repository,
        _ => name,
    };
    Ok(Reference::Manifest { repository: repository_name(text, name)?, digest })
}

fn digest(text: &str, algorithm: &str, encoded: &str) -> Result<Reference, ReferenceError> {
    let whole = if algorithm == "sha256" { 64 } else { 128 };
    if is_hexadecimal(encoded) && (LEAST_DIGITS..whole).contains(&encoded.len()) {
        return Ok(Reference::Abbreviated { algorithm: algorithm.into(), digits: encoded.into() });
    }
    match text.parse() {
        Ok(digest) => Ok(Reference::Digest(digest)),
        Err(_) if encoded.len() < LEAST_DIGITS => {
            Err(no_digest(text, format!("give at least {LEAST_DIGITS} of its digits")))
        }
        Err(error) => Err(no_digest(text, error)),
    }
}

/// The name of a repository has no `:`; a host's port does.
fn repository_name(text: &str, name: &str) -> Result<String, ReferenceError> {
    if name.contains(':') {
        return Err(ReferenceError::Host(Escaped::text(text).to_string()));
    }
    Ok(name.to_owned())
}

fn no_digest(text: &str, why: impl fmt::Display) -> ReferenceError {
    ReferenceError::Digest(Escaped::text(text).to_string(), why.to_string())
}

/// Whether a registry would write such a path.
fn is_path(text: &str) -> bool {
    let starts = ["v2/", "blobs/", "repositories/", "lockfiles/"];
    let has_stem = |stem: &str| text.starts_with(stem) || text.contains(&format!("/{stem}"));
    has_stem("docker/registry/")
        || (starts.iter().any(|start| text.starts_with(start))
            && ["/data", "/link", "/startedat", "-in-use", "/"]
                .iter()
                .any(|end| text.ends_with(end)))
        || text.contains("/_manifests/")
        || text.contains("/_layers/")
        || text.contains("/_uploads/")
}

/// Whether a tag may be called so
/// ([distribution-spec, "Pulling manifests"](https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests)).
fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
        && text.bytes().next().is_some_and(is_word)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn parsed(text: &str) -> String {
        match Reference::parse(text) {
            Ok(Reference::Digest(digest)) => format!("digest {digest}"),
            Ok(Reference::Abbreviated { algorithm, digits }) => {
                format!("digits {algorithm} {digits}")
            }
            Ok(Reference::Tag { repository, tag }) => format!("tag {repository} {tag}"),
            Ok(Reference::Manifest { repository, digest }) => {
                format!("manifest {repository} {digest}")
            }
            Ok(Reference::Key(key)) => format!("key {key}"),
            Err(error) => format!("error {error}"),
        }
    }

    #[test]
    fn the_first_form_that_fits_counts() {
        let digest = format!("sha256:{A}");
        for (text, expected) in [
            (digest.clone(), format!("digest {digest}")),
            (A.to_owned(), format!("digest {digest}")),
            ("sha256:7d6ca597".into(), "digits sha256 7d6ca597".into()),
            ("7d6ca597".into(), "digits sha256 7d6ca597".into()),
            ("library/base:1.0".into(), "tag library/base 1.0".into()),
            ("blake3:af1349b9".into(), "tag blake3 af1349b9".into()),
            (format!("a/b@{digest}"), format!("manifest a/b {digest}")),
            (format!("a/b:1.0@{digest}"), format!("manifest a/b {digest}")),
            ("a:b/readme".into(), "key a:b/readme".into()),
            ("library/base".into(), "key library/base".into()),
            ("z/docker/registry/v2/x:y".into(), "key z/docker/registry/v2/x:y".into()),
            ("v2/app:1".into(), "tag v2/app 1".into()),
            (format!("blobs/sha256/aa/{A}/data"), format!("key blobs/sha256/aa/{A}/data")),
            (
                "r/_manifests/tags/a:b/current/link".into(),
                "key r/_manifests/tags/a:b/current/link".into(),
            ),
        ] {
            assert_eq!(parsed(&text), expected);
        }
    }

    #[test]
    fn says_why_it_is_none() {
        for (text, expected) in [
            ("", "nothing is named"),
            ("localhost:5000/a:1", "localhost:5000/a:1 names a registry's host"),
            ("sha256:7d6", "sha256:7d6 is no digest: give at least 7"),
            ("sha256:7D6CA597", "sha256:7D6CA597 is no digest: sha256 takes 64"),
            ("a@sha256:\u{1b}[2J", r"sha256:\u{1b}[2J is no digest"),
        ] {
            let error = Reference::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text: String) {
            let _ = Reference::parse(&text);
        }

        #[test]
        fn what_is_written_reads_the_same(text in "[a-f0-9@:/._-]{1,40}") {
            if let Ok(reference) = Reference::parse(&text) {
                prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
            }
        }
    }
}
