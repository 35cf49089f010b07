//! Layers, unpacked as they arrive: what archive is in them, and whether it is the one that the
//! image's config names. Knows no store.
//!
//! ```text
//! compressed bytes, in any pieces ──► Unpacker ──► Unpacked { diff id, size, compression } or Fault
//!                                        │
//!        gzip, zstd   one decoder each   │   magic   which of them
//!        limit        how far to go      │   compare what a config says of it
//! ```

mod compare;
mod fault;
mod gzip;
mod limit;
mod magic;
#[cfg(test)]
mod tests;
mod zstd;

use std::fmt;

use sha2::{Digest as _, Sha256};

pub use self::compare::{Claims, Discrepancy, compare};
pub use self::fault::Fault;
use self::gzip::Gzip;
pub use self::limit::default_limit;
pub use self::magic::Compression;
use self::zstd::Zstd;
use crate::oci::Digest;

/// How many unpacked bytes are in memory at once, beside what a decoder keeps.
const BUFFER_BYTES: usize = 128 << 10;

/// What is in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The SHA-256 of the unpacked bytes, which configs call a layer's diff ID.
    pub diff_id: Digest,
    /// The unpacked bytes.
    pub size: u64,
    /// How they were packed.
    pub compression: Compression,
}

/// Unpacks a layer that comes in pieces, and keeps nothing of it.
///
/// What it is packed with its first bytes tell: clients do not ask its media type either.
///
/// ```
/// use ocifsck::deep::{Compression, Unpacker};
/// use ocifsck::oci::Digest;
///
/// let mut unpacker = Unpacker::new(1 << 30);
/// for piece in [b"not ", b"gzip"] {
///     unpacker.write(piece).unwrap();
/// }
/// let unpacked = unpacker.finish().unwrap();
/// assert_eq!(unpacked.compression, Compression::None);
/// assert_eq!(unpacked.diff_id, Digest::sha256_of(b"not gzip"));
/// ```
pub struct Unpacker {
    state: State,
    buffer: Box<[u8]>,
    hasher: Sha256,
    size: u64,
    limit: u64,
}

enum State {
    /// Too few bytes have come to tell what it is.
    Head(Vec<u8>),
    Body(Decoder),
    Failed(Fault),
}

enum Decoder {
    Plain,
    Gzip(Gzip),
    Zstd(Zstd),
}

/// One step of a decoder: how many bytes it took and gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    read: usize,
    written: usize,
}

impl Unpacker {
    /// Unpacks at most `limit` bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            state: State::Head(Vec::new()),
            buffer: vec![0; BUFFER_BYTES].into(),
            hasher: Sha256::new(),
            size: 0,
            limit,
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What is wrong with them. Nothing that comes afterwards changes it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let outcome = match &mut self.state {
            State::Failed(fault) => return Err(fault.clone()),
            State::Body(_) => self.decode(bytes),
            State::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() < magic::BYTES {
                    return Ok(());
                }
                self.begin()
            }
        };
        outcome.inspect_err(|fault| self.state = State::Failed(fault.clone()))
    }

    /// Tells what all the bytes were.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn finish(mut self) -> Result<Unpacked, Fault> {
        if matches!(self.state, State::Head(_)) {
            self.begin()?;
        }
        let compression = match self.state {
            State::Failed(fault) => return Err(fault),
            State::Head(_) | State::Body(Decoder::Plain) => Compression::None,
            State::Body(Decoder::Gzip(gzip)) if gzip.may_end() => Compression::Gzip,
            State::Body(Decoder::Zstd(zstd)) if zstd.may_end() => Compression::Zstd,
            State::Body(_) => return Err(Fault::Truncated),
        };
        let diff_id = Digest::from_sha256(self.hasher.finalize().into());
        Ok(Unpacked { diff_id, size: self.size, compression })
    }

    /// Decides by what has come so far.
    fn begin(&mut self) -> Result<(), Fault> {
        let State::Head(head) = &mut self.state else { return Ok(()) };
        let head = std::mem::take(head);
        let decoder = match magic::compression(&head)? {
            Compression::None => Decoder::Plain,
            Compression::Gzip => Decoder::Gzip(Gzip::default()),
            Compression::Zstd => Decoder::Zstd(Zstd::new()?),
        };
        self.state = State::Body(decoder);
        self.decode(&head)
    }

    fn decode(&mut self, mut input: &[u8]) -> Result<(), Fault> {
        let State::Body(decoder) = &mut self.state else { return Ok(()) };
        loop {
            let step = match decoder {
                Decoder::Plain => {
                    self.size += input.len() as u64;
                    self.hasher.update(input);
                    return Ok(());
                }
                Decoder::Gzip(gzip) => gzip.step(input, &mut self.buffer)?,
                Decoder::Zstd(zstd) => zstd.step(input, &mut self.buffer)?,
            };
            let unpacked = &self.buffer[..step.written];
            self.size += unpacked.len() as u64;
            if self.size > self.limit {
                return Err(Fault::Bomb { limit: self.limit });
            }
            self.hasher.update(unpacked);
            input = &input[step.read..];
            // A full buffer may mean that there is more to come of what was read.
            if input.is_empty() && step.written < self.buffer.len() {
                return Ok(());
            }
            if step == (Step { read: 0, written: 0 }) {
                return if input.is_empty() { Ok(()) } else { Err(Fault::stuck()) };
            }
        }
    }
}

impl fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacker").field("size", &self.size).finish_non_exhaustive()
    }
}
