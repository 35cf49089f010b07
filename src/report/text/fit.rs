//! Making text fit a terminal of 80 columns.

use crate::report::escape::Escaped;

/// How wide a line may be.
pub(crate) const WIDTH: usize = 80;

/// How many columns a character may take. What a terminal makes of other scripts, nobody knows:
/// two is the most.
const fn columns(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// How many columns a text may take.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// A name from the bucket, escaped, with its middle left out if it is too long: both ends of a key
/// tell more than its middle.
pub(crate) fn name(text: &str, most: usize) -> String {
    middle_out(&Escaped::text(text).to_string(), most)
}

/// A text that is escaped already, with the middle of each word left out that is wider than
/// `most`: one long key should not take the place of what is said about it.
pub(crate) fn short_words(text: &str, most: usize) -> String {
    text.split(' ').map(|word| middle_out(word, most)).collect::<Vec<_>>().join(" ")
}

fn middle_out(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(columns('…'));
    let tail = end_of(text, room / 2);
    let head = start_of(text, room - width(tail));
    format!("{head}…{tail}")
}

/// A sentence, escaped, with its end left out if it is too long.
pub(crate) fn sentence(text: &str, most: usize) -> String {
    cut(&Escaped::text(text).to_string(), most)
}

/// A text that is escaped already, with its end left out if it is too long.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    format!("{}…", start_of(text, most.saturating_sub(columns('…'))))
}

/// A text that is escaped already, broken between words into lines of `most` columns; what does
/// not fit into `lines` of them is cut.
pub(crate) fn wrap(text: &str, most: usize, lines: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while out.len() + 1 < lines && width(rest) > most {
        let Some(at) = start_of(rest, most + 1).rfind(' ') else {
            break;
        };
        let (line, tail) = rest.split_at(at);
        out.push(line.to_owned());
        rest = tail.trim_start();
    }
    out.push(cut(rest, most));
    out
}

/// As much of the start as fits.
fn start_of(text: &str, most: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += columns(*c);
        used > most
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// As much of the end as fits.
fn end_of(text: &str, most: usize) -> &str {
    let mut used = 0;
    let start = text.char_indices().rev().find(|(_, c)| {
        used += columns(*c);
        used > most
    });
    start.map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_both_ends_of_a_name() {
        assert_eq!(name("docker/registry/v2", 18), "docker/registry/v2");
        assert_eq!(name("docker/registry/v2", 12), "docke…ry/v2");
        assert_eq!(name("\x1b[2J", 20), r"\u{1b}[2J");
    }

    #[test]
    fn one_long_word_leaves_room_for_the_others() {
        assert_eq!(short_words("get docker/registry/v2: denied", 13), "get docker…y/v2: denied");
        assert_eq!(short_words(r"a \u{1b} b", 13), r"a \u{1b} b");
    }

    #[test]
    fn breaks_between_words() {
        assert_eq!(wrap("one two three", 7, 3), ["one two", "three"]);
        assert_eq!(wrap("one two three four", 7, 2), ["one two", "three…"]);
        assert_eq!(wrap("", 7, 2), [""]);
        assert_eq!(wrap("unbreakable", 5, 3), ["unb…"]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_it_may_be(text: String, most in 2..100_usize, lines in 1..4_usize) {
            prop_assert!(width(&name(&text, most)) <= most);
            prop_assert!(width(&sentence(&text, most)) <= most);
            let wrapped = wrap(&Escaped::text(&text).to_string(), most, lines);
            prop_assert!(wrapped.len() <= lines);
            prop_assert!(wrapped.iter().all(|line| width(line) <= most), "{wrapped:?}");
        }
    }
}
