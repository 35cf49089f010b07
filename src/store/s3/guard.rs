//! Nothing but reading leaves this program.

use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;

/// The methods that change nothing, and all that a bucket is ever asked with.
const READING: [&str; 2] = ["GET", "HEAD"];

/// Stops every other request before it is sent, whoever made it: a call that somebody adds one
/// day, or the SDK of its own accord.
#[derive(Debug)]
pub(super) struct ReadOnly;

impl Intercept for ReadOnly {
    fn name(&self) -> &'static str {
        "Guard against writing"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let method = context.request().method();
        if READING.contains(&method) {
            return Ok(());
        }
        Err(format!("{method} is no reading, and this program does nothing else").into())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use aws_sdk_s3::Client;
    use aws_sdk_s3::error::DisplayErrorContext;
    use aws_sdk_s3::primitives::ByteStream;

    use super::super::connect::connect;
    use super::super::{S3Credentials, S3Settings};

    /// A client as the program has it, and the port that it would send to.
    async fn client() -> (Client, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let mut settings = S3Settings::new("bucket");
        settings.endpoint_url = Some(format!("http://{}", listener.local_addr().unwrap()));
        settings.credentials = S3Credentials::Keys { id: "id".into(), secret: "secret".into() };
        settings.patience = super::super::Patience::of(std::time::Duration::from_secs(1));
        (connect(&settings).await.unwrap().path_style, listener)
    }

    #[tokio::test]
    async fn a_request_that_would_write_is_never_sent() {
        let (client, listener) = client().await;
        let nothing = ByteStream::from_static(b"");
        let put = client.put_object().bucket("bucket").key("a").body(nothing).send().await;
        let delete = client.delete_object().bucket("bucket").key("a").send().await;
        let begin = client.create_multipart_upload().bucket("bucket").key("a").send().await;
        let errors = [
            DisplayErrorContext(put.unwrap_err()).to_string(),
            DisplayErrorContext(delete.unwrap_err()).to_string(),
            DisplayErrorContext(begin.unwrap_err()).to_string(),
        ];
        for (method, error) in ["PUT", "DELETE", "POST"].iter().zip(errors) {
            assert!(error.contains(&format!("{method} is no reading")), "{error}");
        }
        listener.accept().expect_err("nothing was sent");

        client.head_object().bucket("bucket").key("a").send().await.unwrap_err();
        listener.accept().expect("what reads is sent");
    }
}
