//! What verification costs, always beside what the machine itself can do at that moment.
//!
//! `scripts/bench-verify [quick] [large] [memory] [ranges] [small]` runs it, all parts if none is
//! named, and prints Markdown. Linux only: times and peaks are the kernel's (`/proc`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that cannot go on fails"
)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]
#![expect(clippy::cast_precision_loss, reason = "figures of three digits")]

mod bare;
mod generated;
mod large;
mod memory;
mod minio;
mod ocifsck;
mod openssl;
mod process;
mod ranges;
mod served;
mod small;
mod table;

const KIB: u64 = 1 << 10;
const MIB: u64 = KIB << 10;
const GIB: u64 = MIB << 10;

/// How much is read.
struct Sizes {
    /// How often each is measured, in turns; medians are printed.
    rounds: usize,
    /// Blobs on MinIO: how many, and of how many bytes.
    large: (u64, u64),
    /// The bytes of a blob whose size shall not matter.
    huge: u64,
    /// The bytes of the one blob that is read by several ranges.
    ranged: u64,
    /// How many blobs of 100 bytes.
    small: u64,
}

const FULL: Sizes =
    Sizes { rounds: 3, large: (16, 256 * MIB), huge: 10 * GIB, ranged: GIB, small: 1_000_000 };

/// To see that it works; the figures say little.
const QUICK: Sizes =
    Sizes { rounds: 1, large: (8, 64 * MIB), huge: GIB, ranged: 256 * MIB, small: 20_000 };

type Part = (&'static str, fn(&Sizes));

const PARTS: [Part; 4] = [
    ("large", large::measure),
    ("memory", memory::measure),
    ("ranges", ranges::measure),
    ("small", small::measure),
];

fn main() {
    // Cargo adds `--bench` to what it was given.
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [first, endpoint] = &*words
        && first == bare::WORD
    {
        return bare::read_all(endpoint);
    }
    let sizes = if words.iter().any(|word| word == "quick") { QUICK } else { FULL };
    let unknown = words.iter().find(|w| *w != "quick" && PARTS.iter().all(|(name, _)| name != w));
    assert!(unknown.is_none(), "no such part: {unknown:?}");
    let all = words.iter().all(|word| word == "quick");
    for (_, measure) in PARTS.iter().filter(|(name, _)| all || words.iter().any(|w| w == name)) {
        measure(&sizes);
    }
}
