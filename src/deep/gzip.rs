//! Gzip (RFC 1952): members, one after another.
//!
//! pigz writes one member or one for each block, eStargz one for each file.

use std::fmt;

use flate2::{Decompress, FlushDecompress, Status};

use super::Step;
use super::fault::Fault;

/// The window that a member may ask for, as a power of two: the largest there is, 32 KiB.
const WINDOW_BITS: u8 = 15;

/// The first byte of a member.
const FIRST: u8 = 0x1f;

/// Members, one after another; `None` between two of them.
#[derive(Default)]
pub(super) struct Gzip(Option<Decompress>);

impl Gzip {
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Fault> {
        if self.0.is_none() {
            match input.first() {
                None => return Ok(Step { read: 0, written: 0 }),
                Some(&FIRST) => {}
                Some(_) => return Err(Fault::Trailing),
            }
        }
        let member = self.0.get_or_insert_with(|| Decompress::new_gzip(WINDOW_BITS));
        let (read, written) = (member.total_in(), member.total_out());
        let status = member
            .decompress(input, output, FlushDecompress::None)
            .map_err(|error| Fault::Corrupt(reason(&error)))?;
        let step = Step {
            read: usize_of(member.total_in() - read),
            written: usize_of(member.total_out() - written),
        };
        if status == Status::StreamEnd {
            self.0 = None;
        }
        Ok(step)
    }

    /// Whether nothing is begun that is not ended.
    pub(super) const fn may_end(&self) -> bool {
        self.0.is_none()
    }
}

fn reason(error: &flate2::DecompressError) -> String {
    error.message().unwrap_or("gzip cannot make sense of it").to_owned()
}

/// No step is longer than its buffers.
fn usize_of(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

impl fmt::Debug for Gzip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gzip").field(&self.may_end()).finish()
    }
}
