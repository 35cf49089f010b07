//! An explanation for people.

mod sections;
mod tables;
mod tree;

use std::io::{self, Write};

use anstyle::Style;

use super::Explanation;
use crate::report::Palette;
use crate::report::escape::Escaped;
use crate::report::text::fit::{WIDTH, width};
use crate::report::text::palette::paint;

/// How wide the labels are: a SHA-256 digest fits beside one.
const LABEL: usize = 9;

/// Sections of lines, with a blank line between two.
pub(super) fn write(
    explanation: &Explanation,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = Escaped::text(&explanation.reference).to_string();
    let mut sections = vec![sections::head(explanation, palette)];
    if let Some(digest) = &explanation.digest {
        sections.push(tree::lines(&digest.chains, palette));
        if let Some(image) = &digest.image {
            sections.push(tables::image(image, palette));
        }
        if let Some(index) = &digest.index {
            sections.push(tables::index(index, palette));
        }
        sections.push(sections::keys(digest, palette));
    }
    sections.push(sections::findings(explanation, palette));
    writeln!(out, "{}", paint(palette.heading, &title))?;
    sections.retain(|section| !section.is_empty());
    for (index, section) in sections.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        for line in section {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// A label and its text, on as many lines as it takes.
fn labelled(style: Style, label: &str, text: &str) -> Vec<String> {
    let lines = paragraph(text, WIDTH - LABEL).into_iter().enumerate();
    let label = |index| if index == 0 { label } else { "" };
    lines
        .map(|(index, line)| format!("{}{line}", paint(style, &format!("{:LABEL$}", label(index)))))
        .collect()
}

/// A text that is escaped already, broken between words; a word that is too long is broken within.
fn paragraph(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && width(&line) + 1 + width(word) > most {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if width(&line) + width(c.encode_utf8(&mut [0; 4])) > most {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn breaks_between_words_and_within_long_ones() {
        assert_eq!(paragraph("one two three", 7), ["one two", "three"]);
        assert_eq!(paragraph("a unbreakable b", 5), ["a", "unbre", "akabl", "e b"]);
        assert_eq!(paragraph("", 7), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_too_wide(text in "[a-zä ]{0,200}", most in 2..80_usize) {
            let lines = paragraph(&text, most);
            prop_assert!(lines.iter().all(|line| width(line) <= most), "{lines:?}");
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
