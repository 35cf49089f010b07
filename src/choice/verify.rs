//! How much to read, in words.

use std::fmt;

/// Which bytes to check against their digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verify {
    /// None.
    None,
    /// Those of manifests, which are read anyway.
    #[default]
    Manifests,
    /// Those, and this share of the bytes of all other blobs, chosen by their digests and a seed.
    Sample(Share),
    /// Those, and as many other blobs as have this many bytes together at most, what most depends
    /// on first.
    Budget(u64),
    /// Those of every stored blob.
    All,
    /// Those of every stored blob, each in its turn: in each run what has waited longest, so that
    /// a period has seen all of them. What earlier runs have read decides, and not this module.
    Rolling,
}

impl Verify {
    /// Whether it reads more than manifests.
    #[must_use]
    pub const fn reads_blobs(self) -> bool {
        !matches!(self, Self::None | Self::Manifests)
    }
}

/// As it is written on the command line; a budget in bytes.
impl fmt::Display for Verify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Manifests => f.write_str("manifests"),
            Self::Sample(share) => write!(f, "sample={share}"),
            Self::Budget(bytes) => write!(f, "budget={bytes}"),
            Self::All => f.write_str("all"),
            Self::Rolling => f.write_str("rolling"),
        }
    }
}

/// A share, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    const WHOLE: u32 = 1_000_000;

    /// So many percent, to a ten-thousandth of one; `None` unless it is from 0 to 100.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 1,000,000"
    )]
    pub fn percent(percent: f64) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then(|| Self((percent * 10_000.0).round() as u32))
    }

    /// The share of a whole, rounded up.
    #[must_use]
    pub fn of(self, whole: u64) -> u64 {
        let part = (u128::from(whole) * u128::from(self.0)).div_ceil(u128::from(Self::WHOLE));
        u64::try_from(part).unwrap_or(whole)
    }
}

/// In percent.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.0) / 10_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_as_it_was_typed() {
        for (percent, text, of_a_thousand) in
            [(0.0, "0%", 0), (0.01, "0.01%", 1), (5.0, "5%", 50), (100.0, "100%", 1000)]
        {
            let share = Share::percent(percent).unwrap();
            assert_eq!(share.to_string(), text);
            assert_eq!(share.of(1000), of_a_thousand);
        }
        assert_eq!(Share::percent(100.0).unwrap().of(u64::MAX), u64::MAX);
        for percent in [-1.0, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::percent(percent), None);
        }
    }
}
