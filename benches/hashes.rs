//! Two objects hashed in turn on one core, against one after the other: `cargo bench --bench hashes`.
//!
//! Prints Markdown, each figure beside what the same core did with one object in the same round.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "it is there to be read")]
#![expect(clippy::cast_precision_loss, reason = "figures of three digits")]

use std::time::Instant;

use ocifsck::oci::{Digest, Hasher};

const ROUNDS: usize = 9;

/// Bytes of each object.
const SIZE: usize = 64 << 20;

fn main() {
    println!("| the bytes lie in | one object | two in turn | ratio |\n|---|---|---|---|");
    for (place, piece) in [("the cache", 16 << 10), ("memory", SIZE)] {
        let objects = [7, 9]
            .map(|step| (0..piece).map(|at| (at * step).to_le_bytes()[0]).collect::<Vec<u8>>());
        let [first, second] = &objects;
        let mut rates: Vec<[f64; 2]> =
            (0..ROUNDS).map(|_| [alone(first, second), together(first, second)]).collect();
        rates.sort_by(|one, other| (one[1] / one[0]).total_cmp(&(other[1] / other[0])));
        let [one, two] = rates[ROUNDS / 2];
        println!("| {place} | {one:.2} GB/s | {two:.2} GB/s | {:.2} |", two / one);
    }
}

fn alone(first: &[u8], second: &[u8]) -> f64 {
    rate(first.len(), |[one, other]| {
        one.update(first);
        other.update(second);
    })
}

fn together(first: &[u8], second: &[u8]) -> f64 {
    rate(first.len(), |[one, other]| {
        assert_eq!(Hasher::update_both((one, first), (other, second)), (first.len(), second.len()));
    })
}

/// GB a second of two objects that are taken by pieces of so many bytes.
fn rate(piece: usize, take: impl Fn(&mut [Hasher; 2])) -> f64 {
    let mut hashers = [(); 2].map(|()| Digest::sha256_of(b"").hasher().unwrap());
    let started = Instant::now();
    for _ in 0..SIZE / piece {
        take(&mut hashers);
    }
    std::hint::black_box(hashers.map(Hasher::finish));
    (2 * SIZE) as f64 / 1e9 / started.elapsed().as_secs_f64()
}
