//! Bodies: streams of bytes that end in an error unless they are whole.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::stream::{Stream, StreamExt};

use super::{Body, ErrorKind, StoreError};

/// `inner`, checked to be of exactly `announced` bytes.
///
/// A connection that closes early looks like an end; only the count tells. What is too long is
/// cut off at once, so that a body never costs more than was announced.
pub(super) fn exactly<S>(inner: S, announced: u64, attempt: String) -> Body
where
    S: Stream<Item = Result<Bytes, StoreError>> + Send + Unpin + 'static,
{
    let expected = Expected { announced, received: 0, attempt };
    Checked { inner, expected: Some(expected) }.boxed()
}

struct Expected {
    announced: u64,
    received: u64,
    attempt: String,
}

impl Expected {
    fn error(self) -> StoreError {
        let Self { announced, received, attempt } = self;
        let (kind, came) = if received < announced {
            (ErrorKind::Unavailable, format!("broke off after {received}"))
        } else {
            (ErrorKind::Protocol, format!("ran to {received} and more"))
        };
        StoreError::new(kind, attempt, format!("the body of {announced} bytes {came}"))
    }
}

/// `expected` is `None` once the stream has ended.
struct Checked<S> {
    inner: S,
    expected: Option<Expected>,
}

impl<S: Stream<Item = Result<Bytes, StoreError>> + Unpin> Stream for Checked<S> {
    type Item = Result<Bytes, StoreError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(mut expected) = self.expected.take() else {
            return Poll::Ready(None);
        };
        match self.inner.poll_next_unpin(cx) {
            Poll::Pending => {
                self.expected = Some(expected);
                Poll::Pending
            }
            Poll::Ready(Some(Ok(chunk))) => {
                expected.received += chunk.len() as u64;
                if expected.received > expected.announced {
                    return Poll::Ready(Some(Err(expected.error())));
                }
                self.expected = Some(expected);
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
            Poll::Ready(None) if expected.received == expected.announced => Poll::Ready(None),
            Poll::Ready(None) => Poll::Ready(Some(Err(expected.error()))),
        }
    }
}
