//! Numbers as people read them.

use crate::audit::Sum;

/// A size in bytes, in IEC units with one decimal: `0 B`, `1023 B`, `1.0 KiB`, `38.2 GiB`.
///
/// Rounded half up, and up into the next unit where the digits would run to `1024.0`.
pub(crate) fn iec(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut unit = 1024_u128;
    let mut name = UNITS[0];
    for next in &UNITS[1..] {
        if tenths(bytes, unit) < 10 * 1024 {
            break;
        }
        unit *= 1024;
        name = next;
    }
    let tenths = tenths(bytes, unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// How many tenths of a unit, rounded half up.
const fn tenths(bytes: u64, unit: u128) -> u128 {
    (bytes as u128 * 10 + unit / 2) / unit
}

/// A number with thousands separated: `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and its noun, in the plural unless there is just one: `1 tag`, `1,024 tags`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if number == 1 => noun.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{} {plural}", count(number))
}

/// A part of a whole in per cent. Neither nothing nor everything is claimed by rounding.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if part == 0 {
        return "-".to_owned();
    }
    if part == whole {
        return "100 %".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    match (part * 1000 + whole / 2) / whole {
        0 => "<0.1 %".to_owned(),
        1000.. => ">99.9 %".to_owned(),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// How many of what, and how large: `445 blobs (2.0 GiB)`.
pub(crate) fn sum(sum: Sum, noun: &str) -> String {
    format!("{} ({})", counted(sum.count, noun), iec(sum.bytes))
}

/// A span of time to two units: `0 s`, `41 s`, `2 min 3 s`, `13 h 5 min`.
pub(crate) fn span(seconds: i64) -> String {
    match seconds.max(0) {
        s @ ..60 => format!("{s} s"),
        s @ ..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1075, "1.0 KiB"),
            (1076, "1.1 KiB"),
            (1_048_524, "1023.9 KiB"),
            (1_048_525, "1.0 MiB"),
            (41_016_937_677, "38.2 GiB"),
            (84 << 40, "84.0 TiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(iec(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn shares_claim_neither_nothing_nor_everything() {
        for (part, whole, text) in [
            (0, 0, "-"),
            (0, 9, "-"),
            (1, 1_000_000, "<0.1 %"),
            (1, 1000, "0.1 %"),
            (789, 1000, "78.9 %"),
            (999_999, 1_000_000, ">99.9 %"),
            (9, 9, "100 %"),
            (u64::MAX - 1, u64::MAX, ">99.9 %"),
        ] {
            assert_eq!(share(part, whole), text, "{part} of {whole}");
        }
    }

    #[test]
    fn counts_and_nouns() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(counted(1, "repository"), "1 repository");
        assert_eq!(counted(0, "repository"), "0 repositories");
        assert_eq!(counted(1200, "blob"), "1,200 blobs");
        assert_eq!(counted(2, "stray key"), "2 stray keys");
    }

    #[test]
    fn spans() {
        let texts = [-1, 59, 60, 3599, 3600, 46_800].map(span);
        let expected = ["0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "13 h 0 min"];
        assert_eq!(texts, expected);
    }

    /// The size that a text names, in bytes.
    fn named(text: &str) -> f64 {
        let (number, unit) = text.split_once(' ').unwrap();
        let power = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
            .iter()
            .position(|name| *name == unit)
            .unwrap();
        number.parse::<f64>().unwrap() * 1024_f64.powi(i32::try_from(power).unwrap())
    }

    /// Sizes of every magnitude, edges of units among them.
    fn size() -> impl Strategy<Value = u64> {
        (any::<u64>(), 0..64_u32, any::<bool>()).prop_map(|(bits, shift, edge)| {
            if edge {
                (1_u64 << shift).saturating_add(bits % 128).saturating_sub(64)
            } else {
                bits >> shift
            }
        })
    }

    proptest! {
        #[test]
        fn a_larger_size_never_reads_smaller(a in size(), b in size()) {
            let (small, large) = (a.min(b), a.max(b));
            prop_assert!(named(&iec(small)) <= named(&iec(large)));
        }

        #[test]
        #[expect(clippy::cast_precision_loss, reason = "the law has a tolerance far above it")]
        fn a_size_is_told_to_a_twentieth_of_its_unit(bytes in size()) {
            let text = iec(bytes);
            let error = (named(&text) - bytes as f64).abs();
            let one = named(&format!("1 {}", text.split_once(' ').unwrap().1));
            prop_assert!(error <= 0.05001 * one);
            prop_assert!(text.len() <= "1023.9 KiB".len());
        }

        #[test]
        fn a_count_is_its_digits(number: u64) {
            prop_assert_eq!(count(number).replace(',', "").parse(), Ok(number));
        }
    }
}
