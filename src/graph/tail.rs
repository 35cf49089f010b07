//! How the bytes of an object end.

/// How many bytes came, and how many of them at the end are zeros: noted while they go by. A disk
/// or a server that lost a write often gives zeros in the place of what was there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tail {
    size: u64,
    zeros: u64,
}

impl Tail {
    /// Takes the next bytes. Those that do not end in zeros cost nothing.
    pub fn update(&mut self, bytes: &[u8]) {
        let zeros = zeros_at_the_end(bytes);
        let goes_on = if zeros == bytes.len() { self.zeros } else { 0 };
        self.zeros = goes_on + zeros as u64;
        self.size += bytes.len() as u64;
    }

    /// How many bytes came.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The offset from which on all bytes are zeros, if the last one is.
    #[must_use]
    pub const fn zeros_from(&self) -> Option<u64> {
        if self.zeros == 0 { None } else { Some(self.size - self.zeros) }
    }
}

fn zeros_at_the_end(bytes: &[u8]) -> usize {
    // Or, and no early way out: that is what a processor does to many bytes at once.
    let is_zero = |piece: &&[u8]| piece.iter().fold(0, |or, byte| or | byte) == 0;
    let whole: usize = bytes.rchunks(64).take_while(is_zero).map(<[u8]>::len).sum();
    let rest = bytes[..bytes.len() - whole].iter().rev().take_while(|byte| **byte == 0);
    whole + rest.count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(bytes: &[u8]) -> Option<u64> {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        (end < bytes.len()).then_some(end as u64)
    }

    /// Pieces of zeros and of others, some longer than what is looked at at once.
    fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let piece = (0_usize..200, prop_oneof![Just(0_u8), any::<u8>()], any::<bool>(), any::<u8>());
        let piece = piece.prop_map(|(length, byte, marked, mark)| {
            let mut piece = vec![byte; length];
            if let Some(first) = piece.first_mut().filter(|_| marked) {
                *first = mark;
            }
            piece
        });
        prop::collection::vec(piece, 0..8)
    }

    proptest! {
        #[test]
        fn the_tail_is_that_of_the_whole_however_it_comes(pieces in pieces()) {
            let mut tail = Tail::default();
            for piece in &pieces {
                tail.update(piece);
            }
            let whole = pieces.concat();
            prop_assert_eq!((tail.size(), tail.zeros_from()), (whole.len() as u64, naive(&whole)));
            let mut at_once = Tail::default();
            at_once.update(&whole);
            prop_assert_eq!(at_once, tail);
        }
    }
}
