use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::object::ETag;

/// Times to the microsecond, over all that can be said.
fn time() -> impl Strategy<Value = Timestamp> {
    let range = Timestamp::MIN.as_microsecond()..Timestamp::MAX.as_microsecond();
    range.prop_map(|time| Timestamp::from_microsecond(time).unwrap())
}

fn etag() -> impl Strategy<Value = Fingerprint> {
    let text = prop_oneof![
        any::<[u8; 16]>().prop_map(ETag::from_md5),
        "[0-9a-fA-F+]{32}(-[0-9]{1,5})?".prop_map(|text| ETag::new(&text)),
        any::<String>().prop_map(|text| ETag::new(&text)),
    ];
    text.prop_map(|etag| Fingerprint::from(&etag))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    (time(), 0..4_u8).prop_map(|(at, what)| match what {
        0 => Outcome::Proved { at, by: Proof::Bytes },
        1 => Outcome::Proved { at, by: Proof::Checksum },
        2 => Outcome::Wrong { at },
        _ => Outcome::Unreadable { at },
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let size = (any::<u64>(), 0..64_u32).prop_map(|(bits, shift)| bits >> shift);
    let version = (option::of(etag()), size, option::of(time()))
        .prop_map(|(etag, size, last_modified)| Version { etag, size, last_modified });
    (version, outcome()).prop_map(|(version, outcome)| Entry { version, outcome })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_is_read(entry in entry()) {
        prop_assert_eq!(Entry::decode(&entry.encode()), Some(entry));
    }

    #[test]
    fn nothing_is_read_that_would_not_be_written_so(
        mut bytes: Vec<u8>,
        (shape, size) in (0..64_u8, any::<Option<u8>>()),
    ) {
        bytes.splice(..bytes.len().min(2), [FORM, shape]);
        bytes.splice(2..2, size);
        if let Some(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.encode(), bytes);
        }
    }

    #[test]
    fn a_cut_or_changed_entry_is_not_the_same(entry in entry(), at: prop::sample::Index, bit in 0..8_u8) {
        let bytes = entry.encode();
        let at = at.index(bytes.len());
        prop_assert_eq!(Entry::decode(&bytes[..at]), None);
        let mut changed = bytes;
        changed[at] ^= 1_u8 << bit;
        prop_assert_ne!(Entry::decode(&changed), Some(entry));
    }
}

#[test]
fn a_newer_form_is_nothing() {
    let at = Timestamp::UNIX_EPOCH;
    let version = Version { etag: None, size: 1, last_modified: None };
    let mut bytes = Entry { version, outcome: Outcome::Wrong { at } }.encode();
    bytes[0] = FORM + 1;
    assert_eq!(Entry::decode(&bytes), None);
}

#[test]
fn a_version_is_told_by_all_that_is_known_of_it() {
    let version = |etag: Option<&str>, size, time: &str| Version {
        etag: etag.map(|etag| Fingerprint::from(&ETag::new(etag))),
        size,
        last_modified: Some(time.parse().unwrap()),
    };
    let listed = version(Some("a"), 1, "2026-01-02T03:04:05.678Z");
    assert!(listed.is(&version(Some("a"), 1, "2026-01-02T03:04:05Z")));
    for other in [
        version(Some("b"), 1, "2026-01-02T03:04:05.678Z"),
        version(Some("a"), 2, "2026-01-02T03:04:05.678Z"),
        version(Some("a"), 1, "2026-01-02T03:04:06Z"),
        version(None, 1, "2026-01-02T03:04:05.678Z"),
        Version { last_modified: None, ..listed },
    ] {
        assert!(!listed.is(&other) && !other.is(&listed), "{other:?}");
    }
    let file = version(None, 1, "2026-01-02T03:04:05.678Z");
    assert!(!file.is(&version(None, 1, "2026-01-02T03:04:05.679Z")));
}
