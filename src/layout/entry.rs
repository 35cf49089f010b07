//! What a key means, as data. Knows no strings of the layout: `parse` and `render` do.

use crate::oci::Digest;

/// What a key below `docker/registry/` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry<'a> {
    /// The bytes of a blob.
    Blob {
        /// Its name.
        digest: Digest,
    },
    /// A repository's claim to a layer or config.
    Layer {
        /// The repository.
        repository: &'a str,
        /// The digest in the path; the content may name its canonical alias.
        digest: Digest,
    },
    /// A manifest of a repository.
    Revision {
        /// The repository.
        repository: &'a str,
        /// The manifest's digest.
        digest: Digest,
    },
    /// A signature of a schema 1 manifest. Written up to registry 2.4.
    Signature {
        /// The repository.
        repository: &'a str,
        /// The manifest's digest.
        revision: Digest,
        /// The signature's own.
        digest: Digest,
    },
    /// What a tag names now.
    Tag {
        /// The repository.
        repository: &'a str,
        /// The tag.
        tag: &'a str,
    },
    /// What a tag named at some time.
    TagHistory {
        /// The repository.
        repository: &'a str,
        /// The tag.
        tag: &'a str,
        /// What it named.
        digest: Digest,
    },
    /// Part of an upload that has not been finished.
    Upload {
        /// The repository.
        repository: &'a str,
        /// The upload's id, a UUID.
        upload: &'a str,
        /// Which part.
        part: UploadPart<'a>,
    },
    /// GitLab's word on where its metadata is.
    Lockfile(Lockfile),
    /// A key that ends in `/`: a folder, as consoles make them (distribution#4358).
    Placeholder(&'a str),
}

impl<'a> Entry<'a> {
    /// The repository that it is in, if it is in one.
    #[must_use]
    pub const fn repository(&self) -> Option<&'a str> {
        match self {
            Self::Layer { repository, .. }
            | Self::Revision { repository, .. }
            | Self::Signature { repository, .. }
            | Self::Tag { repository, .. }
            | Self::TagHistory { repository, .. }
            | Self::Upload { repository, .. } => Some(repository),
            Self::Blob { .. } | Self::Lockfile(_) | Self::Placeholder(_) => None,
        }
    }
}

/// Part of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadPart<'a> {
    /// When it began.
    StartedAt,
    /// The bytes that have come so far. On S3 they are a multipart upload instead, and no key.
    Data,
    /// The state of the hash at an offset.
    HashState {
        /// The hash.
        algorithm: &'a str,
        /// How many bytes it has seen.
        offset: &'a str,
    },
}

/// GitLab's marks of which metadata is the true one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lockfile {
    /// Tags and manifests are in a database; the links in the bucket may be old.
    DatabaseInUse,
    /// Tags and manifests are in the bucket.
    FilesystemInUse,
}
