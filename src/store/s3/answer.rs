//! What an S3 server's refusals mean, and what to do about them.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::error::{Attempt, SdkFailure};
use crate::store::error::WRITTEN;
use crate::store::{ErrorKind, StoreError};

/// A server's refusal.
#[derive(Debug)]
pub(super) struct Answer {
    status: u16,
    /// S3's error code; empty where the answer carries none. One to HEAD has no body for it.
    code: String,
    message: String,
    /// The region that the server says the bucket is in.
    region: Option<String>,
    /// Where an archive keeps the object, if that is why it is refused.
    storage_class: Option<String>,
}

impl Answer {
    pub(super) fn of<E: ProvideErrorMetadata>(failure: &SdkFailure<E>) -> Option<Self> {
        let SdkError::ServiceError(refusal) = failure else {
            return None;
        };
        let raw = refusal.raw();
        let header = raw.headers().get("x-amz-bucket-region").map(str::to_owned);
        let body = String::from_utf8_lossy(raw.body().bytes().unwrap_or_default());
        let meta = refusal.err();
        Some(Self {
            status: raw.status().as_u16(),
            code: meta.code().unwrap_or_default().to_owned(),
            message: meta.message().unwrap_or_default().chars().take(300).collect(),
            region: header.or_else(|| element(&body, "Region")),
            storage_class: element(&body, "StorageClass"),
        })
    }

    /// Whether the server wants the bucket's name in the host's name. There is no common code.
    pub(super) fn refuses_path_style(&self) -> bool {
        let code = self.code.as_str();
        let codes =
            ["SecondLevelDomainForbidden", "InvalidPathAccess", "VirtualHostDomainRequired"];
        codes.contains(&code) || code.starts_with("PathStyle")
    }

