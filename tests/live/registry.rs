//! CNCF Distribution 2.8, Debian's `docker-registry`, over a bucket or a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::minio::Minio;
use crate::process::{Server, free_port, run};
use crate::tools;

pub(crate) struct Registry {
    /// `host:port`, as it stands before a repository's name.
    pub(crate) address: String,
    _server: Server,
    folder: TempDir,
}

impl Registry {
    /// A registry that keeps its blobs in MinIO's bucket, below `root`.
    pub(crate) fn in_bucket(minio: &Minio, root: &str) -> Self {
        Self::start(minio.storage(root))
    }

    /// A registry that keeps its blobs in `folder`.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::start(json!({ "filesystem": { "rootdirectory": folder } }))
    }

    fn start(mut storage: Value) -> Self {
        storage["delete"] = json!({ "enabled": true });
        storage["maintenance"] = json!({ "uploadpurging": { "enabled": false } });
        let address = format!("127.0.0.1:{}", free_port());
        let config = json!({
            "version": "0.1",
            "log": { "level": "warn", "accesslog": { "disabled": true } },
            "storage": storage,
            "http": { "addr": address, "secret": "of the tests" },
            "compatibility": { "schema1": { "enabled": true } },
            // Without it, no foreign layer is accepted.
            "validation": { "manifests": { "urls": { "allow": ["^https://"] } } },
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("config.yml");
        // JSON is YAML.
        fs::write(&file, config.to_string()).expect("a configuration file");
        let mut command = Command::new(tools::path("docker-registry"));
        command.arg("serve").arg(&file);
        let url = format!("http://{address}/v2/");
        let server = Server::start(command, &folder.path().join("registry.log"), &url);
        Self { address, _server: server, folder }
    }

    /// The digests that the registry's own garbage collection would delete.
    pub(crate) fn garbage(&self) -> BTreeSet<String> {
        let mut command = Command::new(tools::path("docker-registry"));
        command.args(["garbage-collect", "--dry-run"]).arg(self.folder.path().join("config.yml"));
        let outcome = run(&mut command, Duration::from_mins(2));
        assert!(outcome.status.success(), "garbage-collect failed: {}", outcome.stderr);
        let eligible = outcome.stdout.lines();
        eligible
            .filter_map(|line| line.strip_prefix("blob eligible for deletion: "))
            .map(|digest| digest.trim().to_owned())
            .collect()
    }
}
