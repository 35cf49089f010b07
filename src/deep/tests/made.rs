//! Layers as the tools of the world make them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

/// A tar archive with these files.
pub(super) fn tar(files: &[&[u8]]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (number, content) in files.iter().enumerate() {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append_data(&mut header, format!("usr/share/{number}"), *content).unwrap();
    }
    archive.into_inner().unwrap()
}

/// One member, as Docker and `BuildKit` write it.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A member for each block, as `pigz --independent` writes and several files joined give.
pub(super) fn members(bytes: &[u8], block: usize) -> Vec<u8> {
    bytes.chunks(block).flat_map(gzip).collect()
}

/// One member with a flush after each block, as `gzip --rsyncable` and pgzip write it.
pub(super) fn flushed(bytes: &[u8], block: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for block in bytes.chunks(block) {
        encoder.write_all(block).unwrap();
        encoder.flush().unwrap();
    }
    encoder.finish().unwrap()
}

/// A member for each block, and the footer of 51 bytes that eStargz ends in: a member without
/// content whose extra field says where the table of contents is
/// (stargz-snapshotter, docs/estargz.md, "Footer").
pub(super) fn estargz(bytes: &[u8], block: usize) -> Vec<u8> {
    let mut layer = members(bytes, block);
    let mut extra = b"SG\x16\x00".to_vec();
    extra.extend(format!("{:016x}STARGZ", layer.len()).bytes());
    let footer = flate2::GzBuilder::new().extra(extra);
    let footer = footer.write(Vec::new(), Compression::none()).finish().unwrap();
    assert_eq!(footer.len(), 51);
    layer.extend(footer);
    layer
}

/// One frame.
pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A frame that decoders pass over, of one of the 16 kinds.
pub(super) fn skippable(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut frame = (0x184D_2A50 + u32::from(kind)).to_le_bytes().to_vec();
    frame.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
    frame.extend(content);
    frame
}

/// A frame for each block, the table of contents in a skippable frame, and the footer of 64 bytes
/// in another, as zstd:chunked has it (containers/storage, pkg/chunked/internal).
pub(super) fn chunked(bytes: &[u8], block: usize) -> Vec<u8> {
    let mut layer: Vec<u8> = bytes.chunks(block).flat_map(zstd).collect();
    layer.extend(skippable(0, &zstd(br#"{"version":1,"entries":[]}"#)));
    let mut footer = vec![0; 56];
    footer.extend(b"GNUlInUx");
    layer.extend(skippable(0, &footer));
    layer
}

/// Any content that packs well in places, and a layer of it packed in any way.
pub(super) fn layers() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let file = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..3000),
        (any::<u8>(), 0..200_000_usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    let content = prop::collection::vec(file, 0..4)
        .prop_map(|files| tar(&files.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    (content, 0..8_u8, 1..100_000_usize, 0..16_u8).prop_map(|(content, way, block, kind)| {
        let layer = match way {
            0 => content.clone(),
            1 => gzip(&content),
            2 => members(&content, block.max(512)),
            3 => flushed(&content, block.max(64)),
            4 => estargz(&content, block.max(512)),
            5 => zstd(&content),
            6 => [skippable(kind, &content[..block % 500]), zstd(&content)].concat(),
            _ => chunked(&content, block.max(512)),
        };
        (content, layer)
    })
}
