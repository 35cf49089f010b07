//! Whatever is packed comes out, and whatever is damaged does not.

mod laws;
mod made;

use super::*;

const GIB: u64 = 1 << 30;

fn unpack(layer: &[u8]) -> Result<Unpacked, Fault> {
    let mut unpacker = Unpacker::new(GIB);
    unpacker.write(layer).and_then(|()| unpacker.finish())
}

fn archive() -> Vec<u8> {
    made::tar(&[b"one", &vec![7; 100_000], b"", b"four"])
}

#[test]
fn every_way_to_pack_gives_the_archive() {
    let tar = archive();
    for (name, layer, compression) in [
        ("nothing", tar.clone(), Compression::None),
        ("gzip", made::gzip(&tar), Compression::Gzip),
        ("pigz -i", made::members(&tar, 4096), Compression::Gzip),
        ("a member for each byte", made::members(&tar[..2000], 1), Compression::Gzip),
        ("--rsyncable", made::flushed(&tar, 4096), Compression::Gzip),
        ("eStargz", made::estargz(&tar, 512), Compression::Gzip),
        ("zstd", made::zstd(&tar), Compression::Zstd),
        ("zstd:chunked", made::chunked(&tar, 512), Compression::Zstd),
        ("frames", [made::zstd(&tar[..9]), made::zstd(&tar[9..])].concat(), Compression::Zstd),
    ] {
        let unpacked = unpack(&layer).unwrap();
        assert_eq!(unpacked.compression, compression, "{name}");
        let tar = if name.ends_with("each byte") { &tar[..2000] } else { &tar };
        assert_eq!(unpacked.diff_id, Digest::sha256_of(tar), "{name}");
        assert_eq!(unpacked.size, tar.len() as u64, "{name}");
    }
}

#[test]
fn skippable_frames_stand_anywhere() {
    let tar = archive();
    for kind in 0..16 {
        let skip = made::skippable(kind, b"to be passed over");
        let empty = made::skippable(kind, b"");
        let layer = [&*skip, &made::zstd(&tar), &empty, &made::zstd(&tar), &skip].concat();
        let unpacked = unpack(&layer).unwrap();
        assert_eq!(unpacked.diff_id, Digest::sha256_of(&[&*tar, &tar].concat()), "{kind}");
    }
    let alone = unpack(&made::skippable(3, b"nothing else")).unwrap();
    assert_eq!((alone.size, alone.compression), (0, Compression::Zstd));
}

#[test]
fn a_layer_of_no_bytes_is_an_archive_of_no_bytes() {
    let unpacked = unpack(b"").unwrap();
    assert_eq!((unpacked.size, unpacked.compression), (0, Compression::None));
    assert_eq!(unpacked.diff_id, Digest::sha256_of(b""));
}

#[test]
fn what_follows_the_archive_is_a_fault() {
    let tar = archive();
    for packed in [made::gzip(&tar), made::estargz(&tar, 512)] {
        for tail in [&b"\0"[..], &[0; 512], b"garbage"] {
            assert_eq!(unpack(&[&*packed, tail].concat()), Err(Fault::Trailing), "{tail:?}");
        }
        assert_eq!(unpack(&[&*packed, b"\x1f"].concat()), Err(Fault::Truncated));
    }
    for tail in [&b"\0"[..], &[0; 512], b"garbage"] {
        let layer = [&*made::zstd(&tar), tail].concat();
        assert_eq!(unpack(&layer), Err(Fault::Trailing), "{tail:?}");
    }
}

#[test]
fn what_is_cut_off_is_truncated() {
    let tar = archive();
    for layer in [made::gzip(&tar), made::zstd(&tar)] {
        for end in [11, 18, layer.len() / 2, layer.len() - 9, layer.len() - 1] {
            assert_eq!(unpack(&layer[..end]), Err(Fault::Truncated), "{end}");
        }
    }
}

#[test]
fn a_checksum_that_does_not_hold_is_corrupt() {
    let tar = archive();
    for mut layer in [made::gzip(&tar), made::zstd(&tar)] {
        let place = layer.len() - if layer[0] == 0x1f { 8 } else { 1 };
        layer[place] ^= 1;
        assert!(matches!(unpack(&layer), Err(Fault::Corrupt(_))));
    }
}

#[test]
fn other_compressions_are_named() {
    for (head, name) in [(&b"BZh91AY&SY"[..], "bzip2"), (b"\xfd7zXZ\0\0\x04\xe6\xd6", "xz")] {
        assert_eq!(unpack(head), Err(Fault::UnknownCompression(name)));
    }
    // A file's name, as it stands first in an archive.
    assert_eq!(unpack(b"BZh9.txt\0\0\0").unwrap().compression, Compression::None);
}

/// 128 MiB and 256 MiB, by the window descriptors of frames whose content is a few bytes.
#[test]
fn a_window_is_too_large_however_little_is_in_it() {
    for (bits, fault) in [(27, false), (28, true)] {
        // No single segment, no checksum, no size; then the window, then a raw block of 3 bytes.
        let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, (bits - 10) << 3, 0x19, 0, 0, b'a', b'b', b'c'];
        // The size of the content is told: what a decoder may be tempted by.
        let sized =
            [0x28, 0xb5, 0x2f, 0xfd, 0x80, (bits - 10) << 3, 3, 0, 0, 0, 0x19, 0, 0, 97, 98, 99];
        for frame in [&frame[..], &sized] {
            match unpack(frame) {
                Err(Fault::Window) => assert!(fault, "{bits}"),
                unpacked => {
                    assert_eq!(unpacked.unwrap().diff_id, Digest::sha256_of(b"abc"));
                    assert!(!fault, "{bits}");
                }
            }
        }
    }
}

/// Ten megabytes of gzip that would be ten gibibytes, ever the same members of one mebibyte.
#[test]
fn a_bomb_is_cut_off() {
    let bomb = made::gzip(&vec![0; 1 << 20]);
    let limit = 64 << 20;
    let mut unpacker = Unpacker::new(limit);
    let mut taken = 0;
    let fault = loop {
        match unpacker.write(&bomb) {
            Ok(()) => taken += 1,
            Err(fault) => break fault,
        }
        assert!(taken < 10 << 10, "it was never cut off");
    };
    assert_eq!((fault, taken), (Fault::Bomb { limit }, 64));
    assert_eq!(unpacker.write(b"more"), Err(Fault::Bomb { limit }));
    assert_eq!(unpacker.finish(), Err(Fault::Bomb { limit }));
}

/// Of one call too: 5 GiB in a frame of 160 kilobytes.
#[test]
fn a_bomb_in_one_piece_is_cut_off() {
    // Blocks of one byte each, to be repeated 128 KiB times; the last of them never comes.
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    bomb.extend([0x02, 0x00, 0x10, b'x'].repeat(40 << 10));
    let limit = 16 << 20;
    assert_eq!(Unpacker::new(limit).write(&bomb), Err(Fault::Bomb { limit }));
}

#[test]
fn an_honest_layer_stays_below_the_limit() {
    assert_eq!(default_limit(0), GIB);
    assert_eq!(default_limit(100 << 20), 64 * GIB);
    assert_eq!(default_limit(10 << 20), 1100 * (10 << 20));
    assert_eq!(default_limit(20 * GIB), 160 * GIB);
    assert_eq!(default_limit(u64::MAX), u64::MAX);
}
