//! What holds for any layer.

use proptest::prelude::*;

use super::*;

/// In pieces of these lengths, over and over.
fn unpack_in_pieces(layer: &[u8], lengths: &[usize]) -> Result<Unpacked, Fault> {
    let mut unpacker = Unpacker::new(GIB);
    let mut rest = layer;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, others) = rest.split_at((*length).min(rest.len()));
        unpacker.write(piece)?;
        rest = others;
    }
    unpacker.finish()
}

/// Most are short, some long, not all nothing.
fn lengths() -> impl Strategy<Value = Vec<usize>> {
    let length = prop_oneof![3 => 0..20_usize, 1 => 0..200_000_usize];
    prop::collection::vec(length, 1..8)
        .prop_filter("some piece has bytes", |lengths| lengths.iter().any(|length| *length > 0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_was_packed_comes_out_however_it_is_cut((content, layer) in made::layers(), lengths in lengths()) {
        let whole = unpack(&layer).unwrap();
        prop_assert_eq!(&whole.diff_id, &Digest::sha256_of(&content));
        prop_assert_eq!(whole.size, content.len() as u64);
        prop_assert_eq!(unpack_in_pieces(&layer, &lengths), Ok(whole));
    }

    /// Of a layer of many members the first ones are a layer too, of a shorter archive.
    #[test]
    fn what_is_cut_off_is_a_fault_or_shorter((content, layer) in made::layers(), at: prop::sample::Index) {
        let end = at.index(layer.len() + 1);
        if let Ok(unpacked) = unpack(&layer[..end]) {
            let size = usize::try_from(unpacked.size).unwrap();
            // What has lost its magic is plain.
            let of = if unpacked.compression == Compression::None { &layer } else { &content };
            prop_assert_eq!(unpacked.diff_id, Digest::sha256_of(&of[..size]));
        }
    }

    /// Faults too do not depend on where the input is cut.
    #[test]
    fn what_is_damaged_is_the_same_however_it_is_cut(
        (_, mut layer) in made::layers(),
        at: prop::sample::Index,
        byte: u8,
        lengths in lengths(),
    ) {
        let at = at.index(layer.len());
        layer[at] = byte;
        let kind = |outcome: Result<Unpacked, Fault>| outcome.map_err(|fault| std::mem::discriminant(&fault));
        prop_assert_eq!(kind(unpack_in_pieces(&layer, &lengths)), kind(unpack(&layer)));
    }

    #[test]
    fn any_bytes_come_to_an_end(
        head in prop::sample::select(vec![&b""[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18"]),
        bytes: Vec<u8>,
        lengths in lengths(),
    ) {
        let layer = [head, &bytes].concat();
        let kind = |outcome: Result<Unpacked, Fault>| outcome.map_err(|fault| std::mem::discriminant(&fault));
        prop_assert_eq!(kind(unpack_in_pieces(&layer, &lengths)), kind(unpack(&layer)));
    }
}
