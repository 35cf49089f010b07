//! Requests as they come over the wire.

use std::io::{BufRead, Read as _};

/// More than S3's clients ever send before a body.
const LONGEST_HEAD: usize = 64 << 10;
const LONGEST_LINE: u64 = 64 << 10;

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it was sent, with its escapes.
    pub(crate) path: String,
    /// Without the question mark; empty if there is none.
    pub(crate) query: String,
    pub(super) headers: Vec<(String, String)>,
}

impl Request {
    /// The next request on a connection; `None` where it ended or makes no sense. Bodies are left
    /// unread: whoever sends one has no use for this proxy.
    pub(super) fn read(stream: &mut impl BufRead) -> Option<Self> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let length = stream.take(LONGEST_LINE).read_line(&mut head).ok()?;
            if length == 0 || head.len() > LONGEST_HEAD {
                return None;
            }
        }
        Self::parse(&head)
    }

    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.lines();
        let mut line = lines.next()?.split(' ');
        let (method, target) = (line.next()?, line.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = lines.filter_map(|line| line.split_once(':'));
        Some(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
        })
    }

    pub(crate) fn is_list(&self) -> bool {
        self.method == "GET" && self.query.contains("list-type=2")
    }

    /// Whether it reads an object.
    pub(crate) fn is_get(&self) -> bool {
        self.method == "GET" && !self.is_list()
    }
}
