//! What came back, as one line that helps: what was tried, what the server or the network said,
//! what to do.

use std::error::Error;
use std::{fmt, io};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::answer::Answer;
use super::retry::{causes, is_dns, is_tls};
use crate::store::{ErrorKind, ListBucketError, StoreError};

pub(super) type SdkFailure<E> = SdkError<E, HttpResponse>;

/// What was tried.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) verb: &'static str,
    pub(super) bucket: &'a str,
    /// A key, or the prefix of a listing.
    pub(super) key: &'a str,
    pub(super) endpoint: Option<&'a str>,
    pub(super) anonymous: bool,
}

impl fmt::Display for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s3://{}/{}", self.verb, self.bucket, self.key)?;
        match self.endpoint {
            Some(endpoint) => write!(f, " at {endpoint}"),
            None => Ok(()),
        }
    }
}

impl Attempt<'_> {
    pub(super) fn error(&self, kind: ErrorKind, reason: impl Into<String>) -> StoreError {
        StoreError::new(kind, self.to_string(), reason)
    }

    pub(super) fn failed<E>(&self, failure: SdkFailure<E>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let error = match Answer::of(&failure) {
            Some(answer) => answer.explain(self),
            None => self.unanswered(&failure),
        };
        error.with_source(failure)
    }

    /// There was no answer, or none that could be read.
    fn unanswered<E: Error + 'static>(&self, failure: &SdkFailure<E>) -> StoreError {
        if let Some(error) = causes(failure).find_map(|cause| cause.downcast_ref()) {
            return self.without_credentials(error);
        }
        let any = |is: fn(&(dyn Error + 'static)) -> bool| causes(failure).any(is);
        let (kind, what, hint) = match failure {
            _ if any(is_dns) => (ErrorKind::Unavailable, "no such host", Some(ADDRESS)),
            _ if any(is_tls) => (ErrorKind::Configuration, "TLS failed", Some(TRUST)),
            _ if any(is_refusal) => {
                (ErrorKind::Unavailable, "nothing listens there", Some(ADDRESS))
            }
            SdkError::TimeoutError(_) => {
                (ErrorKind::Unavailable, "no whole answer in time", Some(LOAD))
            }
            SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => {
                (ErrorKind::Unavailable, "no answer in time", Some(ADDRESS))
            }
            SdkError::DispatchFailure(_) => (ErrorKind::Unavailable, "the connection failed", None),
            SdkError::ResponseError(_) if any(is_broken_off) => {
                (ErrorKind::Unavailable, "the answer broke off", None)
            }
            SdkError::ResponseError(_) => (
                ErrorKind::Protocol,
                "the answer is none of S3's",
                Some("is --endpoint-url that of an S3 API?"),
            ),
            _ => (ErrorKind::Configuration, "the request cannot be made", None),
        };
        let error = self.error(kind, format!("{what}: {}", innermost(failure)));
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }

    fn without_credentials(&self, error: &CredentialsError) -> StoreError {
        let reason = match error {
            // Its own words are a list of every place that was looked at.
            CredentialsError::CredentialsNotLoaded(_) => "no credentials were found".to_owned(),
            _ => format!("no credentials: {}", innermost(error).trim_end_matches('.')),
        };
        let error = self.error(ErrorKind::Unauthenticated, reason);
        error.with_hint(CREDENTIALS)
    }
}

const ADDRESS: &str = "is --endpoint-url right, and the server up?";
const LOAD: &str = "try again later, or with less --concurrency";
const TRUST: &str = "name its certificate authority by --ca-bundle or AWS_CA_BUNDLE, or use http:// \
                     if it speaks no TLS";
const CREDENTIALS: &str = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a --profile that \
                           has them, or give --no-sign-request for a public bucket";

fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn is_refusal(cause: &(dyn Error + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused)
}

fn is_broken_off(cause: &(dyn Error + 'static)) -> bool {
    cause.is::<io::Error>()
        || matches!(cause.downcast_ref(), Some(ListBucketError::CutShort { .. }))
        || cause.to_string().contains("connection closed")
}
