//! What a person can say about how to reach a bucket.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How to reach a bucket. Whatever is `None` comes from the environment or the profile, as with
/// the AWS command line.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The bucket's name.
    pub bucket: String,
    /// Where the server is, if it is not AWS: `http://127.0.0.1:9000`.
    pub endpoint_url: Option<String>,
    /// The region. `us-east-1` if nothing names one.
    pub region: Option<String>,
    /// The profile of the shared configuration files. If given, its credentials are the ones, as
    /// with the AWS command line: those of the environment are not looked at.
    pub profile: Option<String>,
    /// Where the bucket's name goes in the URL.
    pub path_style: PathStyle,
    /// Who asks.
    pub credentials: S3Credentials,
    /// A file of certificates (PEM) to trust beside the system's own.
    pub ca_bundle: Option<PathBuf>,
    /// How long to go on trying.
    pub patience: Patience,
}

impl S3Settings {
    /// The settings for a bucket on AWS, or wherever the environment says.
    pub fn new(bucket: impl Into<String>) -> Self {
        Self {
            bucket: bucket.into(),
            endpoint_url: None,
            region: None,
            profile: None,
            path_style: PathStyle::Auto,
            credentials: S3Credentials::Chain,
            ca_bundle: None,
            patience: Patience::default(),
        }
    }
}

/// Where the bucket's name goes in the URL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PathStyle {
    /// Into the host's name on AWS, into the path elsewhere, unless the server refuses that.
    #[default]
    Auto,
    /// Into the path: `https://host/bucket/key`.
    Always,
    /// Into the host's name: `https://bucket.host/key`. An endpoint by IP address has no name to
    /// put it into and gets it in the path.
    Never,
}

/// Who asks.
#[derive(Clone, Default)]
pub enum S3Credentials {
    /// Whoever the AWS chain finds: environment, profile, web identity, container, instance role.
    #[default]
    Chain,
    /// Nobody: requests are not signed.
    Anonymous,
    /// The holder of these keys.
    Keys {
        /// The access key's id.
        id: String,
        /// The secret access key.
        secret: String,
    },
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain => f.write_str("Chain"),
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Keys { id, .. } => f.debug_struct("Keys").field("id", id).finish_non_exhaustive(),
        }
    }
}

/// How long to go on trying: what bounds each request in time, so that a server that stalls
/// cannot hold the program for ever.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often a request is sent at most.
    pub attempts: u32,
    /// The mean pause before the second attempt, doubled before each further one.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// How long a connection may take.
    pub connect: Duration,
    /// How long one attempt may take: to a whole page, or to the beginning of a body. Slow
    /// servers need half a minute for a page.
    pub attempt: Duration,
    /// How long all attempts and pauses of one request may take together.
    pub total: Duration,
    /// How long a body may stand still.
    pub stall: Duration,
}

impl Patience {
    /// As patient as that with one request; every other limit is in proportion.
    #[must_use]
    pub fn of(total: Duration) -> Self {
        Self {
            attempts: 10,
            first_pause: total / 600,
            longest_pause: total / 15,
            connect: total / 30,
            attempt: total / 5,
            total,
            stall: total / 10,
        }
    }
}

/// Five minutes for a request: half a second before the second attempt, twenty between the last,
/// ten for a connection, a minute for an attempt, and half a one for a body that stands still.
impl Default for Patience {
    fn default() -> Self {
        Self::of(Duration::from_mins(5))
    }
}
