//! The manifest of a job: a CSV file of `Bucket,Key`, without a header.
//!
//! "Object keys must be URL-encoded", says the [documentation][1], with examples that write a space
//! as `%20` and leave `/` as it is. It does not say which other characters may stay.
//!
//! [1]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html

use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is written as `%` and two digits: all that some decoder might take for something else.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'/');

/// Writes a line for each key.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(
    bucket: &str,
    keys: impl IntoIterator<Item = String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    for key in keys {
        csv.write_record([bucket, &encode(&key)])?;
    }
    csv.flush()
}

fn encode(key: &str) -> String {
    utf8_percent_encode(key, ENCODED).to_string()
}

/// The key that is written so, with a space as `%20` or as `+`: S3 Batch Operations hand keys on in
/// the latter form, however the manifest had them. `None` if it is no text.
#[must_use]
pub fn decode(written: &str) -> Option<String> {
    let spaced = written.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
