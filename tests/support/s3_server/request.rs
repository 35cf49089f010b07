//! What was asked.

use axum::extract::Request;
use axum::http::{Method, header};
use percent_encoding::percent_decode_str;

/// A request that the server saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) method: Method,
    pub(crate) bucket: String,
    /// The object's key; empty for a listing.
    pub(crate) key: String,
    /// The parameters of the query, decoded, in their order.
    pub(crate) query: Vec<(String, String)>,
    /// Who signed it, if anybody did.
    pub(crate) access_key: Option<String>,
    pub(crate) range: Option<String>,
    pub(crate) if_match: Option<String>,
    /// Whether checksums were asked for.
    pub(crate) checksum_mode: bool,
}

/// The access key of a signature.
fn access_key(signature: &str) -> Option<String> {
    let (_, credential) = signature.split_once("Credential=")?;
    Some(credential.split('/').next()?.to_owned())
}

impl Recorded {
    pub(super) fn new(request: &Request) -> Self {
        let header = |name| Some(request.headers().get(name)?.to_str().unwrap().to_owned());
        let path = request.uri().path().strip_prefix('/').unwrap();
        // The bucket is in the path or in the host's name.
        let host = header(header::HOST).unwrap();
        let (bucket, key) = match host.split_once(".localhost") {
            Some((bucket, _)) => (bucket, path),
            None => path.split_once('/').unwrap_or((path, "")),
        };
        let pairs = request.uri().query().unwrap_or_default().split('&');
        let query = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self {
            method: request.method().clone(),
            bucket: decode(bucket),
            key: decode(key),
            query: query.collect(),
            access_key: header(header::AUTHORIZATION).and_then(|value| access_key(&value)),
            range: header(header::RANGE),
            if_match: header(header::IF_MATCH),
            checksum_mode: request.headers().contains_key("x-amz-checksum-mode"),
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let pair = self.query.iter().find(|(other, _)| other == name);
        pair.map(|(_, value)| value.as_str())
    }
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}
