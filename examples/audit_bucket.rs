//! Audits a bucket and writes the files of the report. Credentials come as for the AWS command
//! line.
//!
//! ```text
//! cargo run --example audit_bucket -- registry http://127.0.0.1:9000 report/
//! ```

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use ocifsck::report::{OutDir, Palette, Text};
use ocifsck::scan::{self, Options, Silent};
use ocifsck::store::s3::{S3Settings, S3Store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bucket, endpoint, directory] = arguments.as_slice() else {
        return Err("usage: audit_bucket BUCKET ENDPOINT DIRECTORY".into());
    };
    let mut settings = S3Settings::new(bucket);
    settings.endpoint_url = Some(endpoint.clone());
    run(settings, Path::new(directory), &mut io::stdout()).await
}

pub(crate) async fn run(
    settings: S3Settings,
    directory: &Path,
    out: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    let files = OutDir::open(directory)?;
    let uri = format!("s3://{}", settings.bucket);
    let store = Arc::new(S3Store::connect(settings).await?);
    let (options, clock) = (Options::default(), Arc::new(Timestamp::now));
    for report in scan::audit(store, &uri, "", &options, clock, Arc::new(Silent)).await? {
        files.write(&report)?;
        Text { palette: Palette::PLAIN, is_of_bytes: false, files: Some(directory) }
            .write(&report, out)?;
    }
    Ok(())
}
