//! What can be made to go wrong.

use std::time::Instant;

use axum::http::Method;

use super::Recorded;

/// Which requests a quirk is for.
#[derive(Debug, Clone)]
pub(crate) enum On {
    List,
    /// GET of keys with that beginning.
    Get(&'static str),
    /// HEAD of keys with that beginning.
    Head(&'static str),
}

/// What happens instead of an honest answer.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    /// An error with this status and S3 code.
    Refuse(u16, &'static str),
    /// An error with this status, code, and further elements of the error document.
    RefuseWith(u16, &'static str, &'static str),
    /// Some other web server's page, with this status.
    Html(u16),
    /// The body breaks off in the middle, and the connection with it.
    BreakOff,
    /// The whole body, of which the headers promise one byte more.
    TooShort,
    /// So many bytes of the body, and headers that say that this is all.
    CutTo(usize),
    /// No answer, ever.
    Stall,
    /// Half a body, and then nothing, ever.
    StallInBody,
    /// A page that says that there is more, without saying where.
    NoToken,
    /// A page whose token is the one that was asked for.
    SameToken,
    /// A page without keys that says where to go on.
    EmptyPage,
    /// A page that does not say whether there is more.
    SilentOnMore,
    /// A page with a key that nobody asked for.
    OtherPrefix,
    /// Keys as they are, though `encoding-type=url` was asked for.
    NotEncoded,
    /// The range that was asked for is ignored.
    IgnoreRange,
    /// One byte less of the range than was asked for.
    OtherRange,
    /// The condition is ignored.
    IgnoreIfMatch,
    /// A checksum that is said to be of this.
    ChecksumOf(&'static str),
    /// A checksum of which it is not said what it is of.
    UntypedChecksum,
}

pub(super) struct Quirk {
    pub(super) on: On,
    pub(super) effect: Effect,
    /// How often it still happens.
    pub(super) left: usize,
}

/// Allows so many requests a second and an eighth of that in a burst.
pub(super) struct Throttle {
    per_second: f64,
    allowed: f64,
    seen: Instant,
}

impl Throttle {
    pub(super) fn new(per_second: f64) -> Self {
        Self { per_second, allowed: 1.0, seen: Instant::now() }
    }

    pub(super) fn allows(&mut self) -> bool {
        let earned = self.seen.elapsed().as_secs_f64() * self.per_second;
        self.seen = Instant::now();
        self.allowed = f64::min(self.allowed + earned, self.per_second / 8.0);
        let allows = self.allowed >= 1.0;
        if allows {
            self.allowed -= 1.0;
        }
        allows
    }
}

impl On {
    pub(super) fn matches(&self, request: &Recorded) -> bool {
        let object = |method, prefix| {
            request.method == method && !request.key.is_empty() && request.key.starts_with(prefix)
        };
        match *self {
            Self::List => request.method == Method::GET && request.key.is_empty(),
            Self::Get(prefix) => object(Method::GET, prefix),
            Self::Head(prefix) => object(Method::HEAD, prefix),
        }
    }
}
