//! Readings of one object, until they can be believed.

use crate::inventory::Blob;
use crate::object::{ETag, Fingerprint, Object};
use crate::store::{ErrorKind, StoreError};

/// How often an object is read that is something else each time.
const MOST: u32 = 8;

/// What was read before and could not be believed by itself.
#[derive(Debug)]
pub(super) struct Readings<T> {
    last: Option<T>,
    /// How many of the last ones agree.
    in_a_row: u32,
    all: u32,
}

impl<T> Default for Readings<T> {
    fn default() -> Self {
        Self { last: None, in_a_row: 0, all: 0 }
    }
}

/// What to do after a reading that nothing else bears out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Believe,
    ReadAgain,
    /// The readings say nothing of the object.
    GiveUp,
}

impl<T: PartialEq> Readings<T> {
    /// Takes another one, to be believed if it is the last of so many in a row that agree.
    pub(super) fn take(&mut self, reading: T, needed: u32) -> Next {
        self.in_a_row = if self.last.as_ref() == Some(&reading) { self.in_a_row + 1 } else { 1 };
        self.last = Some(reading);
        self.all += 1;
        if self.in_a_row >= needed {
            Next::Believe
        } else if self.all < MOST {
            Next::ReadAgain
        } else {
            Next::GiveUp
        }
    }
}

/// What was listed of an object, against which a reading is held.
#[derive(Debug, Clone, Copy)]
pub(super) struct AsListed {
    /// In bytes.
    pub(super) size: u64,
    pub(super) etag: Option<Fingerprint>,
}

impl AsListed {
    /// Of a blob.
    pub(super) fn of(blob: &Blob<'_>) -> Self {
        Self { size: blob.size, etag: blob.etag }
    }

    /// Whether this object may be the one that was listed.
    pub(super) fn is_of(&self, object: &Object) -> bool {
        object.size == self.size && object.etag.as_ref().map(Fingerprint::from) == self.etag
    }

    /// How many readings of wrong bytes have to agree. More of those that are not even as many as
    /// were listed, or that came under another entity tag: they may be another object's.
    pub(super) fn needed(&self, size: u64, etag: Option<&ETag>) -> u32 {
        let is_other = etag.map(Fingerprint::from) != self.etag;
        if size != self.size || is_other { 4 } else { 2 }
    }
}

/// Readings that agree neither with what was expected nor with each other.
pub(super) fn unsteady(key: &str) -> StoreError {
    doubtful(key, "each reading gave another content".to_owned())
}

/// Readings that agree with each other, and not with the listing on how long the object is, are
/// of something else: the page of a load balancer, or what somebody wrote meanwhile.
pub(super) fn of_size(key: &str, size: u64, listed: Option<AsListed>) -> Result<(), StoreError> {
    match listed {
        Some(AsListed { size: listed, .. }) if listed != size => {
            Err(doubtful(key, format!("{size} bytes came, and {listed} were listed")))
        }
        _ => Ok(()),
    }
}

fn doubtful(key: &str, reason: String) -> StoreError {
    StoreError::new(ErrorKind::Protocol, format!("read {}", key.escape_debug()), reason).with_hint(
        "something between here and the disk changes bytes, or somebody writes the object",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_often_enough_in_a_row_is_believed() {
        let mut readings = Readings::default();
        assert_eq!(readings.take('a', 2), Next::ReadAgain);
        assert_eq!(readings.take('b', 2), Next::ReadAgain);
        assert_eq!(readings.take('a', 2), Next::ReadAgain);
        assert_eq!(readings.take('a', 3), Next::ReadAgain);
        assert_eq!(readings.take('a', 3), Next::Believe);
    }

    #[test]
    fn what_is_never_the_same_is_given_up() {
        let mut readings = Readings::default();
        let nexts: Vec<_> = (0..8).map(|number| readings.take(number, 2)).collect();
        assert!(nexts[..7].iter().all(|next| *next == Next::ReadAgain));
        assert_eq!(nexts[7], Next::GiveUp);
    }
}
