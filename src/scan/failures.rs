//! When to give up: each failure has been repeated in vain, and an audit must not wait for a
//! million of them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::store::ErrorKind;

/// After so many failures of the moment in a row the server is taken to be gone.
const MOST: u32 = 50;

/// After so few it is too, if nothing has been read for longer than one request may take. A server
/// that lets one request through at a time would have to be waited for fifty times over.
const FEW: u32 = 3;

/// The failures since something was read last.
#[derive(Debug)]
pub(super) struct Failures {
    state: Mutex<State>,
    /// How long one request may take.
    patience: Duration,
}

#[derive(Debug)]
struct State {
    in_a_row: u32,
    /// When something was read last, or the reading began.
    read: Instant,
}

impl Failures {
    pub(super) fn new(patience: Duration) -> Self {
        Self { state: Mutex::new(State { in_a_row: 0, read: Instant::now() }), patience }
    }

    /// What a reading came to. What is the object's own is no failure: the server has answered.
    pub(super) fn remember(&self, failure: Option<ErrorKind>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            // Nobody else would be let in with these credentials either.
            Some(ErrorKind::Unauthenticated) => state.in_a_row = MOST,
            Some(kind) if !kind.is_of_the_object() && kind != ErrorKind::Changed => {
                state.in_a_row = state.in_a_row.saturating_add(1);
            }
            _ if state.in_a_row < MOST => *state = State { in_a_row: 0, read: Instant::now() },
            _ => {}
        }
    }

    /// Whether to ask for nothing more.
    pub(super) fn are_too_many(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.in_a_row >= MOST || (state.in_a_row >= FEW && state.read.elapsed() > self.patience)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn after(kinds: &[Option<ErrorKind>]) -> Failures {
        let failures = Failures::new(PATIENCE);
        for &kind in kinds {
            failures.remember(kind);
        }
        failures
    }

    #[tokio::test(start_paused = true)]
    async fn many_failures_are_too_many_and_one_reading_makes_up_for_all() {
        let failed = Some(ErrorKind::Unavailable);
        assert!(!after(&[failed; 49]).are_too_many());
        assert!(after(&[failed; 50]).are_too_many());
        let mut mixed = vec![failed; 49];
        mixed.push(None);
        mixed.extend([failed; 49]);
        assert!(!after(&mixed).are_too_many());
        assert!(!after(&[Some(ErrorKind::NotFound); 99]).are_too_many());
        assert!(!after(&[Some(ErrorKind::Changed); 99]).are_too_many());
        assert!(after(&[Some(ErrorKind::Unauthenticated)]).are_too_many());
    }

    #[tokio::test(start_paused = true)]
    async fn few_are_too_many_once_nothing_was_read_for_long() {
        let failures = after(&[Some(ErrorKind::Unavailable); 3]);
        assert!(!failures.are_too_many());
        advance(PATIENCE * 2).await;
        assert!(failures.are_too_many());
        failures.remember(None);
        failures.remember(Some(ErrorKind::Unavailable));
        assert!(!failures.are_too_many(), "it came back");
    }
}
