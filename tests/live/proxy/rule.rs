//! Which requests meet a fault.

use std::ops::Range;
use std::time::{Duration, Instant};

use ocifsck::store::chance;

use super::{Fault, Request};

/// A kind of request.
#[derive(Debug, Clone)]
pub(crate) enum On {
    Any,
    /// One page of a listing.
    List,
    /// A read of an object whose path contains this.
    Get(String),
    /// A look at an object.
    Head,
}

impl On {
    fn is(&self, request: &Request) -> bool {
        match self {
            Self::Any => true,
            Self::List => request.is_list(),
            Self::Get(part) => request.is_get() && request.path.contains(part.as_str()),
            Self::Head => request.method == "HEAD",
        }
    }
}

/// A fault, and which of the requests of a kind meet it.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    on: On,
    turns: Turns,
    fault: Fault,
    /// How many requests of the kind have been seen.
    seen: usize,
    /// Whether it is no fault but how the server is.
    pub(super) is_ground: bool,
}

#[derive(Debug, Clone)]
enum Turns {
    These(Range<usize>),
    /// About this share of them, drawn by seed and turn.
    Share(u64, f64),
    /// From the first one on for so long.
    During(Duration, Option<Instant>),
}

impl Rule {
    /// Every request of the kind.
    pub(crate) fn every(on: On, fault: Fault) -> Self {
        Self { on, turns: Turns::These(0..usize::MAX), fault, seen: 0, is_ground: false }
    }

    /// No fault, but how the server is.
    pub(crate) fn into_ground(self) -> Self {
        Self { is_ground: true, ..self }
    }

    /// The first so many.
    pub(crate) fn first(times: usize, on: On, fault: Fault) -> Self {
        Self::every(on, fault).turns(0..times)
    }

    /// All but the first so many.
    pub(crate) fn after(times: usize, on: On, fault: Fault) -> Self {
        Self::every(on, fault).turns(times..usize::MAX)
    }

    /// Those of these turns, counted from 0.
    pub(crate) fn turns(self, turns: Range<usize>) -> Self {
        Self { turns: Turns::These(turns), ..self }
    }

    /// About this share (0 to 1), the same turns for the same seed.
    pub(crate) fn share(seed: u64, share: f64, on: On, fault: Fault) -> Self {
        Self { turns: Turns::Share(seed, share), ..Self::every(on, fault) }
    }

    /// From the first one on for so long.
    pub(crate) fn during(time: Duration, on: On, fault: Fault) -> Self {
        Self { turns: Turns::During(time, None), ..Self::every(on, fault) }
    }

    /// The fault for this request, if it is one of those.
    pub(super) fn meet(&mut self, request: &Request) -> Option<Fault> {
        if !self.on.is(request) {
            return None;
        }
        let turn = self.seen;
        self.seen += 1;
        let meets = match &mut self.turns {
            Turns::These(turns) => turns.contains(&turn),
            Turns::Share(seed, share) => chance(*seed, *share)(&turn.to_string()),
            Turns::During(time, began) => began.get_or_insert_with(Instant::now).elapsed() < *time,
        };
        meets.then(|| self.fault.at(turn))
    }
}
