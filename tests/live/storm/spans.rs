//! Times: sets of moments, as spans that neither touch nor overlap.

use super::event::Moment;

pub(super) const ALWAYS: Moment = Moment::MAX;

/// Each span from its first moment to before its second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spans(Vec<(Moment, Moment)>);

impl Spans {
    /// From a moment on; the earliest counts until it is closed.
    pub(super) fn open(&mut self, from: Moment) {
        match self.0.last_mut().filter(|(_, end)| *end == ALWAYS) {
            Some((first, _)) => *first = from.min(*first),
            None => self.0.push((from, ALWAYS)),
        }
    }

    /// No longer from a moment on.
    pub(super) fn close(&mut self, until: Moment) {
        if let Some((_, end)) = self.0.last_mut().filter(|(_, end)| *end == ALWAYS) {
            *end = until;
        }
        self.0.retain(|(from, until)| from < until);
    }

    pub(super) fn first(&self) -> Option<Moment> {
        self.0.first().map(|(from, _)| *from)
    }

    pub(super) fn contains(&self, moment: Moment) -> bool {
        self.covers(moment, moment)
    }

    /// Every moment of a span, its ends included.
    pub(super) fn covers(&self, from: Moment, to: Moment) -> bool {
        self.0.iter().any(|(first, end)| *first <= from && to < *end)
    }

    /// Any moment of a span, its ends included.
    pub(super) fn meets(&self, from: Moment, to: Moment) -> bool {
        self.0.iter().any(|(first, end)| *first <= to && from < *end)
    }

    pub(super) fn union<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut spans: Vec<_> = all.into_iter().flat_map(|spans| &spans.0).copied().collect();
        spans.sort_unstable();
        let mut union: Vec<(Moment, Moment)> = Vec::new();
        for (from, until) in spans {
            match union.last_mut() {
                Some((_, end)) if from <= *end => *end = (*end).max(until),
                _ => union.push((from, until)),
            }
        }
        Self(union)
    }

    /// The moments that are not in it.
    pub(super) fn complement(&self) -> Self {
        let mut rest = Vec::new();
        let mut from = Moment::MIN;
        for (first, end) in &self.0 {
            rest.push((from, *first));
            from = *end;
        }
        rest.push((from, ALWAYS));
        rest.retain(|(from, until)| from < until);
        Self(rest)
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self::union([&self.complement(), &other.complement()]).complement()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Moment, Moment)> {
        self.0.iter().copied()
    }
}
