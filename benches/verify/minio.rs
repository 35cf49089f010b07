//! A MinIO of the lab, with one bucket of random blobs.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::{Client, Config};
use ocifsck::oci::Digest;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::generated::key;
use crate::ocifsck::{BUCKET, KEYS, REGION};
use crate::process::used_by;

const START_LIMIT: Duration = Duration::from_secs(30);

/// It ends, and its folder goes, when this is dropped.
pub(crate) struct Minio {
    pub(crate) endpoint: String,
    process: Child,
    runtime: Runtime,
    client: Client,
    _folder: TempDir,
}

impl Minio {
    /// Starts one whose folder is where `TMPDIR` says.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // The script becomes the server: its process is the server's.
        let process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/run"))
            .args(["minio".as_ref(), folder.path().as_os_str(), port.to_string().as_ref()])
            .env("LAB_ACCESS_KEY", KEYS.0)
            .env("LAB_SECRET_KEY", KEYS.1)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < START_LIMIT, "MinIO does not start: see lab/README.md");
            sleep(Duration::from_millis(20));
        }
        let endpoint = format!("http://127.0.0.1:{port}");
        let (runtime, client) = (Runtime::new().unwrap(), client(&endpoint));
        runtime.block_on(client.create_bucket().bucket(BUCKET).send()).unwrap();
        Self { endpoint, process, runtime, client, _folder: folder }
    }

    /// Puts so many blobs of random bytes, and gives a signed URL of each.
    pub(crate) fn fill(&self, blobs: u64, size: u64) -> Vec<String> {
        let mut bytes = vec![0; usize::try_from(size).unwrap()];
        let put = |seed| {
            fastrand::Rng::with_seed(seed).fill(&mut bytes);
            let key = key(&Digest::sha256_of(&bytes));
            let request = self.client.put_object().bucket(BUCKET).key(&key);
            let request = request.body(bytes.clone().into()).send();
            self.runtime.block_on(request).unwrap();
            let until = PresigningConfig::expires_in(Duration::from_hours(24)).unwrap();
            let request = self.client.get_object().bucket(BUCKET).key(key).presigned(until);
            self.runtime.block_on(request).unwrap().uri().to_owned()
        };
        (0..blobs).map(put).collect()
    }

    /// Its process.
    pub(crate) fn id(&self) -> String {
        self.process.id().to_string()
    }

    /// The processor seconds that it has used.
    pub(crate) fn cpu(&self) -> f64 {
        used_by(&self.id())
    }
}

fn client(endpoint: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(REGION))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .credentials_provider(Credentials::new(KEYS.0, KEYS.1, None, None, "bench"));
    Client::from_conf(config.build())
}

impl Drop for Minio {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
