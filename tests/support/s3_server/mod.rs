//! An S3 server in the test process: a [`MemoryStore`] behind real HTTP, with switchable faults.
//!
//! It knows GET, HEAD and `ListObjectsV2` on one bucket, and nothing else. Whatever else is asked
//! is answered 405, and every request is recorded, so that a test can assert that nothing was
//! ever asked but to read.

mod answer;
mod page;
mod quirk;
mod request;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::Method;
use ocifsck::store::MemoryStore;
use ocifsck::store::s3::{S3Credentials, S3Settings, S3Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use self::quirk::{Effect, On};
use self::quirk::{Quirk, Throttle};
pub(crate) use self::request::Recorded;

/// The one bucket.
pub(crate) const BUCKET: &str = "registry";
/// The one access key. Secrets are not checked.
pub(crate) const ACCESS_KEY: &str = "reader";

/// A server on a port of its own, gone when dropped.
pub(crate) struct S3Server {
    shared: Arc<Shared>,
    endpoint: String,
    task: JoinHandle<()>,
}

struct Shared {
    store: Arc<MemoryStore>,
    quirks: Mutex<Vec<Quirk>>,
    requests: Mutex<Vec<Recorded>>,
    page_size: Mutex<usize>,
    throttle: Mutex<Option<Throttle>>,
}

impl S3Server {
    /// Serves what is in `store`, and whatever is put there later.
    pub(crate) async fn start(store: Arc<MemoryStore>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            store,
            quirks: Mutex::default(),
            requests: Mutex::default(),
            page_size: Mutex::new(1000),
            throttle: Mutex::default(),
        });
        let router = Router::new().fallback(answer::serve).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { shared, endpoint, task }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Never more keys a page than this, whatever is asked for.
    pub(crate) fn page_size(&self, keys: usize) {
        *self.shared.page_size.lock().unwrap() = keys;
    }

    /// The next `times` requests of that sort go wrong in that way.
    pub(crate) fn quirk(&self, on: On, effect: Effect, times: usize) {
        let quirk = Quirk { on, effect, left: times };
        self.shared.quirks.lock().unwrap().push(quirk);
    }

    /// The same, for ever.
    pub(crate) fn always(&self, on: On, effect: Effect) {
        self.quirk(on, effect, usize::MAX);
    }

    /// Answers 503 `SlowDown` to what is more than so many requests a second.
    pub(crate) fn throttle(&self, per_second: f64) {
        *self.shared.throttle.lock().unwrap() = Some(Throttle::new(per_second));
    }

    /// Settings that reach it, and that do not wait long for anything.
    pub(crate) fn settings(&self, bucket: &str) -> S3Settings {
        let mut settings = S3Settings::new(bucket);
        settings.endpoint_url = Some(self.endpoint.clone());
        settings.region = Some("us-east-1".to_owned());
        settings.credentials =
            S3Credentials::Keys { id: ACCESS_KEY.to_owned(), secret: "secret".to_owned() };
        settings.patience.attempts = 4;
        settings.patience.first_pause = Duration::from_millis(1);
        settings.patience.longest_pause = Duration::from_millis(10);
        settings.patience.attempt = Duration::from_secs(10);
        settings.patience.total = Duration::from_secs(20);
        settings.patience.stall = Duration::from_secs(10);
        settings
    }

    /// A store that reads it.
    pub(crate) async fn connect(&self, bucket: &str) -> S3Store {
        S3Store::connect(self.settings(bucket)).await.unwrap()
    }

    /// Fails if anything was asked but to read.
    pub(crate) fn assert_only_read(&self) {
        let requests = self.requests();
        assert!(!requests.is_empty());
        let reads = [Method::GET, Method::HEAD];
        let other: Vec<_> = requests.iter().filter(|r| !reads.contains(&r.method)).collect();
        assert!(other.is_empty(), "{other:?}");
    }

    /// What it serves.
    pub(crate) fn store(&self) -> &MemoryStore {
        &self.shared.store
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn effect(&self, request: &Recorded) -> Option<Effect> {
        let mut throttle = self.throttle.lock().unwrap();
        if throttle.as_mut().is_some_and(|throttle| !throttle.allows()) {
            return Some(Effect::Refuse(503, "SlowDown"));
        }
        let mut quirks = self.quirks.lock().unwrap();
        let quirk = quirks.iter_mut().find(|quirk| quirk.left > 0 && quirk.on.matches(request))?;
        quirk.left -= 1;
        Some(quirk.effect.clone())
    }
}
