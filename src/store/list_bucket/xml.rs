//! XML by elements, as far as listings are made of them.
//!
//! Names lose their prefix, attributes are passed over, and there are no entities but XML's own
//! five, so that a document never means more than it has bytes.

use memchr::memchr;

use super::error::ListBucketError;
use super::references;
use super::tokens::{Token, Tokens};

/// A document that is being read from its beginning to its end.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    tokens: Tokens<'a>,
    /// Text that does not stand in the document as it is meant.
    pieced: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        Self { tokens: Tokens::new(document), pieced: String::new() }
    }

    /// The name of the next element within the one that is open, or of the root; `None` where the
    /// open one ends. Text in between means nothing.
    pub(super) fn child(&mut self) -> Result<Option<&'a str>, ListBucketError> {
        loop {
            match self.tokens.next()? {
                Some(Token::Start(name)) => return Ok(Some(name)),
                Some(Token::End) | None => return Ok(None),
                Some(Token::Text(_) | Token::Verbatim(_)) => {}
            }
        }
    }

    /// The text of the open element, which ends with it.
    pub(super) fn text(&mut self) -> Result<&str, ListBucketError> {
        self.pieced.clear();
        let mut token = self.tokens.next()?;
        if let Some(Token::Text(text)) = token
            && memchr(b'&', text.as_bytes()).is_none()
        {
            token = self.tokens.next()?;
            if let Some(Token::End) = token {
                return Ok(text);
            }
            self.pieced.push_str(text);
        }
        loop {
            match token {
                Some(Token::Text(text)) => references::resolve(text, &mut self.pieced)
                    .ok_or_else(|| self.tokens.malformed("a reference to no character"))?,
                Some(Token::Verbatim(text)) => self.pieced.push_str(text),
                Some(Token::Start(_)) => {
                    return Err(self.tokens.malformed("an element where text belongs"));
                }
                Some(Token::End) | None => return Ok(&self.pieced),
            }
            token = self.tokens.next()?;
        }
    }

    /// Passes over the open element.
    pub(super) fn skip(&mut self) -> Result<(), ListBucketError> {
        let around = self.tokens.depth().saturating_sub(1);
        while self.tokens.depth() > around {
            self.tokens.next()?;
        }
        Ok(())
    }

    /// Whatever stands behind the root means nothing, but it must be well-formed.
    pub(super) fn finish(mut self) -> Result<(), ListBucketError> {
        match self.child()? {
            None => Ok(()),
            Some(_) => Err(self.tokens.malformed("a second root")),
        }
    }
}
