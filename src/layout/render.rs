//! From what a key means to the key.

use std::fmt;

use super::entry::{Entry, Lockfile, UploadPart};
use super::parse::shard;
use crate::oci::Digest;

/// The path below `<root>docker/registry/`.
impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blob { digest } => {
                let encoded = digest.encoded();
                write!(f, "v2/blobs/{}/{}/{encoded}/data", folder(digest), shard(&encoded))
            }
            Self::Layer { repository, digest } => {
                write!(f, "v2/repositories/{repository}/_layers/{}/link", Linked(digest))
            }
            Self::Revision { repository, digest } => {
                write!(
                    f,
                    "v2/repositories/{repository}/_manifests/revisions/{}/link",
                    Linked(digest)
                )
            }
            Self::Signature { repository, revision, digest } => write!(
                f,
                "v2/repositories/{repository}/_manifests/revisions/{}/signatures/{}/link",
                Linked(revision),
                Linked(digest)
            ),
            Self::Tag { repository, tag } => {
                write!(f, "v2/repositories/{repository}/_manifests/tags/{tag}/current/link")
            }
            Self::TagHistory { repository, tag, digest } => write!(
                f,
                "v2/repositories/{repository}/_manifests/tags/{tag}/index/{}/link",
                Linked(digest)
            ),
            Self::Upload { repository, upload, part } => {
                write!(f, "v2/repositories/{repository}/_uploads/{upload}/")?;
                match part {
                    UploadPart::StartedAt => f.write_str("startedat"),
                    UploadPart::Data => f.write_str("data"),
                    UploadPart::HashState { algorithm, offset } => {
                        write!(f, "hashstates/{algorithm}/{offset}")
                    }
                }
            }
            Self::Lockfile(Lockfile::DatabaseInUse) => f.write_str("lockfiles/database-in-use"),
            Self::Lockfile(Lockfile::FilesystemInUse) => f.write_str("lockfiles/filesystem-in-use"),
            Self::Placeholder(path) => f.write_str(path),
        }
    }
}

/// `<algorithm>/<encoded>`
struct Linked<'a>(&'a Digest);

impl fmt::Display for Linked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", folder(self.0), self.0.encoded())
    }
}

/// The folder of an algorithm: its separators are written as `/`.
fn folder(digest: &Digest) -> String {
    digest.algorithm().replace(['+', '.', ';'], "/")
}

impl Digest {
    /// The digest as its path tells it: with `+` for every separator that a path writes as `/`.
    /// Two digests lie at the same key just if their path forms are equal.
    #[must_use]
    pub fn in_path_form(&self) -> Self {
        if self.is_verifiable() || !self.algorithm().contains(['.', ';']) {
            return self.clone();
        }
        let algorithm = self.algorithm().replace(['.', ';'], "+");
        Self::from_parts(&algorithm, &self.encoded()).unwrap_or_else(|_| self.clone())
    }
}
