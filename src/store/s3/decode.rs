//! Listings are read by a decoder of our own ([`ListBucketResult`]) in the place of the SDK's.
//!
//! Only that: credentials, endpoints, signing, retries and refusals stay the SDK's.

#[cfg(test)]
mod laws;

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::interceptors::BeforeSerializationInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, FrozenLayer, Intercept, RuntimeComponents, RuntimePlugin};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::operation::list_objects_v2::{ListObjectsV2, ListObjectsV2Output};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};

use crate::store::{ListBucketError, ListBucketResult};

type Decoded = Result<ListBucketResult, ListBucketError>;

/// Decodes the answer to one request and keeps what it said. To the SDK it answers that there was
/// a page, and nothing on it.
#[derive(Debug, Clone)]
pub(super) struct Decoder {
    decoded: Arc<Mutex<Option<Decoded>>>,
    /// What the SDK would decode with.
    sdk: Option<FrozenLayer>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { decoded: Arc::default(), sdk: ListObjectsV2::new().config() }
    }

    /// What the answer said. No answer is one that ends at once.
    pub(super) fn take(&self) -> Decoded {
        let decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner).take();
        decoded.unwrap_or(Err(ListBucketError::CutShort { bytes: 0 }))
    }

    fn keep(&self, decoded: Decoded) -> Output {
        *self.decoded.lock().unwrap_or_else(PoisonError::into_inner) = Some(decoded);
        Output::erase(ListObjectsV2Output::builder().build())
    }

    fn as_the_sdk(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let sdk = self.sdk.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        let sdk = sdk.ok_or_else(|| OrchestratorError::other("the SDK has no decoder"))?;
        sdk.deserialize_nonstreaming_with_config(response, config)
    }
}

impl DeserializeResponse for Decoder {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if !response.status().is_success() {
            return self.as_the_sdk(response, config);
        }
        match ListBucketResult::parse(response.body().bytes().unwrap_or_default()) {
            // Some servers refuse under 200.
            Err(error) if error.is_refusal() => self.as_the_sdk(response, config),
            // The SDK asks again if an answer could not be read.
            Err(error) if error.is_of_the_moment() => {
                Err(OrchestratorError::response(error.into()))
            }
            decoded => Ok(self.keep(decoded)),
        }
    }
}

impl Intercept for Decoder {
    fn name(&self) -> &'static str {
        "Decoder of listings"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let decoder = SharedResponseDeserializer::new(self.clone());
        config.interceptor_state().store_put(decoder);
        Ok(())
    }
}
