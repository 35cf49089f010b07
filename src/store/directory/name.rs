//! Names of files as keys, and back, without loss.
//!
//! A key is text, a file name on Unix is any bytes. A byte that is no UTF-8 becomes `\xff`; and
//! where a name has those four characters itself, its backslash becomes `\x5c`, so that no two
//! names share a key. Every other name stays as it is.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The name as a part of a key.
pub(super) fn to_key(name: &OsStr) -> String {
    let mut key = String::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for (at, c) in chunk.valid().char_indices() {
            if c == '\\' && escaped_byte(&chunk.valid().as_bytes()[at..]).is_some() {
                key.push_str("\\x5c");
            } else {
                key.push(c);
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(key, "\\x{byte:02x}");
        }
    }
    key
}

/// The relative path that a key stands for. `None` if no file can have that key: names are never
/// empty, `.` or `..`, which is also what keeps every path below its root.
pub(super) fn to_path(key: &str) -> Option<PathBuf> {
    key.split('/').map(to_name).collect()
}

fn to_name(part: &str) -> Option<OsString> {
    if matches!(part, "" | "." | "..") || part.contains('\0') {
        return None;
    }
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, behind @ ..] = rest {
        if let Some(byte) = escaped_byte(rest) {
            bytes.push(byte);
            rest = &rest[4..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    from_bytes(bytes)
}

/// The byte that `text` begins with in its escaped form.
fn escaped_byte(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else {
        return None;
    };
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    Some(digit(*high)? << 4 | digit(*low)?)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not all bytes are a name")]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_text_is_escaped_and_nothing_else() {
        for (name, key) in [
            (&b"sha256"[..], "sha256"),
            (b"caf\xe9", r"caf\xe9"),
            (b"\xff\xfe", r"\xff\xfe"),
            (br"a\b", r"a\b"),
            (br"a\xe9", r"a\x5cxe9"),
            (br"a\xE9", r"a\xE9"),
            (b"\x1b[2J\n", "\x1b[2J\n"),
        ] {
            assert_eq!(to_key(OsStr::from_bytes(name)), key);
        }
    }

    #[test]
    fn keys_that_no_file_can_have_have_no_path() {
        for key in ["", "/", "/etc/passwd", "a//b", "a/", "../a", "a/./b", "a/..", "a\0b"] {
            assert_eq!(to_path(key), None, "{key:?}");
        }
        assert_eq!(to_path("a/b.c/..d").as_deref(), Some(Path::new("a/b.c/..d")));
    }

    proptest! {
        #[test]
        fn no_name_is_lost(name in proptest::collection::vec(1_u8.., 1..40)) {
            prop_assume!(!name.contains(&b'/') && name != b"." && name != b"..");
            let name = OsStr::from_bytes(&name);
            let back = to_name(&to_key(name));
            prop_assert_eq!(back.as_deref(), Some(name));
        }
    }
}
