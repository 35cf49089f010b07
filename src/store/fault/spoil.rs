//! Bodies that are not what they were.

use bytes::{Bytes, BytesMut};
use futures::stream::StreamExt;

use crate::store::Body;

/// The first `bytes` bytes of `body`.
pub(super) fn first(body: Body, bytes: u64) -> Body {
    body.scan(bytes, |left, chunk| {
        let piece = chunk.map(|chunk| {
            let length = usize::try_from(*left).unwrap_or(usize::MAX).min(chunk.len());
            *left -= length as u64;
            chunk.slice(..length)
        });
        let over = matches!(&piece, Ok(piece) if piece.is_empty());
        std::future::ready((!over).then_some(piece))
    })
    .boxed()
}

/// `body` with one bit changed.
pub(super) fn flip(body: Body, offset: u64) -> Body {
    body.scan(offset, |ahead, chunk| {
        let chunk = chunk.map(|chunk| {
            let flipped = usize::try_from(*ahead).ok().and_then(|at| flip_at(&chunk, at));
            // Behind the flipped byte the distance stays beyond any chunk.
            *ahead = ahead.checked_sub(chunk.len() as u64).unwrap_or(u64::MAX);
            flipped.unwrap_or(chunk)
        });
        std::future::ready(Some(chunk))
    })
    .boxed()
}

fn flip_at(chunk: &Bytes, index: usize) -> Option<Bytes> {
    let mut bytes = BytesMut::from(&chunk[..]);
    *bytes.get_mut(index)? ^= 1;
    Some(bytes.freeze())
}
