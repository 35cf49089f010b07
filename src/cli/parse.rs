//! Values that are typed by hand.

use std::num::NonZeroU64;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::Problem;
use crate::choice::{Share, Verify};
use crate::oci::Digest;

/// An age: `90s`, `30m`, `24h`, `7d`, `2w`, several of them, or `0`. A day has 24 hours.
pub(super) fn age(text: &str) -> Result<SignedDuration, String> {
    let wrong = |_| "expected an age such as 30m, 24h or 7d".to_owned();
    if text.trim() == "0" {
        return Ok(SignedDuration::ZERO);
    }
    let span: Span = text.parse().map_err(wrong)?;
    let age = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(wrong)?;
    if age.is_negative() { Err("an age is not negative".to_owned()) } else { Ok(age) }
}

/// A period, in the words of an age.
pub(super) fn period(text: &str) -> Result<SignedDuration, String> {
    let period = age(text).map_err(|_| "expected a time such as 7d or 30d".to_owned())?;
    if period.is_zero() { Err("no time at all is no period".to_owned()) } else { Ok(period) }
}

/// A time to wait, in the words of an age; no time at all would be over before it began.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a time such as 30s or 5m".to_owned();
    let time = age(text).map_err(|_| wrong())?;
    if time < SignedDuration::from_secs(1) {
        return Err("a second is the least".to_owned());
    }
    time.try_into().map_err(|_| wrong())
}

/// A whole number that is not 0, in words that do not speak of types.
pub(super) fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "expected a whole number from 1 on".to_owned())
}

/// A number of bytes: `500000`, `100MiB`, `1.5GB`. The units are spelled as the standards have
/// them, decimal (kB, MB, GB, TB, PB) and binary (KiB, MiB, GiB, TiB, PiB): a letter that could
/// mean either is asked about. A fraction of a byte is left away.
pub(super) fn size(text: &str) -> Result<NonZeroU64, String> {
    let wrong = || "expected a size such as 500000, 100MiB or 1.5GB".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = unit_of(unit).ok_or_else(wrong)?;
    let (whole, fraction) = match number.split_once('.') {
        None => (number, ""),
        // A tenth of a byte is no size, and more digits than a unit has bytes are none either.
        Some((whole, fraction)) if factor > 1 && (1..=15).contains(&fraction.len()) => {
            (whole, fraction)
        }
        Some(_) => return Err(wrong()),
    };
    let of = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<u64>() };
    let (Ok(units), Ok(parts), false) = (whole.parse::<u64>(), of(fraction), whole.is_empty())
    else {
        return Err(wrong());
    };
    let scale = fraction.chars().fold(1, |scale: u128, _| scale * 10);
    let bytes = u128::from(units) * factor + u128::from(parts) * factor / scale;
    let bytes = u64::try_from(bytes).map_err(|_| "that is more than can be counted".to_owned())?;
    NonZeroU64::new(bytes).ok_or_else(|| "a byte is the least".to_owned())
}

fn unit_of(unit: &str) -> Option<u128> {
    let powers =
        [["", ""], ["kB", "KiB"], ["MB", "MiB"], ["GB", "GiB"], ["TB", "TiB"], ["PB", "PiB"]];
    let (power, [decimal, _]) = (0_u32..).zip(powers).find(|(_, names)| names.contains(&unit))?;
    Some(if unit == decimal { 1000_u128.pow(power) } else { 1024_u128.pow(power) })
}

/// Which bytes to check: `none`, `manifests`, `sample=N%`, `budget=SIZE`, `rolling`, `all`.
pub(super) fn verify(text: &str) -> Result<Verify, String> {
    let wrong = || "expected none, manifests, sample=N%, budget=SIZE, rolling or all".to_owned();
    match (text, text.split_once('=')) {
        ("none", _) => Ok(Verify::None),
        ("manifests", _) => Ok(Verify::Manifests),
        ("rolling", _) => Ok(Verify::Rolling),
        ("all", _) => Ok(Verify::All),
        (_, Some(("budget", bytes))) => size(bytes).map(|bytes| Verify::Budget(bytes.get())),
        (_, Some(("sample", share))) => {
            let percent = share.strip_suffix('%').and_then(|percent| percent.parse().ok());
            let share = percent.and_then(Share::percent);
            share
                .map(Verify::Sample)
                .ok_or_else(|| "expected sample=N% with N from 0 to 100".into())
        }
        _ => Err(wrong()),
    }
}

