//! Characters that are written as something else.

use memchr::{memchr, memchr2};
use percent_encoding::percent_decode;

/// Appends `text` with its references resolved. `None` if one of them names no character: XML has
/// five names and every number but 0, and whatever else stands behind a `&` is an entity that only a
/// document type could define.
pub(super) fn resolve(text: &str, into: &mut String) -> Option<()> {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        into.push_str(&rest[..at]);
        let end = at + memchr(b';', &rest.as_bytes()[at..])?;
        into.push(character(&rest[at + 1..end])?);
        rest = &rest[end + 1..];
    }
    into.push_str(rest);
    Some(())
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
            // `from_str_radix` would take a sign.
            let all_digits = digits.chars().all(|c| c.is_digit(radix));
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| all_digits)?;
            char::from_u32(code).filter(|&c| c != '\0')
        }
    }
}

/// A key under `encoding-type=url`, which is the encoding of forms: a space is a plus sign. Where
/// a percent sign is followed by no two digits it means itself; bytes that are no UTF-8 become
/// U+FFFD.
pub(super) fn decode_form(key: String) -> String {
    if memchr2(b'%', b'+', key.as_bytes()).is_none() {
        return key;
    }
    let mut bytes = key.into_bytes();
    for byte in &mut bytes {
        if *byte == b'+' {
            *byte = b' ';
        }
    }
    percent_decode(&bytes).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_characters() {
        let resolved = |text| {
            let mut into = "> ".to_owned();
            resolve(text, &mut into).map(|()| into)
        };
        let all = "a&lt;b&gt;&amp;amp;&quot;&apos;&#65;&#x1b;&#x1F600;;";
        assert_eq!(resolved(all).unwrap(), "> a<b>&amp;\"'A\u{1b}\u{1f600};");
        for text in
            ["&", "&amp", "&;", "&nbsp;", "&#;", "&#x;", "&#+65;", "&#xd800;", "&#X41;", "&#0;"]
        {
            assert_eq!(resolved(text), None, "{text}");
        }
    }

    #[test]
    fn a_plus_sign_is_a_space_and_an_encoded_one_a_plus_sign() {
        for (encoded, key) in [
            ("a+b%2Bc%20d/%25/%C3%BC%1B", "a b+c d/%/ü\u{1b}"),
            ("100%", "100%"),
            ("100%2", "100%2"),
            ("%zz%2b%%41", "%zz+%A"),
            ("%ff", "\u{fffd}"),
            ("plain/ü", "plain/ü"),
        ] {
            assert_eq!(decode_form(encoded.to_owned()), key);
        }
    }
}
