//! A reader of XML, as far as S3 servers write it: what it takes is whole and well-formed.
//!
//! Names lose their prefix, attributes are passed over, and there are no entities but XML's own
//! five, so that a document never means more than it has bytes.

use memchr::{memchr, memmem};

use super::error::ListBucketError;
use super::references;

/// How deep elements may lie in each other. Those of a listing lie four deep.
const DEEPEST: usize = 32;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A document that is being read from its beginning to its end.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    document: &'a str,
    at: usize,
    /// The elements that have begun and not ended, the outermost first.
    open: Vec<&'a str>,
    /// Whether the innermost one has already ended: `<Owner/>`.
    is_empty: bool,
    /// Text that does not stand in the document as it is meant.
    pieced: String,
}

#[derive(Debug)]
enum Token<'a> {
    /// An element begins that has this name, without its prefix.
    Start(&'a str),
    /// The innermost element ends.
    End,
    /// Text with references.
    Text(&'a str),
    /// Text that means itself.
    Verbatim(&'a str),
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        let at = if document.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Self { document, at, open: Vec::new(), is_empty: false, pieced: String::new() }
    }

    /// The name of the next element within the one that is open, or of the root; `None` where the
    /// open one ends. Text in between means nothing.
    pub(super) fn child(&mut self) -> Result<Option<&'a str>, ListBucketError> {
        loop {
            match self.next()? {
                Some(Token::Start(name)) => return Ok(Some(name)),
                Some(Token::End) | None => return Ok(None),
                Some(Token::Text(_) | Token::Verbatim(_)) => {}
            }
        }
    }

    /// The text of the open element, which ends with it.
    pub(super) fn text(&mut self) -> Result<&str, ListBucketError> {
        let first = match self.next()? {
            Some(Token::Text(text)) if memchr(b'&', text.as_bytes()).is_none() => text,
            Some(token) => return self.piece_together(token),
            None => return Ok(""),
        };
        match self.next()? {
            None | Some(Token::End) => Ok(first),
            Some(token) => {
                self.pieced.clear();
                self.pieced.push_str(first);
                self.add_pieces(token)
            }
        }
    }

    /// Passes over the open element.
    pub(super) fn skip(&mut self) -> Result<(), ListBucketError> {
        let around = self.open.len().saturating_sub(1);
        while self.open.len() > around {
            self.next()?;
        }
        Ok(())
    }

    /// Whatever stands behind the root means nothing, but it must be well-formed.
    pub(super) fn finish(mut self) -> Result<(), ListBucketError> {
        match self.child()? {
            None => Ok(()),
            Some(_) => Err(self.malformed("a second root")),
        }
    }

    fn piece_together(&mut self, first: Token<'a>) -> Result<&str, ListBucketError> {
        self.pieced.clear();
        self.add_pieces(first)
    }

    fn add_pieces(&mut self, mut token: Token<'a>) -> Result<&str, ListBucketError> {
        loop {
            match token {
                Token::Text(text) => references::resolve(text, &mut self.pieced)
                    .ok_or_else(|| self.malformed("a reference to no character"))?,
                Token::Verbatim(text) => self.pieced.push_str(text),
                Token::Start(_) => return Err(self.malformed("an element where text belongs")),
                Token::End => return Ok(&self.pieced),
            }
            match self.next()? {
                Some(next) => token = next,
                None => return Ok(&self.pieced),
            }
        }
    }

    /// `None` at the end of the document, which is that of the root or after it.
    fn next(&mut self) -> Result<Option<Token<'a>>, ListBucketError> {
        if self.is_empty {
            return Ok(Some(self.end_element()));
        }
        loop {
            let rest = &self.document[self.at..];
            let Some(markup) = rest.strip_prefix('<') else {
                match self.text_before_markup(rest)? {
                    Some("") => return Ok(None),
                    Some(text) => return Ok(Some(Token::Text(text))),
                    None => continue,
                }
            };
            return match markup.as_bytes().first() {
                Some(b'/') => self.end_tag(&markup[1..]).map(Some),
                Some(b'!') => match self.declaration(markup)? {
                    Some(text) => Ok(Some(Token::Verbatim(text))),
                    None => continue,
                },
                Some(b'?') => {
                    self.pass(markup, "?>")?;
                    continue;
                }
                _ => self.start_tag(markup).map(Some),
            };
        }
    }

    /// Text within an element, and `""` at the end of the document. Outside of the root there is
    /// only white space, which is passed over.
    fn text_before_markup(&mut self, rest: &'a str) -> Result<Option<&'a str>, ListBucketError> {
        let length = memchr(b'<', rest.as_bytes());
        if !self.open.is_empty() {
            let length = length.ok_or_else(|| self.cut_short())?;
            self.at += length;
            return Ok(Some(&rest[..length]));
        }
        let text = &rest[..length.unwrap_or(rest.len())];
        if !text.trim_ascii().is_empty() {
            return Err(self.malformed("text outside of the root"));
        }
        self.at += text.len();
        Ok(if length.is_some() { None } else { Some("") })
    }

    /// `markup` begins behind `</`.
    fn end_tag(&mut self, markup: &'a str) -> Result<Token<'a>, ListBucketError> {
        let Some(&name) = self.open.last() else {
            return Err(self.malformed("an end without a beginning"));
        };
        let Some(behind) = markup.strip_prefix(name) else {
            let is_cut = name.starts_with(markup);
            return Err(if is_cut { self.cut_short() } else { self.malformed("a foreign end") });
        };
        let behind = behind.trim_ascii_start();
        if !behind.starts_with('>') {
            let is_cut = behind.is_empty();
            return Err(if is_cut { self.cut_short() } else { self.malformed("a foreign end") });
        }
        self.at = self.document.len() - behind.len() + 1;
        Ok(self.end_element())
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
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
        if local.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
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
                (_, b'<') => return Err(self.malformed("a tag within a tag")),
                _ => {}
            }
        }
        Err(self.cut_short())
    }

    /// `markup` begins with `!`. Gives back the text of a CDATA section; passes over a comment.
    fn declaration(&mut self, markup: &'a str) -> Result<Option<&'a str>, ListBucketError> {
        const CDATA: &str = "![CDATA[";
        if markup.starts_with("!--") {
            // `<!-->` is none.
            self.at += "!--".len();
            self.pass(&markup["!--".len()..], "-->")?;
            Ok(None)
        } else if let Some(text) = markup.strip_prefix(CDATA) {
            if self.open.is_empty() {
                return Err(self.malformed("text outside of the root"));
            }
            self.at += CDATA.len();
            self.pass(text, "]]>").map(Some)
        } else if CDATA.starts_with(markup) || "!--".starts_with(markup) {
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

    fn malformed(&self, what: &'static str) -> ListBucketError {
        ListBucketError::Malformed { what, at: self.at }
    }
}

/// Whether a name may have this byte. Beyond ASCII nothing is looked at closely.
const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.' | 0x80..)
}
