//! What goes wrong with an answer.

use std::time::Duration;

use super::answer::Ending;
use super::{Answer, page};

/// The token by which the page behind an empty one is asked for.
pub(super) const KEPT: &str = "kept-by-the-proxy";

#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// A refusal with this status and code, in S3's words.
    Refuse(u16, &'static str),
    /// The same words under a status of 200.
    RefuseSayingYes(&'static str),
    /// The page of a load balancer.
    Html(u16),
    /// To elsewhere.
    Redirect(u16),
    /// The connection is closed before the answer.
    HangUp,
    /// Not one byte comes, for ever.
    Silence,
    /// Nobody listens for so long, and all connections end.
    Death(Duration),
    /// The length is right, and half the body comes before the connection is closed.
    Cut,
    /// The same with a reset.
    Reset,
    /// Half the body comes, and nothing more for ever.
    StandStill,
    /// The body comes in pieces of so many bytes with this pause between them.
    Trickle(usize, Duration),
    /// Half the body, and a length that is half the true one.
    Shorten,
    /// One bit of the body is another; which one, the number says.
    Flip(u64),
    /// The answer that the read before was given, with its body and its `ETag`.
    Swap,
    /// An empty page before this one.
    EmptyPage,
    /// Headers that say nothing which makes sense.
    Headers,
    /// What this makes of a body.
    Edit(fn(&str) -> String),
}

impl Fault {
    /// For the request of that turn: a bit that flips is not the same one each time.
    pub(super) fn at(&self, turn: usize) -> Self {
        match self {
            Self::Flip(seed) => Self::Flip(seed.wrapping_add(turn as u64)),
            other => other.clone(),
        }
    }

    pub(super) fn spoil(&self, answer: &mut Answer, previous: Option<Answer>) {
        match self {
            Self::Refuse(status, code) => {
                *answer = document(*status, "application/xml", &error(code));
            }
            Self::RefuseSayingYes(code) => *answer = document(200, "application/xml", &error(code)),
            Self::Html(status) => *answer = document(*status, "text/html", HTML),
            Self::Redirect(status) => {
                *answer = document(*status, "text/html", "");
                answer.set_header("location", "http://127.0.0.1:1/elsewhere");
            }
            Self::Shorten => answer.set_body(answer.body[..answer.body.len() / 2].to_vec()),
            Self::Flip(number) => flip(&mut answer.body, *number),
            Self::Swap => *answer = previous.unwrap_or_else(|| answer.clone()),
            Self::Headers => {
                for name in ["etag", "last-modified", "x-amz-version-id", "x-amz-request-id"] {
                    answer.set_header(name, "\u{fffd}=;\"");
                }
            }
            Self::Edit(edit) => {
                let edited = edit(&String::from_utf8_lossy(&answer.body));
                answer.set_body(edited.into_bytes());
            }
            Self::EmptyPage => answer.set_body(page::empty_before(KEPT).into_bytes()),
            Self::HangUp
            | Self::Silence
            | Self::Death(_)
            | Self::Cut
            | Self::Reset
            | Self::StandStill
            | Self::Trickle(..) => {}
        }
    }

    pub(super) fn ending(&self, answer: &Answer) -> Ending {
        let half = answer.body.len() / 2;
        match self {
            Self::Cut => Ending::Closed(half),
            Self::Reset => Ending::Reset(half),
            Self::StandStill => Ending::Still(half),
            Self::Trickle(bytes, pause) => Ending::Slow(*bytes, *pause),
            _ => Ending::Whole,
        }
    }
}

/// Any bit of the body, spread by an odd factor so that neighbours in number are far apart.
fn flip(body: &mut [u8], number: u64) {
    let bits = body.len() as u64 * 8;
    if bits > 0 {
        let bit = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % bits;
        let byte = usize::try_from(bit / 8).expect("a place in the body");
        body[byte] ^= 1 << (bit % 8);
    }
}

fn document(status: u16, kind: &str, text: &str) -> Answer {
    let headers = vec![("content-type".to_owned(), kind.to_owned())];
    let body = text.as_bytes().to_vec();
    Answer { status, headers, length: Some(body.len() as u64), body }
}

fn error(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>said by the proxy</Message><RequestId>1</RequestId></Error>"
    )
}

const HTML: &str = "<!DOCTYPE html><html><head><title>Sorry</title></head>\
                    <body><h1>We will be back soon<br></h1></body></html>\n";
