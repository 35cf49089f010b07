//! SHA-256 (FIPS 180-4) as a stream, of two objects in turn if need be.
//!
//! The compression function is the sha2 crate's. What is added here is that blocks of two objects
//! can alternate: each step of the function waits for the one before, and a processor that has
//! instructions for it begins with the other object's block meanwhile (docs/performance.md).

use sha2::block_api::compress256;

const BLOCK: usize = 64;

/// FIPS 180-4, 5.3.3.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A SHA-256 under way.
#[derive(Debug, Clone)]
pub(super) struct Sha256 {
    state: [u32; 8],
    /// Bytes taken.
    size: u64,
    /// The bytes that make no block yet, `filled` of them.
    rest: [u8; BLOCK],
    filled: usize,
}

impl Sha256 {
    pub(super) const fn new() -> Self {
        Self { state: START, size: 0, rest: [0; BLOCK], filled: 0 }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        let (blocks, tail) = self.align(bytes).as_chunks();
        self.compress(blocks);
        self.keep(tail);
    }

    /// Takes bytes of two objects, until all of one have been taken; how many of each.
    pub(super) fn update_both(
        (one, its): (&mut Self, &[u8]),
        (other, others): (&mut Self, &[u8]),
    ) -> (usize, usize) {
        let (blocks, tail) = one.align(its).as_chunks();
        let (other_blocks, other_tail) = other.align(others).as_chunks();
        for (block, other_block) in blocks.iter().zip(other_blocks) {
            compress256(&mut one.state, std::slice::from_ref(block));
            compress256(&mut other.state, std::slice::from_ref(other_block));
        }
        let both = blocks.len().min(other_blocks.len());
        one.size += (both * BLOCK) as u64;
        other.size += (both * BLOCK) as u64;
        let left = one.leave(&blocks[both..], tail);
        let others_left = other.leave(&other_blocks[both..], other_tail);
        (its.len() - left, others.len() - others_left)
    }

    pub(super) fn finish(mut self) -> [u8; 32] {
        let bits = self.size.wrapping_mul(8);
        let zeros = (2 * BLOCK - 9 - self.filled) % BLOCK;
        self.update(&[0x80]);
        self.update(&[0; BLOCK][..zeros]);
        self.update(&bits.to_be_bytes());
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    /// Completes the block that was begun, and gives what is left.
    fn align<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.filled == 0 {
            return bytes;
        }
        let (head, left) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
        self.keep(head);
        if self.filled == BLOCK {
            compress256(&mut self.state, &[self.rest]);
            self.filled = 0;
        }
        left
    }

    fn compress(&mut self, blocks: &[[u8; BLOCK]]) {
        compress256(&mut self.state, blocks);
        self.size += (blocks.len() * BLOCK) as u64;
    }

    /// Takes what makes no block, if no block comes before it. How many bytes are left.
    fn leave(&mut self, blocks: &[[u8; BLOCK]], tail: &[u8]) -> usize {
        if blocks.is_empty() {
            self.keep(tail);
            return 0;
        }
        blocks.len() * BLOCK + tail.len()
    }

    /// Takes what fits into the block that was begun.
    fn keep(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len();
        self.rest[self.filled..end].copy_from_slice(bytes);
        self.filled = end;
        self.size += bytes.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::Digest as _;

    use super::*;

    fn known(bytes: &[u8]) -> [u8; 32] {
        sha2::Sha256::digest(bytes).into()
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(any::<u8>(), 0..400)
    }

    /// Takes so many bytes of a slice, or what there is.
    fn cut<'a>(bytes: &mut &'a [u8], size: usize) -> &'a [u8] {
        bytes.split_off(..size.min(bytes.len())).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn is_that_of_the_crate_however_it_comes_in_pieces(
            bytes in bytes(),
            sizes in prop::collection::vec(0..150_usize, 0..9),
        ) {
            let (mut left, mut hash) = (&*bytes, Sha256::new());
            for size in sizes {
                hash.update(cut(&mut left, size));
            }
            hash.update(left);
            prop_assert_eq!(hash.finish(), known(&bytes));
        }

        /// Pieces of two objects, together and alone, as it happens.
        #[test]
        fn two_at_once_are_what_each_is_alone(
            both in [bytes(), bytes()],
            steps in prop::collection::vec((0..3_u8, 0..200_usize, 0..200_usize), 0..9),
        ) {
            let [mut left, mut others_left] = both.each_ref().map(Vec::as_slice);
            let [mut one, mut other] = [Sha256::new(), Sha256::new()];
            for (step, size, others_size) in steps {
                match step {
                    0 => one.update(cut(&mut left, size)),
                    1 => other.update(cut(&mut others_left, others_size)),
                    _ => {
                        let (its, others) = (&left[..size.min(left.len())], &others_left[..others_size.min(others_left.len())]);
                        let taken = Sha256::update_both((&mut one, its), (&mut other, others));
                        prop_assert!(taken.0 == its.len() || taken.1 == others.len());
                        cut(&mut left, taken.0);
                        cut(&mut others_left, taken.1);
                    }
                }
            }
            one.update(left);
            other.update(others_left);
            prop_assert_eq!([one.finish(), other.finish()], both.each_ref().map(|bytes| known(bytes)));
        }
    }
}
