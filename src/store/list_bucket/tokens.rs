//! XML, one token after another: what is taken is whole, and its tags are well-formed.

use memchr::{memchr, memmem, memrchr};

use super::error::ListBucketError;

/// How deep elements may lie in each other. Those of a listing lie four deep.
const DEEPEST: usize = 32;

const BYTE_ORDER_MARK: char = '\u{feff}';
const WHITE_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

#[derive(Debug)]
pub(super) enum Token<'a> {
    /// An element begins that has this name, without its prefix.
    Start(&'a str),
    /// The innermost element ends.
    End,
    /// Text in which references are not resolved.
    Text(&'a str),
    /// Text that means itself.
    Verbatim(&'a str),
}

/// A document that is being read from its beginning to its end.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    document: &'a str,
    at: usize,
    /// The elements that have begun and not ended, the outermost first.
    open: Vec<&'a str>,
    /// Whether the innermost one has already ended: `<Owner/>`.
    is_empty: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        let at = if document.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Self { document, at, open: Vec::new(), is_empty: false }
    }

    /// How many elements have begun and not ended.
    pub(super) const fn depth(&self) -> usize {
        self.open.len()
    }

    /// `None` at the end of the document, which is that of the root or after it.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, ListBucketError> {
        if self.is_empty {
            return Ok(Some(self.end_element()));
        }
        loop {
            let rest = &self.document[self.at..];
            let token = match rest.as_bytes() {
                [] if self.open.is_empty() => return Ok(None),
                [] => return Err(self.cut_short()),
                [b'<', b'/', ..] => Some(self.end_tag(&rest[2..])?),
                [b'<', b'!', ..] => self.declaration(&rest[1..])?,
                [b'<', b'?', ..] => {
                    self.instruction(&rest[1..])?;
                    None
                }
                [b'<', ..] => Some(self.start_tag(&rest[1..])?),
                _ => self.text(rest)?,
            };
            if token.is_some() {
                return Ok(token);
            }
        }
    }

    /// Outside of the root there is only white space, which is passed over.
    fn text(&mut self, rest: &'a str) -> Result<Option<Token<'a>>, ListBucketError> {
        let is_outside = self.open.is_empty();
        let text = match memchr(b'<', rest.as_bytes()) {
            Some(length) => &rest[..length],
            None if is_outside => rest,
            None => return Err(self.cut_short()),
        };
        if is_outside && !text.trim_start_matches(WHITE_SPACE).is_empty() {
            return Err(self.malformed("text outside of the root"));
        }
        self.at += text.len();
        Ok((!is_outside).then_some(Token::Text(text)))
    }

    /// `markup` begins behind `</`.
    fn end_tag(&mut self, markup: &'a str) -> Result<Token<'a>, ListBucketError> {
        let Some(&name) = self.open.last() else {
            return Err(self.malformed("an end without a beginning"));
        };
        match markup.strip_prefix(name).map(|behind| behind.trim_start_matches(WHITE_SPACE)) {
            Some(behind) if behind.starts_with('>') => {
                self.at = self.document.len() - behind.len() + 1;
                Ok(self.end_element())
            }
            Some("") => Err(self.cut_short()),
            None if name.starts_with(markup) => Err(self.cut_short()),
            _ => Err(self.malformed("the end of another element")),
        }
    }

    fn end_element(&mut self) -> Token<'a> {
        self.is_empty = false;
        self.open.pop();
        Token::End
    }

    /// `markup` begins behind `<`.
    fn start_tag(&mut self, markup: &'a str) -> Result<Token<'a>, ListBucketError> {
        let length = markup.bytes().take_while(|&byte| is_of_name(byte)).count();
        let (name, behind) = markup.split_at(length);
        let is_empty = match behind.as_bytes() {
            [b'>', ..] => {
                self.at += 1 + length + 1;
                false
            }
            [] => return Err(self.cut_short()),
            [b'/' | b' ' | b'\t' | b'\r' | b'\n', ..] => {
                let attributes = self.attributes(behind)?;
                self.at += 1 + length + attributes.len() + 1;
                attributes.ends_with('/')
            }
            _ => return Err(self.malformed("a name that is none")),
        };
        let local = memrchr(b':', name.as_bytes()).map_or(name, |colon| &name[colon + 1..]);
        if local.is_empty() || !name.starts_with(begins_name) {
            return Err(self.malformed("a name that is none"));
        }
        if self.open.len() == DEEPEST {
            return Err(ListBucketError::TooDeep { deepest: DEEPEST });
        }
        self.open.push(name);
        self.is_empty = is_empty;
        Ok(Token::Start(local))
    }

    /// What stands between a name and its `>`.
    fn attributes(&self, behind: &'a str) -> Result<&'a str, ListBucketError> {
        let mut quote = None;
        for (at, byte) in behind.bytes().enumerate() {
            match (quote, byte) {
                (None, b'>') => return Ok(&behind[..at]),
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                (None, b'/') if at + 1 < behind.len() && !behind[at + 1..].starts_with('>') => {
                    return Err(self.malformed("a tag that ends within itself"));
                }
                (_, b'<') => return Err(self.malformed("a tag within a tag")),
                _ => {}
            }
        }
        Err(self.cut_short())
    }

    /// `markup` begins with `?`.
    fn instruction(&mut self, markup: &'a str) -> Result<(), ListBucketError> {
        if markup == "?" {
            return Err(self.cut_short());
        }
        if !markup[1..].starts_with(begins_name) {
            return Err(self.malformed("a name that is none"));
        }
        self.pass(markup, "?>").map(drop)
    }

    /// `markup` begins with `!`: a CDATA section, or a comment, which is passed over.
    fn declaration(&mut self, markup: &'a str) -> Result<Option<Token<'a>>, ListBucketError> {
        const COMMENT: &str = "!--";
        const CDATA: &str = "![CDATA[";
        if let Some(comment) = markup.strip_prefix(COMMENT) {
            // `<!-->` is none.
            self.at += COMMENT.len();
            self.pass(comment, "-->")?;
            Ok(None)
        } else if let Some(text) = markup.strip_prefix(CDATA) {
            if self.open.is_empty() {
                return Err(self.malformed("text outside of the root"));
            }
            self.at += CDATA.len();
            self.pass(text, "]]>").map(Token::Verbatim).map(Some)
        } else if CDATA.starts_with(markup) || COMMENT.starts_with(markup) {
            Err(self.cut_short())
        } else {
            Err(self.malformed("a document type or the like"))
        }
    }

    /// Passes over `<`, what stands behind it, and its end.
    fn pass(&mut self, behind: &'a str, end: &str) -> Result<&'a str, ListBucketError> {
        let length = memmem::find(behind.as_bytes(), end.as_bytes());
        let length = length.ok_or_else(|| self.cut_short())?;
        self.at += 1 + length + end.len();
        Ok(&behind[..length])
    }

    fn cut_short(&self) -> ListBucketError {
        ListBucketError::CutShort { bytes: self.document.len() }
    }

    pub(super) fn malformed(&self, what: &'static str) -> ListBucketError {
        ListBucketError::Malformed { what, at: self.at }
    }
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a name may have this byte. Beyond ASCII nothing is looked at closely.
const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.' | 0x80..)
}
