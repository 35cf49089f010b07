//! CNCF Distribution over a bucket or a folder, as `lab/run` starts it.

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;

use crate::collector::{Storage, collect_as_configured};
use crate::lab::{Kind, S3Bucket, run};
use crate::process::{Server, free_port};

/// Which Distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// 2.8.
    V2,
    /// 3.x.
    V3,
}

impl Version {
    pub(crate) const ALL: [Self; 2] = [Self::V2, Self::V3];

    /// As `lab/run` and the trials call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::V2 => "distribution-2",
            Self::V3 => "distribution-3",
        }
    }

    /// As people call it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::V2 => "Distribution 2.8",
            Self::V3 => "Distribution 3",
        }
    }

    /// The program without which it cannot run.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::V2 => "docker-registry",
            Self::V3 => "registry-3",
        }
    }

    /// Whether it takes schema 1, which 3.0 gave up.
    pub(crate) fn takes_schema1(self) -> bool {
        self == Self::V2
    }

    /// Whether it takes an index whose entries are no manifests, as BuildKit pushes its cache. 3.0
    /// looks for manifests there.
    pub(crate) fn takes_layers_in_an_index(self) -> bool {
        self == Self::V2
    }

    /// Whose garbage collection can be believed on this server: not always its own.
    ///
    /// Distribution 3 lists the repositories with a `start-after` that sorts before their prefix.
    /// Garage 2.5 answers that with an empty list: to `garbage-collect` every blob is garbage, and
    /// to `_catalog` there is no repository.
    pub(crate) fn believable_on(self, server: Kind) -> Self {
        if server == Kind::Garage { Self::V2 } else { self }
    }
}

pub(crate) struct Registry {
    pub(crate) version: Version,
    /// `host:port`, as it stands before a repository's name.
    pub(crate) address: String,
    /// Whose garbage collection can be believed here.
    pub(crate) collector: Version,
    _server: Server,
    folder: TempDir,
}

impl Registry {
    /// A registry that keeps its blobs in the bucket, below `root`.
    pub(crate) fn in_bucket(version: Version, bucket: &S3Bucket, root: &str) -> Self {
        let endpoint = &bucket.server.endpoint;
        let registry = Self::start(version, Storage::Bucket { bucket, endpoint, root });
        Self { collector: version.believable_on(bucket.server.kind), ..registry }
    }

    /// A registry that keeps its blobs in `folder`.
    pub(crate) fn in_folder(version: Version, folder: &Path) -> Self {
        Self::start(version, Storage::Folder(folder))
    }

    fn start(version: Version, storage: Storage<'_>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let mut command = run(version.name(), folder.path(), port);
        storage.tell(&mut command);
        let url = format!("http://{address}/v2/");
        let server = Server::start(command, &folder.path().join("lab.log"), &url);
        Self { version, address, collector: version, _server: server, folder }
    }

    /// The digests that a registry's garbage collection would delete.
    pub(crate) fn garbage(&self) -> BTreeSet<String> {
        self.garbage_as_seen_by(self.collector)
    }

    /// The digests that the garbage collection of this Distribution would delete.
    pub(crate) fn garbage_as_seen_by(&self, version: Version) -> BTreeSet<String> {
        let collection = collect_as_configured(version, self.folder.path(), &[]);
        collection.expect("garbage-collect succeeds").blobs
    }
}
