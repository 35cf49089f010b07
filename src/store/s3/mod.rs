//! A bucket on S3, MinIO or their kin. The only place that names the AWS SDK.
//!
//! | file | |
//! |---|---|
//! | `settings` | what a person can say |
//! | `connect`, `tls` | from settings to a client of the SDK |
//! | `retry`, `gate` | what is learnt from each attempt: give up, slow down |
//! | `guard` | stops whatever would write before it is sent |
//! | `list`, `get` | the three requests that are ever sent |
//! | `part`, `reading` | what came for a range; a body, taken up again where it breaks off |
//! | `checksum` | which of a server's checksums are of a whole object |
//! | `decode` | our decoder of listings, in the place of the SDK's |
//! | `error`, `answer` | what came back, as one line that helps |

mod answer;
mod checksum;
mod connect;
mod decode;
mod error;
mod gate;
mod get;
mod guard;
mod list;
mod part;
mod reading;
mod retry;
mod settings;
mod tls;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use futures::stream::BoxStream;
use jiff::Timestamp;
use tokio::time::timeout;

use self::answer::Answer;
use self::connect::Clients;
use self::error::{Attempt, SdkFailure};
pub use self::settings::{PathStyle, Patience, S3Credentials, S3Settings};
use super::{Download, ErrorKind, ObjectStore, Page, StoreError};
use crate::object::{ETag, Object};

/// A bucket.
#[derive(Debug)]
pub struct S3Store {
    bucket: Arc<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    name: String,
    clients: Clients,
    virtual_hosted: AtomicBool,
    path_style: PathStyle,
    patience: Patience,
    anonymous: bool,
}

impl S3Store {
    /// Finds out who asks and where. Nothing is sent to the bucket yet, so this says nothing
    /// about whether it is there.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](super::ErrorKind) if the settings make no sense.
    pub async fn connect(settings: S3Settings) -> Result<Self, StoreError> {
        let clients = connect::connect(&settings).await?;
        let bucket = Bucket {
            virtual_hosted: clients.begins_virtual_hosted(settings.path_style).into(),
            clients,
            path_style: settings.path_style,
            patience: settings.patience,
            anonymous: matches!(settings.credentials, S3Credentials::Anonymous),
            name: settings.bucket,
        };
        Ok(Self { bucket: Arc::new(bucket) })
    }

    /// The server, if it is not AWS: as the settings, the environment or the profile name it.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.bucket.clients.endpoint.as_deref()
    }
}

#[async_trait]
impl ObjectStore for S3Store {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        list::pages(&self.bucket, prefix, after)
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        get::get(&self.bucket, key).await
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        get::get_part(&self.bucket, key, part, of).await
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        get::head(&self.bucket, key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        get::checksum(&self.bucket, key).await
    }
}

impl Bucket {
    /// Sends a request, and once more with the bucket's name in the host's name if the server
    /// says that it does not want it in the path.
    async fn ask<T, E, F>(
        &self,
        verb: &'static str,
        key: &str,
        send: impl Fn(&Client) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, SdkFailure<E>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let place = timeout(self.patience.total, self.clients.gate.enter()).await;
        let _place = place.map_err(|_| {
            let reason = "the server is too busy for it to be asked in time";
            let error = self.attempt(verb, key).error(ErrorKind::Unavailable, reason);
            error.with_hint("try again later, or with less --concurrency")
        })?;
        let mut answer = send(self.client()).await;
        if let Err(failure) = &answer
            && self.path_style == PathStyle::Auto
            && Answer::of(failure).is_some_and(|answer| answer.refuses_path_style())
            && !self.virtual_hosted.swap(true, Ordering::Relaxed)
        {
            answer = send(self.client()).await;
        }
        answer.map_err(|failure| self.attempt(verb, key).failed(failure))
    }

    fn client(&self) -> &Client {
        if self.virtual_hosted.load(Ordering::Relaxed) {
            &self.clients.virtual_hosted
        } else {
            &self.clients.path_style
        }
    }

    fn attempt<'a>(&'a self, verb: &'static str, key: &'a str) -> Attempt<'a> {
        Attempt {
            verb,
            bucket: &self.name,
            key,
            endpoint: self.clients.endpoint.as_deref(),
            anonymous: self.anonymous,
        }
    }
}

impl fmt::Display for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket.name)
    }
}

fn timestamp(time: aws_sdk_s3::primitives::DateTime) -> Option<Timestamp> {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}
