//! What is learnt from each attempt: whether the server is there at all, and whether it is busy.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;

use super::gate::Gate;

/// Sees every attempt, and forbids the next one where nothing has ever answered.
///
/// A server that has never answered and cannot be connected to is a wrong address far more often
/// than a server that is about to come up: that is said at once, not after a minute of retries.
/// Once it has answered, whatever happens is tried again.
#[derive(Debug)]
pub(super) struct Watch {
    has_answered: AtomicBool,
    gate: Arc<Gate>,
}

impl Watch {
    pub(super) fn new(gate: Arc<Gate>) -> Self {
        Self { has_answered: AtomicBool::new(false), gate }
    }
}

impl ClassifyRetry for Watch {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if let Some(response) = context.response() {
            self.has_answered.store(true, Ordering::Relaxed);
            match response.status().as_u16() {
                429 | 503 => self.gate.slow_down(),
                _ => self.gate.answered(),
            }
        }
        let failure = context.output_or_error().and_then(Result::err);
        let connector = failure.and_then(|error| error.as_connector_error());
        let unreachable = connector.is_some_and(|error| cannot_connect(error));
        if unreachable && !self.has_answered.load(Ordering::Relaxed) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "Watch over attempts"
    }
}

/// Whether no connection came about, for a reason that is not of the moment.
fn cannot_connect(error: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};

    causes(error).any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let refused = matches!(
            io,
            Some(AddrNotAvailable | ConnectionRefused | HostUnreachable | NetworkUnreachable)
        );
        refused || is_dns(cause) || is_tls(cause)
    })
}

/// An error and what it was caused by, outermost first.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The connector has no public type for this.
pub(super) fn is_dns(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().starts_with("dns error")
}

/// The TLS layer's own error comes wrapped in two of the system's, which do not show it as their
/// source.
pub(super) fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    let mut cause = cause;
    while let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = inner;
    }
    cause.is::<rustls::Error>()
}
