//! The servers of a run, as `lab/run` starts them: each S3 server once, when it is first asked for.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::audit::Audit;
use crate::process::{Server, free_port};
use crate::tools;

/// The key that owns every server, in the form that Garage asks for.
pub(crate) const ACCESS_KEY: &str = "GK0c1f5ab0c1f5ab0c1f5ab000";
pub(crate) const SECRET_KEY: &str =
    "0c1f5ab0c1f5ab0c1f5ab0c1f5ab0c1f5ab0c1f5ab0c1f5ab0c1f5ab00000000";
pub(crate) const REGION: &str = "us-east-1";

/// A server that speaks S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Minio,
    Rgw,
    Garage,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Minio, Self::Rgw, Self::Garage];

    /// As `lab/run` and the trials call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Minio => "minio",
            Self::Rgw => "rgw",
            Self::Garage => "garage",
        }
    }

    /// As people call it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Minio => "MinIO",
            Self::Rgw => "Ceph RGW",
            Self::Garage => "Garage",
        }
    }

    /// The program without which it cannot run.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Minio => "minio",
            Self::Rgw => "radosgw",
            Self::Garage => "garage",
        }
    }
}

/// The servers of this run. They end when it is dropped.
#[derive(Default)]
pub(crate) struct Lab {
    servers: [OnceLock<S3Server>; Kind::ALL.len()],
}

impl Lab {
    /// A fresh bucket of the server, which is started if it does not run yet.
    pub(crate) fn bucket(&self, kind: Kind) -> S3Bucket<'_> {
        let server = self.servers[kind as usize].get_or_init(|| S3Server::start(kind));
        S3Bucket::create(server)
    }
}

/// A running server.
pub(crate) struct S3Server {
    pub(crate) kind: Kind,
    pub(crate) endpoint: String,
    buckets: AtomicU32,
    // In this order: the server ends before its folder goes.
    _process: Server,
    folder: TempDir,
}

impl S3Server {
    /// One of a trial's own, to be harmed or killed.
    pub(crate) fn start(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut command = run(kind.name(), folder.path(), port);
        command.env("LAB_ACCESS_KEY", ACCESS_KEY).env("LAB_SECRET_KEY", SECRET_KEY);
        let log = folder.path().join("lab.log");
        let process = Server::start(command, &log, &endpoint);
        let buckets = AtomicU32::new(0);
        Self { kind, endpoint, buckets, _process: process, folder }
    }

    /// What it keeps, its configuration among it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How the AWS SDK reaches this server as its owner.
    pub(crate) fn config(&self) -> SdkConfig {
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&self.endpoint)
            .credentials_provider(owner())
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        runtime().block_on(config.load())
    }
}

/// One bucket of a server.
pub(crate) struct S3Bucket<'a> {
    pub(crate) server: &'a S3Server,
    pub(crate) name: String,
}

impl<'a> S3Bucket<'a> {
    /// A new and empty one.
    pub(crate) fn create(server: &'a S3Server) -> Self {
        let name = format!("registry-{}", server.buckets.fetch_add(1, Ordering::Relaxed));
        let bucket = Self { server, name };
        let request = bucket.client().create_bucket().bucket(&bucket.name);
        runtime().block_on(request.send()).expect("the server makes a bucket");
        bucket
    }

    pub(crate) fn client(&self) -> Client {
        let config = self.server.config();
        let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(true);
        Client::from_conf(config.build())
    }

    /// What lies below `root`, as a source of the command line.
    pub(crate) fn source(&self, root: &str) -> String {
        format!("s3://{}/{root}", self.name)
    }

    /// An audit by the owner of what lies below `root`.
    pub(crate) fn audit(&self, root: &str) -> Audit {
        Audit::of(&self.source(root)).at(&self.server.endpoint).by(&owner())
    }

    /// The same of bytes alone: `ocifsck verify`.
    pub(crate) fn verify(&self, root: &str) -> Audit {
        Audit::of_bytes(&self.source(root)).at(&self.server.endpoint).by(&owner())
    }
}

/// The key that may do anything on every server.
pub(crate) fn owner() -> Credentials {
    Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "tests")
}

/// `lab/run WHAT FOLDER PORT`, not yet run.
pub(crate) fn run(what: &str, folder: &Path, port: u16) -> Command {
    let mut command = script("run");
    command.arg(what).arg(folder).arg(port.to_string());
    command
}

/// A script of `lab/`, not yet run.
pub(crate) fn script(name: &str) -> Command {
    let mut command = Command::new(folder().join(name));
    command.env("OCIFSCK_TOOLS", tools::cache());
    command
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lab")
}

/// What the SDK's calls run on, one at a time.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
