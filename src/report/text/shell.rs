//! Command lines that are safe to paste, whatever the bucket's names say.

use super::fit::WIDTH;
use crate::report::Report;
use crate::report::escape::acts_or_hides;

/// What leads to the same bucket again, and to the same verdicts, with what is so by itself; an
/// option that was not given is absent or null.
const OPTIONS: [(&str, &str); 11] = [
    ("endpoint-url", ""),
    ("region", ""),
    ("profile", ""),
    ("path-style", "auto"),
    ("no-sign-request", ""),
    ("ca-bundle", ""),
    ("root", ""),
    ("keep-digests", ""),
    ("min-age", "24h"),
    ("roots", "revisions"),
    ("list-twice", ""),
];

/// How wide a command may be, inside its indentation and before ` \`.
const ROOM: usize = WIDTH - 4 - " \\".len();

/// `ocifsck explain` on this place, folded into lines; `None` if a name in it cannot be pasted.
pub(super) fn explain(report: &Report, place: &str) -> Option<Vec<String>> {
    let mut words = vec!["ocifsck explain".to_owned(), word(&report.source.uri)?];
    for (name, usual) in OPTIONS {
        match report.options.get(name) {
            Some(serde_json::Value::String(value)) if value == usual => {}
            Some(serde_json::Value::String(value)) => {
                words.push(format!("--{name} {}", word(value)?));
            }
            Some(serde_json::Value::Bool(true)) => words.push(format!("--{name}")),
            _ => {}
        }
    }
    words.push(word(place)?);
    fold(words)
}

/// One word to a POSIX shell, quoted if need be; `None` if it cannot be shown or pasted safely.
fn word(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@=+,%-".contains(c);
    if text.is_empty() || text.starts_with('-') || text.contains(acts_or_hides) {
        None
    } else if text.chars().all(plain) {
        Some(text.to_owned())
    } else {
        Some(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

/// The words in lines that a backslash joins; `None` if one is longer than a line.
fn fold(words: Vec<String>) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        if word.len() > ROOM {
            return None;
        }
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= ROOM => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    for line in lines.iter_mut().skip(1) {
        line.insert_str(0, "  ");
    }
    for line in lines.iter_mut().rev().skip(1) {
        line.push_str(" \\");
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_a_shell_would_act_on() {
        for (text, quoted) in [
            ("library/app:v1", Some("library/app:v1")),
            ("a b", Some("'a b'")),
            ("$(reboot)`id`", Some("'$(reboot)`id`'")),
            ("it's", Some(r"'it'\''s'")),
            ("-rf", None),
            ("", None),
            ("a\nreboot", None),
            ("a\u{202e}b", None),
        ] {
            assert_eq!(word(text).as_deref(), quoted, "{text:?}");
        }
    }

    #[test]
    fn folds_between_words() {
        let digest = format!("sha256:{}", "7d".repeat(32));
        let words = ["ocifsck explain", "s3://registry", &digest].map(str::to_owned);
        assert_eq!(
            fold(words.to_vec()).unwrap(),
            [r"ocifsck explain s3://registry \".to_owned(), format!("  {digest}")]
        );
        assert_eq!(fold(vec!["x".repeat(100)]), None);
    }
}
