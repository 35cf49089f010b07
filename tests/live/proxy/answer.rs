//! Answers: fetched from the real server whole, and sent on whole or not.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

use super::{Request, wait_for_the_end};

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Without those that say how the body is framed, which are made anew.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// What is said to be the body's length: an answer to HEAD has a length and no body.
    pub(crate) length: Option<u64>,
}

/// How the sending of a body ends.
#[derive(Debug, Default)]
pub(super) enum Ending {
    #[default]
    Whole,
    /// After so many bytes the connection is closed.
    Closed(usize),
    /// After so many bytes the connection is reset.
    Reset(usize),
    /// After so many bytes nothing more comes.
    Still(usize),
    /// So many bytes, then this pause, and so on.
    Slow(usize, Duration),
}

impl Answer {
    /// What the real server says; `None` if it says nothing.
    pub(super) fn fetch(agent: &ureq::Agent, upstream: &str, request: &Request) -> Option<Self> {
        let mut url = format!("{upstream}{}", request.path);
        if !request.query.is_empty() {
            url = format!("{url}?{}", request.query);
        }
        let mut builder =
            ureq::http::Request::builder().method(request.method.as_str()).uri(url.as_str());
        for (name, value) in request.headers.iter().filter(|(name, _)| !is_framing(name)) {
            builder = builder.header(name, value);
        }
        let answer = agent.run(builder.body(()).ok()?).ok()?;
        let (parts, mut body) = answer.into_parts();
        let headers = parts.headers.iter().filter(|(name, _)| !is_framing(name.as_str()));
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let announced = parts.headers.get("content-length");
        Some(Self {
            status: parts.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            length: announced.and_then(|length| length.to_str().ok()?.parse().ok()),
            body: body.with_config().limit(1 << 30).read_to_vec().ok()?,
        })
    }

    /// Another body, of which the length is said truly.
    pub(super) fn set_body(&mut self, body: Vec<u8>) {
        self.length = Some(body.len() as u64);
        self.body = body;
    }

    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Whether it came to an end after which the connection is good for another request.
    pub(super) fn send(self, stream: &mut TcpStream, request: &Request, ending: &Ending) -> bool {
        let body = if request.method == "HEAD" { &[][..] } else { &self.body };
        let sent = match stream.write_all(self.head().as_bytes()) {
            Err(error) => Err(error),
            Ok(()) => ending.send(body, stream),
        };
        sent.is_ok_and(|is_whole| is_whole)
    }

    fn head(&self) -> String {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        // An answer without a body may say how long the one is that it does not send.
        let length = self.length.unwrap_or(self.body.len() as u64);
        let headers = headers.collect::<Vec<_>>().concat();
        format!("HTTP/1.1 {} Said\r\n{headers}content-length: {length}\r\n\r\n", self.status)
    }
}

impl Ending {
    fn send(&self, body: &[u8], stream: &mut TcpStream) -> io::Result<bool> {
        match *self {
            Self::Whole => stream.write_all(body).map(|()| true),
            Self::Closed(length) => stream.write_all(&body[..length]).map(|()| false),
            Self::Reset(length) => {
                stream.write_all(&body[..length])?;
                // What was sent is to arrive before the reset, which overtakes it otherwise.
                sleep(Duration::from_millis(5));
                set_socket_linger(&*stream, Some(Duration::ZERO))?;
                Ok(false)
            }
            Self::Still(length) => {
                stream.write_all(&body[..length])?;
                wait_for_the_end(stream);
                Ok(false)
            }
            Self::Slow(bytes, pause) => {
                for chunk in body.chunks(bytes) {
                    sleep(pause);
                    stream.write_all(chunk)?;
                }
                Ok(true)
            }
        }
    }
}

fn is_framing(name: &str) -> bool {
    ["connection", "content-length", "transfer-encoding", "keep-alive", "expect"]
        .iter()
        .any(|framing| name.eq_ignore_ascii_case(framing))
}
