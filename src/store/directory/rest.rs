//! The bytes of a file that is being read.

use std::fs::Metadata;
use std::io;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::{CHUNK, failure};
use crate::store::StoreError;

/// The next `left` bytes of a file, piece by piece. They end in an error if somebody has written
/// the file since it was opened: they would be neither what it was nor what it is.
pub(super) fn rest(
    file: File,
    left: u64,
    opened: Metadata,
    attempt: String,
) -> BoxStream<'static, Result<Bytes, StoreError>> {
    stream::try_unfold(file.take(left), move |mut file| {
        let (opened, attempt) = (opened.clone(), attempt.clone());
        async move {
            let mut buffer = BytesMut::with_capacity(CHUNK);
            let read = async {
                let read = file.read_buf(&mut buffer).await?;
                let unchanged = read > 0 || is_as(&opened, &file.get_ref().metadata().await?);
                Ok::<_, io::Error>((read, unchanged))
            };
            match read.await {
                Ok((_, false)) => Err(StoreError::changed(attempt)),
                Ok((0, true)) => Ok(None),
                Ok(_) => Ok(Some((buffer.freeze(), file))),
                Err(error) => Err(failure(attempt, error)),
            }
        }
    })
    .boxed()
}

fn is_as(opened: &Metadata, now: &Metadata) -> bool {
    opened.len() == now.len() && opened.modified().ok() == now.modified().ok()
}
