//! A MinIO server with one bucket, and the credentials to reach it.

use std::fs;
use std::process::Command;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::process::{Server, free_port};
use crate::tools;

pub(crate) const BUCKET: &str = "registry";
const REGION: &str = "us-east-1";
const ROOT_USER: &str = "registry-admin";
const ROOT_PASSWORD: &str = "registry-admin-secret";

pub(crate) struct Minio {
    pub(crate) endpoint: String,
    // In this order: the server ends before its folder goes.
    _server: Server,
    _folder: TempDir,
}

impl Minio {
    /// Starts a server that holds the empty bucket [`BUCKET`].
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        // To MinIO on one drive, a folder that is there at the start is a bucket.
        fs::create_dir_all(data.join(BUCKET)).expect("a folder for the bucket");
        let address = format!("127.0.0.1:{}", free_port());
        let endpoint = format!("http://{address}");
        let mut command = Command::new(tools::path("minio"));
        command
            .args(["server", "--quiet", "--address", &address])
            .arg(&data)
            .env("MINIO_ROOT_USER", ROOT_USER)
            .env("MINIO_ROOT_PASSWORD", ROOT_PASSWORD)
            .env("MINIO_BROWSER", "off")
            .env("MINIO_UPDATE", "off")
            .env("HOME", folder.path());
        let health = format!("{endpoint}/minio/health/ready");
        let server = Server::start(command, &folder.path().join("minio.log"), &health);
        Self { endpoint, _server: server, _folder: folder }
    }

    /// The owner's key, which may do anything.
    pub(crate) fn owner() -> Credentials {
        Credentials::new(ROOT_USER, ROOT_PASSWORD, None, None, "tests")
    }

    /// How the AWS SDK reaches this server as its owner.
    pub(crate) fn config(&self) -> SdkConfig {
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&self.endpoint)
            .credentials_provider(Self::owner())
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        runtime().block_on(config.load())
    }

    /// A session that may do `actions` in the bucket and nothing else, and may not read the keys
    /// of `hidden`.
    pub(crate) fn session(&self, actions: &[&str], hidden: &[&str]) -> Credentials {
        let arn = |key: &str| format!("arn:aws:s3:::{BUCKET}{key}");
        let mut statements = vec![json!({
            "Effect": "Allow",
            "Action": actions,
            "Resource": [arn(""), arn("/*")],
        })];
        for key in hidden {
            let resource = [arn(&format!("/{key}"))];
            statements.push(json!({
                "Effect": "Deny",
                "Action": ["s3:GetObject"],
                "Resource": resource,
            }));
        }
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        // MinIO knows no roles; the policy is what counts.
        let request = aws_sdk_sts::Client::new(&self.config())
            .assume_role()
            .role_arn("arn:aws:iam::000000000000:role/unused")
            .role_session_name("tests")
            .policy(policy.to_string());
        let answer = runtime().block_on(request.send()).expect("MinIO hands out a session");
        let given = answer.credentials.expect("a session has credentials");
        let token = Some(given.session_token);
        Credentials::new(given.access_key_id, given.secret_access_key, token, None, "tests")
    }

    /// The `storage` entry by which Distribution reaches the bucket.
    pub(crate) fn storage(&self, root: &str) -> Value {
        json!({ "s3": {
            "accesskey": ROOT_USER,
            "secretkey": ROOT_PASSWORD,
            "region": REGION,
            "regionendpoint": self.endpoint,
            "bucket": BUCKET,
            "rootdirectory": root,
            "secure": false,
            "forcepathstyle": true,
            "v4auth": true,
        }})
    }
}

/// What the SDK's calls run on, one at a time.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
