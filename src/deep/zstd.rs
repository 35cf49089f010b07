//! Zstandard (RFC 8878): frames, one after another, skippable ones among them.
//!
//! zstd:chunked puts its table of contents into skippable frames, which a decoder passes over.

use std::io;

use ::zstd::stream::raw::{DParameter, Decoder, Operation};

use super::Step;
use super::fault::Fault;

/// The largest window that is taken, as a power of two: 128 MiB, the limit of the `zstd` tool
/// unless it is told otherwise (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`).
const MOST_WINDOW_BITS: u32 = 27;

/// Frames, one after another.
pub(super) struct Zstd {
    decoder: Decoder<'static>,
    is_within: bool,
    has_ended_one: bool,
}

impl Zstd {
    pub(super) fn new() -> Result<Self, Fault> {
        let begin = || {
            let mut decoder = Decoder::new()?;
            decoder.set_parameter(DParameter::WindowLogMax(MOST_WINDOW_BITS))?;
            io::Result::Ok(decoder)
        };
        let decoder = begin().map_err(|error| Fault::Corrupt(error.to_string()))?;
        Ok(Self { decoder, is_within: false, has_ended_one: false })
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Fault> {
        // A frame's first byte goes alone: one that is handed over whole is decoded by a shortcut
        // that does not ask for its window, and a verdict must not depend on where input is cut.
        let input = if self.is_within { input } else { &input[..input.len().min(1)] };
        if !self.is_within && input.is_empty() {
            return Ok(Step { read: 0, written: 0 });
        }
        let status =
            self.decoder.run_on_buffers(input, output).map_err(|error| self.fault(&error))?;
        self.is_within = status.remaining > 0;
        self.has_ended_one |= !self.is_within;
        Ok(Step { read: status.bytes_read, written: status.bytes_written })
    }

    /// Whether nothing is begun that is not ended.
    pub(super) const fn may_end(&self) -> bool {
        !self.is_within
    }

    fn fault(&self, error: &io::Error) -> Fault {
        // The binding tells its errors apart by their texts alone.
        match error.to_string() {
            text if text == "Frame requires too much memory for decoding" => Fault::Window,
            text if text == "Unknown frame descriptor" && self.has_ended_one => Fault::Trailing,
            text => Fault::Corrupt(text),
        }
    }
}
