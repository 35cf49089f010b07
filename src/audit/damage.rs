//! What wrong bytes look like, from what reading them has shown.

use std::fmt;

/// The zeros that sound data may end in by chance or by its form: a few in anything compressed, and
/// in a tar archive at most a record of 10 KiB, the last file's padding and the two blocks at its
/// end.
const BY_CHANCE: u64 = 16;
const OF_TAR: u64 = 16 << 10;

/// What was read where something else should be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wrong<'a> {
    /// How many bytes.
    pub(super) size: u64,
    /// The offset from which all is zero; the size if the last byte is not.
    pub(super) zeros_from: u64,
    /// Whether the digest of these bytes is the name of something that is stored or referred to.
    pub(super) is_known: bool,
    /// The sizes that manifests give.
    pub(super) said: &'a [u64],
    /// Whether it may be a tar archive that is not compressed.
    pub(super) may_be_tar: bool,
}

/// What it looks like. No more than that: zeros may have been written, and a tail never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    /// The end is not there.
    Truncated { size: u64, of: u64 },
    /// From here on there are zeros.
    ZeroFilled { from: u64, size: u64 },
    /// These are the bytes of something else that is known here.
    Replaced,
    /// Neither.
    Altered,
}

impl Damage {
    pub(super) fn of(wrong: &Wrong<'_>) -> Self {
        let Wrong { size, zeros_from: from, is_known, said, may_be_tar } = *wrong;
        let natural = if may_be_tar { OF_TAR } else { BY_CHANCE };
        let is_zero = size > 0 && from == 0;
        match said.iter().copied().min() {
            _ if is_known => Self::Replaced,
            Some(of) if size < of => Self::Truncated { size, of },
            _ if is_zero || size.saturating_sub(from) > natural => Self::ZeroFilled { from, size },
            _ => Self::Altered,
        }
    }
}

/// As the end of a sentence about the bytes.
impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { size, of } => write!(f, ": they are cut short, {size} of {of}"),
            Self::ZeroFilled { from: 0, size } => write!(f, ": all {size} are zero"),
            Self::ZeroFilled { from, size } => {
                write!(f, ": all is zero from byte {from} to the end at {size}")
            }
            Self::Replaced => f.write_str(": they are those of another blob that is known here"),
            Self::Altered => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: Wrong<'_> = Wrong {
        size: 100_000,
        zeros_from: 100_000,
        is_known: false,
        said: &[100_000],
        may_be_tar: false,
    };

    #[test]
    fn wrong_bytes_are_told_apart() {
        let cut = Wrong { size: 99_999, zeros_from: 99_999, ..SOUND };
        let filled = Wrong { zeros_from: 4096, ..SOUND };
        for (wrong, damage) in [
            (SOUND, Damage::Altered),
            (cut, Damage::Truncated { size: 99_999, of: 100_000 }),
            (Wrong { said: &[], ..cut }, Damage::Altered),
            (filled, Damage::ZeroFilled { from: 4096, size: 100_000 }),
            (
                Wrong { zeros_from: 0, said: &[], ..SOUND },
                Damage::ZeroFilled { from: 0, size: 100_000 },
            ),
            (Wrong { is_known: true, ..cut }, Damage::Replaced),
        ] {
            assert_eq!(Damage::of(&wrong), damage, "{wrong:?}");
        }
    }

    #[test]
    fn a_few_zeros_at_the_end_are_nothing_odd() {
        let ends_in = |zeros, may_be_tar| {
            Damage::of(&Wrong { zeros_from: SOUND.size - zeros, may_be_tar, ..SOUND })
        };
        assert_eq!(ends_in(3, false), Damage::Altered, "the size at the end of gzip");
        assert_eq!(ends_in(10_240, true), Damage::Altered, "the end of an archive");
        assert!(matches!(ends_in(10_240, false), Damage::ZeroFilled { .. }));
        assert!(matches!(ends_in(50_000, true), Damage::ZeroFilled { .. }));
    }
}