    /// The answer as an error of what was tried.
    pub(super) fn explain(&self, attempt: &Attempt<'_>) -> StoreError {
        let kind = self.kind(attempt.verb);
        let error = attempt.error(kind, self.to_string());
        match self.hint(kind, attempt) {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }

    fn kind(&self, verb: &str) -> ErrorKind {
        match (self.code.as_str(), self.status) {
            ("NoSuchBucket", _) => ErrorKind::NoSuchBucket,
            ("NoSuchKey", _) => ErrorKind::NotFound,
            // An answer to HEAD cannot say more. To a GET or a listing, a server that knows S3
            // does, and another one's 404 must not pass for an object's absence.
            (_, 404) if verb == "head" => ErrorKind::NotFound,
            (
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "ExpiredToken"
                | "InvalidToken"
                | "InvalidTokenId"
                | "ExpiredTokenException"
                | "InvalidClientTokenId"
                | "TokenRefreshRequired",
                _,
            )
            | (_, 401) => ErrorKind::Unauthenticated,
            ("RequestTimeTooSkewed", _) => ErrorKind::Configuration,
            ("InvalidObjectState", _) => ErrorKind::Unreadable,
            ("InvalidRequest" | "InvalidArgument", 400) if self.is_about_encryption() => {
                ErrorKind::Unreadable
            }
            (code, 400) if code.starts_with("KMS.") => ErrorKind::Unreadable,
            (_, 403) => ErrorKind::Denied,
            ("SlowDown" | "RequestTimeout" | "InternalError" | "ServiceUnavailable", _)
            | (_, 408 | 429 | 500 | 502..=599) => ErrorKind::Unavailable,
            // Conditions and ranges are only ever those of a version that was seen before.
            (_, 412 | 416) => ErrorKind::Changed,
            // It said yes, and then something that is no answer.
            (_, 200..=299) => ErrorKind::Protocol,
            _ => ErrorKind::Configuration,
        }
    }

    /// Encrypted under a key of the customer's (SSE-C), which nobody but the customer can send.
    /// Each server has words of its own for it.
    fn is_about_encryption(&self) -> bool {
        self.message.contains("ncrypt")
    }

    fn hint(&self, kind: ErrorKind, attempt: &Attempt<'_>) -> Option<String> {
        let hint = match kind {
            ErrorKind::NoSuchBucket => "are the bucket's name and --endpoint-url right?",
            ErrorKind::Unauthenticated => match self.code.as_str() {
                "SignatureDoesNotMatch" => "is the secret access key right?",
                "InvalidToken" | "InvalidTokenId" => {
                    "is AWS_SESSION_TOKEN that of these keys? Unset it if they have none"
                }
                "InvalidAccessKeyId" => "is the access key's id right, and meant for this server?",
                _ => "get fresh credentials",
            },
            ErrorKind::Denied if attempt.anonymous => {
                "the bucket is not public: leave out --no-sign-request"
            }
            ErrorKind::Denied if attempt.verb == "list" => {
                "the credentials need s3:ListBucket on the bucket"
            }
            ErrorKind::Denied => {
                "the credentials need s3:GetObject on its objects, s3:ListBucket on the bucket, \
                 and kms:Decrypt where they are encrypted by KMS"
            }
            ErrorKind::Unreadable if self.code == "InvalidObjectState" => {
                return Some(self.hint_at_archive());
            }
            ErrorKind::Unreadable if self.code.starts_with("KMS.") => {
                "it is encrypted under a key of KMS that cannot be used: enable the key"
            }
            ErrorKind::Unreadable => {
                "it is encrypted under a customer's key (SSE-C), which only its writer can give"
            }
            ErrorKind::Changed => WRITTEN,
            ErrorKind::Unavailable => "try again later, or with less --concurrency",
            ErrorKind::Protocol => "is --endpoint-url that of an S3 API?",
            ErrorKind::Configuration => return Some(self.hint_at_settings()),
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn hint_at_archive(&self) -> String {
        let class = self.storage_class.as_deref().map(|class| format!(" ({class})"));
        format!("it is in an archive{}: restore it first", class.unwrap_or_default())
    }

    fn hint_at_settings(&self) -> String {
        match (&self.region, self.code.as_str(), self.status) {
            (_, "RequestTimeTooSkewed", _) => "set this machine's clock".to_owned(),
            (
                Some(region),
                "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException",
                _,
            )
            | (Some(region), _, 300..=399) => format!("the server asks for --region {region}"),
            (_, _, 300..=399) => "is --region the bucket's?".to_owned(),
            (_, "", _) => "is --endpoint-url that of an S3 API?".to_owned(),
            _ => "are --endpoint-url, --region and --path-style right?".to_owned(),
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", _) => write!(f, "HTTP {}", self.status),
            (code, "") => write!(f, "{code} (HTTP {})", self.status),
            (code, message) => {
                let message = message.trim_end_matches('.');
                write!(f, "{code}: {message} (HTTP {})", self.status)
            }
        }
    }
}

/// The text of the first element of that name. Error documents are flat.
fn element(document: &str, name: &str) -> Option<String> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(verb: &'static str, status: u16, code: &str, message: &str) -> StoreError {
        let region = Some("eu-west-1".to_owned());
        let storage_class = Some("GLACIER".to_owned());
        let answer =
            Answer { status, code: code.into(), message: message.into(), region, storage_class };
        let endpoint = Some("http://s3.test");
        answer.explain(&Attempt { verb, bucket: "b", key: "k", endpoint, anonymous: false })
    }

    #[test]
    fn refusals_are_told_apart_by_what_one_can_do() {
        use ErrorKind::*;
        for (verb, status, code, message, kind, hint) in [
            ("list", 404, "NoSuchBucket", "", NoSuchBucket, "bucket's name"),
            ("get", 404, "NoSuchBucket", "", NoSuchBucket, "bucket's name"),
            ("get", 404, "NoSuchKey", "", NotFound, ""),
            ("head", 404, "", "", NotFound, ""),
            ("get", 404, "", "", Configuration, "S3 API"),
            ("list", 404, "", "", Configuration, "S3 API"),
            ("list", 403, "AccessDenied", "", Denied, "s3:ListBucket"),
            ("get", 403, "AccessDenied", "", Denied, "s3:GetObject"),
            ("head", 403, "", "", Denied, "s3:GetObject"),
            ("list", 403, "InvalidAccessKeyId", "", Unauthenticated, "id right"),
            ("list", 403, "SignatureDoesNotMatch", "", Unauthenticated, "secret"),
            ("list", 403, "InvalidTokenId", "", Unauthenticated, "AWS_SESSION_TOKEN"),
            ("get", 400, "ExpiredToken", "", Unauthenticated, "fresh"),
            ("get", 403, "RequestTimeTooSkewed", "", Configuration, "clock"),
            ("get", 403, "InvalidObjectState", "", Unreadable, "archive (GLACIER): restore"),
            ("get", 412, "PreconditionFailed", "", Changed, "again later"),
            ("get", 416, "InvalidRange", "", Changed, "again later"),
            ("get", 400, "InvalidRequest", "a form of Server Side Encryption", Unreadable, "SSE-C"),
            ("get", 400, "InvalidRequest", "Object is encrypted", Unreadable, "SSE-C"),
            ("get", 400, "InvalidArgument", "an encryption algorithm", Unreadable, "SSE-C"),
            ("get", 400, "InvalidArgument", "no", Configuration, "right?"),
            ("get", 400, "InvalidRequest", "no", Configuration, "right?"),
            ("get", 400, "KMS.DisabledException", "", Unreadable, "KMS"),
            ("list", 400, "AuthorizationHeaderMalformed", "", Configuration, "--region eu-west-1"),
            ("list", 301, "PermanentRedirect", "", Configuration, "--region eu-west-1"),
            ("head", 400, "", "", Configuration, "S3 API"),
            ("list", 503, "SlowDown", "", Unavailable, "later"),
            ("get", 500, "InternalError", "", Unavailable, "later"),
            ("list", 501, "NotImplemented", "", Configuration, "right?"),
        ] {
            let error = explain(verb, status, code, message);
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(hint), "{error}");
        }
    }

    #[test]
    fn an_answer_is_told_in_one_line() {
        let error = explain("get", 403, "AccessDenied", "Access Denied.\nGo\u{1b}[2J away.");
        assert_eq!(
            error.to_string(),
            "get s3://b/k at http://s3.test: AccessDenied: Access Denied.\\nGo\\u{1b}[2J away \
             (HTTP 403); the credentials need s3:GetObject on its objects, s3:ListBucket on the \
             bucket, and kms:Decrypt where they are encrypted by KMS"
        );
    }
}
