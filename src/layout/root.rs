//! Where in a bucket a registry lies.

use std::fmt;

use super::entry::Entry;

/// What lies between a root and the paths that this module reads.
const MARK: &str = "docker/registry/";

/// The key prefix of a registry, up to `docker/registry/`: empty, or ending in `/`.
///
/// Distribution trims the outer slashes of its `rootdirectory` and keeps the inner ones, so a
/// root may hold `//`, and a legacy one may be `/` alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Root(String);

impl Root {
    /// The root that a person names: the text with one `/` at its end, unless it is empty.
    /// `zarf-registry`, `zarf-registry/` and `zarf-registry/docker/registry/v2` are one root.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let mut text = text.to_owned();
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        for tail in ["docker/registry/v2/", MARK] {
            if let Some(prefix) = text.strip_suffix(tail)
                && (prefix.is_empty() || prefix.ends_with('/'))
            {
                text.truncate(prefix.len());
                break;
            }
        }
        Self(text)
    }

    /// Splits a key into the root that it would belong to and the path below
    /// `docker/registry/`. `None` if it belongs to none.
    ///
    /// ```
    /// use ocifsck::layout::Root;
    /// let (root, path) = Root::split("a//b/docker/registry/v2/blobs/sha256/").unwrap();
    /// assert_eq!((root, path), ("a//b/", "v2/blobs/sha256/"));
    /// assert!(Root::split("backup-docker/registry/v2/blobs/").is_none());
    /// ```
    #[must_use]
    pub fn split(key: &str) -> Option<(&str, &str)> {
        let at = |mark: &str| {
            key.match_indices(mark)
                .map(|(at, _)| at)
                .find(|&at| at == 0 || key.as_bytes()[at - 1] == b'/')
        };
        // A root may itself lie below something that is called `docker/registry/`.
        let blobs = at("docker/registry/v2/blobs/");
        let repositories = at("docker/registry/v2/repositories/");
        let at = match (blobs, repositories) {
            (Some(a), Some(b)) => a.min(b),
            (Some(a), None) | (None, Some(a)) => a,
            (None, None) => at(MARK)?,
        };
        Some((&key[..at], &key[at + MARK.len()..]))
    }

    /// The prefix itself: empty, or ending in `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix of everything that its repositories hold.
    #[must_use]
    pub fn repositories(&self) -> String {
        format!("{}{MARK}v2/repositories/", self.0)
    }

    /// The key of an entry in this registry.
    #[must_use]
    pub fn key(&self, entry: &Entry<'_>) -> String {
        format!("{}{MARK}{entry}", self.0)
    }
}

impl From<&str> for Root {
    fn from(prefix: &str) -> Self {
        Self(prefix.to_owned())
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_registry() {
        for (key, split) in [
            ("docker/registry/v2/blobs/x", Some(("", "v2/blobs/x"))),
            ("/docker/registry/v2/blobs/x", Some(("/", "v2/blobs/x"))),
            (
                "z/docker/registry/lockfiles/database-in-use",
                Some(("z/", "lockfiles/database-in-use")),
            ),
            (
                "docker/registry/mirror/docker/registry/v2/blobs/x",
                Some(("docker/registry/mirror/", "v2/blobs/x")),
            ),
            (
                "docker/registry/v2/repositories/a/docker/registry/v2/blobs/_layers/x",
                Some(("", "v2/repositories/a/docker/registry/v2/blobs/_layers/x")),
            ),
            ("docker-backup/registry/v2/blobs/x", None),
            ("xdocker/registry/v2/blobs/x", None),
            ("readme", None),
        ] {
            assert_eq!(Root::split(key), split, "{key}");
        }
    }

    #[test]
    fn takes_a_root_as_people_name_it() {
        for (named, root) in [
            ("", ""),
            ("zarf-registry", "zarf-registry/"),
            ("zarf-registry/", "zarf-registry/"),
            ("zarf-registry/docker/registry/v2", "zarf-registry/"),
            ("zarf-registry/docker/registry", "zarf-registry/"),
            ("docker/registry/v2", ""),
            ("mirror/docker", "mirror/docker/"),
            ("a//", "a//"),
            ("mydocker", "mydocker/"),
        ] {
            assert_eq!(Root::named(named).as_str(), root, "{named}");
        }
    }
}
