//! From settings to clients: who asks, where, how patiently.

use std::net::IpAddr;
use std::sync::Arc;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::{RetryPartition, TokenBucket};
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;

use super::gate::Gate;
use super::guard::ReadOnly;
use super::retry::Watch;
use super::{PathStyle, Patience, S3Credentials, S3Settings, tls};
use crate::store::{ErrorKind, StoreError};

/// Two ways to say the same: the bucket's name in the path, or in the host's name.
#[derive(Debug)]
pub(super) struct Clients {
    pub(super) path_style: Client,
    pub(super) virtual_hosted: Client,
    /// The server, if it is not AWS.
    pub(super) endpoint: Option<String>,
    pub(super) gate: Arc<Gate>,
}

/// Nothing is sent to the bucket yet. What may be asked are the sources of credentials and
/// region, and each of them answers within seconds or not at all.
pub(super) async fn connect(settings: &S3Settings) -> Result<Clients, StoreError> {
    if settings.bucket.is_empty() {
        let reason = "the bucket has no name";
        return Err(StoreError::new(ErrorKind::Configuration, "connect to s3://", reason)
            .with_hint("give it as in s3://bucket/prefix"));
    }
    let proxies = match &settings.endpoint_url {
        Some(url) if is_here(url) => ProxyConfig::disabled(),
        _ => ProxyConfig::from_env(),
    };
    let http = tls::http_client(settings.ca_bundle.as_deref(), proxies)?;
    let providers = ProviderConfig::without_region().with_http_client(http.clone());
    let region = region(settings, &providers).await;
    let config = loader(settings, http, &providers, region).load().await;
    let endpoint = settings.endpoint_url.clone().or_else(|| configured_endpoint(&config));
    if let Some(url) = &endpoint {
        check(url)?;
    }

    let gate = Arc::new(Gate::default());
    let builder = Builder::from(&config)
        .interceptor(ReadOnly)
        .retry_partition(retry_partition())
        .retry_classifier(Watch::new(Arc::clone(&gate)));
    let builder = match settings.credentials {
        S3Credentials::Anonymous => builder.allow_no_auth(),
        _ => builder,
    };
    let client = |path: bool| Client::from_conf(builder.clone().force_path_style(path).build());
    Ok(Clients { path_style: client(true), virtual_hosted: client(false), endpoint, gate })
}

/// The SDK takes any text for a URL and fails later in words that do not say so.
fn check(url: &str) -> Result<(), StoreError> {
    if host(url).is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
        return Ok(());
    }
    let attempt = format!("reach the endpoint {url}");
    let reason = "it is no http:// or https:// URL";
    Err(StoreError::new(ErrorKind::Configuration, attempt, reason)
        .with_hint("give --endpoint-url as in http://127.0.0.1:9000"))
}

/// The host's name or address.
fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let authority = rest.split('/').next()?;
    match authority.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => authority.split(':').next(),
    }
}

/// Whether the server is this machine, which no proxy can reach.
fn is_here(url: &str) -> bool {
    let address = |host: &str| host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    host(url).is_some_and(|host| host == "localhost" || address(host))
}

fn loader(
    settings: &S3Settings,
    http: SharedHttpClient,
    providers: &ProviderConfig,
    region: Option<Region>,
) -> ConfigLoader {
    let patience = &settings.patience;
    let stalled = StalledStreamProtectionConfig::enabled().grace_period(patience.stall).build();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .region(region.clone())
        .retry_config(retries(patience))
        .timeout_config(timeouts(patience))
        .stalled_stream_protection(stalled)
        .identity_cache(IdentityCache::lazy().load_timeout(patience.connect).build())
        // Checksums beyond TCP's and TLS's own are this program's job, and only where they prove
        // a digest; many servers answer these headers wrongly.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    match (&settings.credentials, &settings.profile) {
        (S3Credentials::Anonymous, _) => loader.no_credentials(),
        (S3Credentials::Keys { id, secret }, _) => {
            loader.credentials_provider(Credentials::new(id, secret, None, None, "settings"))
        }
        // The SDK's chain would let the environment's keys win over a profile that was asked for.
        (S3Credentials::Chain, Some(profile)) => {
            let providers = providers.clone().with_region(region);
            let profile = ProfileFileCredentialsProvider::builder()
                .configure(&providers)
                .profile_name(profile)
                .build();
            loader.credentials_provider(profile)
        }
        (S3Credentials::Chain, None) => loader,
    }
}

/// With an endpoint of one's own the region is rarely more than a word in the signature: the
/// instance's metadata service is not asked then, which costs a second where there is none.
async fn region(settings: &S3Settings, providers: &ProviderConfig) -> Option<Region> {
    if let Some(region) = &settings.region {
        return Some(Region::new(region.clone()));
    }
    let mut file = ProfileFileRegionProvider::builder().configure(providers);
    if let Some(profile) = &settings.profile {
        file = file.profile_name(profile);
    }
    let mut chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(file.build());
    if settings.endpoint_url.is_none() {
        chain = chain.or_else(ImdsRegionProvider::builder().configure(providers).build());
    }
    chain.or_else(Region::from_static("us-east-1")).region().await
}

/// The endpoint that environment or profile name, looked up as the SDK does.
fn configured_endpoint(config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("S3")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let of_service = config.service_config().and_then(|service| service.load_config(key));
    of_service.or_else(|| config.endpoint_url().map(str::to_owned))
}

fn retries(patience: &Patience) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(patience.attempts.max(1))
        .with_initial_backoff(patience.first_pause)
        .with_max_backoff(patience.longest_pause)
}

/// The SDK's quota of retries is made for services with many callers: a few dozen failed requests
/// use it up, and then a passing "slow down" fails requests that had attempts left. This one is
/// larger and fills up with time; it still ends the patience with a server that is down.
///
/// It is the store's own, so that no other client of the process is slowed down with it.
fn retry_partition() -> RetryPartition {
    let quota = TokenBucket::builder().capacity(2000).refill_rate(20.0).build();
    RetryPartition::custom("ocifsck").token_bucket(quota).build()
}

fn timeouts(patience: &Patience) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(patience.connect)
        .read_timeout(patience.attempt)
        .operation_attempt_timeout(patience.attempt)
        .operation_timeout(patience.total)
        .build()
}

impl Clients {
    /// The client to begin with.
    pub(super) fn begins_virtual_hosted(&self, path_style: PathStyle) -> bool {
        match path_style {
            PathStyle::Auto => self.endpoint.is_none(),
            PathStyle::Always => false,
            PathStyle::Never => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_with_a_host() {
        for (url, is_url, here) in [
            ("http://127.0.0.1:9000", true, true),
            ("https://[::1]:9000/path", true, true),
            ("http://localhost", true, true),
            ("http://localhost.example.com", true, false),
            ("http://10.0.0.1:9000", true, false),
            ("https://s3.example.com/", true, false),
            ("127.0.0.1:9000", false, false),
            ("ftp://127.0.0.1", false, false),
            ("http://", false, false),
            ("http:///bucket", false, false),
            ("http://two words", false, false),
            ("", false, false),
        ] {
            assert_eq!((check(url).is_ok(), is_here(url)), (is_url, here), "{url}");
        }
    }
}
