//! Whose blobs are remembered.

/// What tells one registry from every other: one ledger may serve several.
///
/// The endpoint belongs to it: a replica of a bucket has the same name, keys, entity tags and
/// times, and yet its own disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// The server, where it is not the one that the URI implies.
    pub endpoint: Option<&'a str>,
    /// `s3://bucket/prefix`, or the absolute path of a directory.
    pub uri: &'a str,
    /// The key prefix before `docker/registry/v2/`.
    pub root: &'a str,
}

impl Origin<'_> {
    /// The name of a table, such that no two origins have the same.
    pub(super) fn table(&self, what: &str) -> String {
        serde_json::json!([what, self.endpoint, self.uri, self.root]).to_string()
    }
}
