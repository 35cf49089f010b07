//! The HTTP client: TLS by rustls, trusting the system's roots and the user's.

use std::fs;
use std::path::Path;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::base64;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::store::{ErrorKind, StoreError};

/// # Errors
/// [`ErrorKind::Configuration`] if the bundle cannot be read or holds no certificate.
pub(super) fn http_client(
    ca_bundle: Option<&Path>,
    proxies: ProxyConfig,
) -> Result<SharedHttpClient, StoreError> {
    let mut trust = TrustStore::empty();
    let bundle = ca_bundle.map(certificates).transpose()?.unwrap_or_default();
    for certificate in native_certificates().iter().chain(&bundle) {
        trust.add_pem_certificate(to_pem(certificate));
    }
    let context = TlsContext::builder().with_trust_store(trust).build();
    let context = context.map_err(|error| {
        let attempt = "set up TLS";
        StoreError::new(ErrorKind::Configuration, attempt, error.to_string()).with_source(error)
    })?;
    // As the SDK builds its own default client, but for the roots: its plain builder knows no
    // proxies.
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(context.clone())
            .proxy_config(proxies.clone());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.build()
    }))
}

/// The system's own. A machine without any still speaks plain HTTP, and TLS by its bundle.
fn native_certificates() -> Vec<CertificateDer<'static>> {
    let native = rustls_native_certs::load_native_certs();
    for error in native.errors {
        tracing::debug!(%error, "a certificate of the system's cannot be read");
    }
    native.certs.into_iter().filter(is_usable).collect()
}

fn certificates(bundle: &Path) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    let broken = |reason: String| {
        let attempt = format!("read the certificates in {}", bundle.display());
        StoreError::new(ErrorKind::Configuration, attempt, reason)
            .with_hint("name a file of PEM certificates by --ca-bundle or AWS_CA_BUNDLE, or none")
    };
    let pem = fs::read(bundle).map_err(|error| broken(error.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let mut certificates = found.map_err(|error| broken(error.to_string()))?;
    certificates.retain(is_usable);
    if certificates.is_empty() {
        return Err(broken("there is no usable certificate in it".to_owned()));
    }
    Ok(certificates)
}

/// The SDK panics over a certificate that cannot be a root, so none may reach it.
fn is_usable(certificate: &CertificateDer<'static>) -> bool {
    let usable = RootCertStore::empty().add(certificate.clone());
    if let Err(error) = &usable {
        tracing::debug!(%error, "a certificate cannot be used as a root");
    }
    usable.is_ok()
}

fn to_pem(certificate: &[u8]) -> String {
    let base64 = base64::encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
}
