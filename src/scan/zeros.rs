//! Where the zeros begin that an object ends in.

/// Watches bytes go by for the zeros at their end.
#[derive(Debug, Default)]
pub(super) struct Zeros {
    size: u64,
    from: u64,
}

impl Zeros {
    /// Takes the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        // From the end: of sound data one look is enough.
        if let Some(last) = bytes.iter().rposition(|&byte| byte != 0) {
            self.from = self.size + last as u64 + 1;
        }
        self.size += bytes.len() as u64;
    }

    /// The offset from which all is zero: the end, if the last byte is not.
    pub(super) const fn from(&self) -> u64 {
        self.from
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn however_it_comes_in_pieces(bytes in prop::collection::vec(0..2_u8, 0..40), cut: usize) {
            let mut zeros = Zeros::default();
            let (start, end) = bytes.split_at(cut % (bytes.len() + 1));
            zeros.update(start);
            zeros.update(end);
            let from = usize::try_from(zeros.from()).unwrap();
            prop_assert!(bytes[from..].iter().all(|&byte| byte == 0));
            prop_assert!(from == 0 || bytes[from - 1] != 0);
        }
    }
}
