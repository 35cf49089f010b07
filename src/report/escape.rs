//! One way of writing names from the bucket where people read them.
//!
//! A key or a tag may hold anything: escape sequences, line breaks, marks that turn text around.
//! Text and CSV write such a character as `\n`, `\r`, `\t` or `\u{…}` in hexadecimal, and a
//! backslash as two, so that what is written says exactly what is there and can be read back.

use std::fmt;

/// Text that shows every character that would otherwise act or hide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Escaped<'a> {
    text: &'a str,
    space: bool,
}

impl<'a> Escaped<'a> {
    /// A text by itself.
    pub(crate) const fn text(text: &'a str) -> Self {
        Self { text, space: false }
    }

    /// An item of a list that is joined by spaces: its own spaces are written as `\u{20}`.
    pub(crate) const fn item(text: &'a str) -> Self {
        Self { text, space: true }
    }

    fn must_escape(self, c: char) -> bool {
        c == '\\' || (self.space && c == ' ') || acts_or_hides(c)
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        while let Some(at) = rest.find(|c| self.must_escape(c)) {
            let (plain, tail) = rest.split_at(at);
            f.write_str(plain)?;
            let mut chars = tail.chars();
            match chars.next() {
                Some('\\') => f.write_str("\\\\")?,
                Some('\n') => f.write_str("\\n")?,
                Some('\r') => f.write_str("\\r")?,
                Some('\t') => f.write_str("\\t")?,
                Some(c) => write!(f, "{}", c.escape_unicode())?,
                None => {}
            }
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

/// Whether a character does something to a terminal or a page, or cannot be seen there.
///
/// The control characters (C0, DEL, C1), the line and paragraph separators, and what Unicode calls
/// default-ignorable: marks of direction, joiners, fillers, variation selectors, tags
/// ([Unicode 16, `DerivedCoreProperties.txt`](https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt)).
pub(crate) fn acts_or_hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// What an escaped text says; the way that `docs/reports.md` tells scripts to go.
#[cfg(test)]
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let (hex, rest) = chars.as_str().strip_prefix('{')?.split_once('}')?;
                    chars = rest.chars();
                    char::from_u32(u32::from_str_radix(hex, 16).ok()?)?
                }
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shows_what_acts_or_hides_and_nothing_else() {
        for (text, written) in [
            ("library/busybox:v1.37.0", "library/busybox:v1.37.0"),
            ("naïve/ünï 日本 <b>&'\"", "naïve/ünï 日本 <b>&'\""),
            (r"a\u{41}", r"a\\u{41}"),
            ("\x1b[2J\x07\0", r"\u{1b}[2J\u{7}\u{0}"),
            ("a\r\n\tb", r"a\r\n\tb"),
            ("\u{9b}31m\u{7f}", r"\u{9b}31m\u{7f}"),
            ("\u{202e}gpj.exe\u{2069}", r"\u{202e}gpj.exe\u{2069}"),
            ("a\u{2028}b\u{feff}", r"a\u{2028}b\u{feff}"),
            ("\u{e0041}", r"\u{e0041}"),
        ] {
            assert_eq!(Escaped::text(text).to_string(), written);
        }
        assert_eq!(Escaped::item("a b\\").to_string(), r"a\u{20}b\\");
    }

    /// Texts in which the characters that matter are not one in a thousand.
    pub(in crate::report) fn nasty() -> impl Strategy<Value = String> {
        let sharp = prop::sample::select(
            "\\\n\r\t\0\x1b\u{7f}\u{9b}\u{202e}\u{2066}\u{feff}\u{e0041} '\"=,;+-@＝u{}20"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop::collection::vec(prop_oneof![3 => sharp, 1 => any::<char>()], 0..24)
            .prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn says_exactly_what_is_there(text in nasty()) {
            for written in [Escaped::text(&text).to_string(), Escaped::item(&text).to_string()] {
                prop_assert_eq!(written.find(acts_or_hides), None);
                prop_assert_eq!(unescape(&written), Some(text.clone()));
            }
            prop_assert_eq!(Escaped::item(&text).to_string().find(' '), None);
        }
    }
}