/// The URL of a server: with a scheme and a host.
pub(super) fn endpoint(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => Ok(text.to_owned()),
        _ => Err("expected a URL such as http://127.0.0.1:9000".to_owned()),
    }
}

/// A file of digests: one a line, at its beginning; what follows white space, a comma or `#` on
/// the line is passed over.
pub(super) fn digests(path: &Path) -> Result<Vec<Digest>, Problem> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Problem::new(format!(
            "read --keep-digests {name}: {error}; give a file of digests, one a line"
        ))
    })?;
    let mut digests = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let first = line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '#')).next();
        let first = first.unwrap_or_default().trim_start_matches('\u{feff}').trim_matches('"');
        if first.is_empty() && line.trim_start().chars().next().is_none_or(|c| c == '#') {
            continue;
        }
        let digest = first.parse().map_err(|error| {
            Problem::new(format!("read --keep-digests {name}: line {number} is {error}; a list that is not understood whole keeps too little"))
        })?;
        digests.push(digest);
    }
    Ok(digests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_as_people_write_them() {
        for (text, seconds) in
            [("0", 0), ("0s", 0), ("90s", 90), ("24h", 86_400), ("7d", 604_800), ("1d 1h", 90_000)]
        {
            assert_eq!(age(text).unwrap().as_secs(), seconds, "{text}");
        }
        for text in ["", "5", "-1h", "1mo", "soon", "1x"] {
            assert!(age(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_to_wait_is_not_over_before_it_began() {
        assert_eq!(time("5m").unwrap(), Duration::from_mins(5));
        for text in ["0", "999ms", "-1m", "300", "soon"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_in_decimal_and_in_binary() {
        for (text, bytes) in [
            ("1", 1),
            ("500000", 500_000),
            ("1kB", 1000),
            ("1KiB", 1024),
            ("100MiB", 100 << 20),
            ("1.5GB", 1_500_000_000),
            ("0.5KiB", 512),
            ("1.0005kB", 1000),
            ("2TiB", 2 << 40),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(size(text).map(NonZeroU64::get), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "0",
            "0.1",
            "1.5",
            "-1",
            "+1",
            "1 MiB",
            "1M",
            "1m",
            "1mb",
            "1K",
            "MiB",
            ".5GB",
            "1.GB",
            "1.2.3GB",
            "1e9",
            "1_000",
            "0.0001kB",
            "99999PiB",
            "18446744073709551616",
            "1.0000000000000001GB",
            "１",
        ] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_begin_at_1() {
        assert_eq!(number::<std::num::NonZeroU32>("7").unwrap().get(), 7);
        for text in ["0", "-1", "many", ""] {
            assert!(number::<std::num::NonZeroU32>(text).unwrap_err().contains("from 1"), "{text}");
        }
    }

    #[test]
    fn what_to_verify_is_one_word() {
        for text in ["none", "manifests", "sample=2.5%", "budget=1000", "rolling", "all"] {
            assert_eq!(verify(text).unwrap().to_string(), text);
        }
        assert_eq!(verify("budget=1KiB"), Ok(Verify::Budget(1024)));
        for text in ["", "everything", "sample", "sample=5", "sample=101%", "budget=", "all=1"] {
            assert!(verify(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_endpoint_is_a_url() {
        assert!(endpoint("http://127.0.0.1:9000").is_ok());
        for text in ["", "127.0.0.1:9000", "s3://bucket", "https://", "http:///path"] {
            assert!(endpoint(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_keep_list_is_understood_whole_or_not_at_all() {
        let hex = "a".repeat(64);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keep");
        std::fs::write(&path, format!("# exported\n\nsha256:{hex}\nsha256:{hex},extra # x\n"))
            .unwrap();
        assert_eq!(digests(&path).unwrap().len(), 2);
        std::fs::write(&path, format!("sha256:{hex}\n{hex}\n")).unwrap();
        assert!(digests(&path).unwrap_err().message.contains("line 2"));
        assert_eq!(digests(&directory.path().join("absent")).unwrap_err().exit.code(), 3);
    }
}
