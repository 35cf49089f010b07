//! Adapts the number of requests under way to what the server takes.
//!
//! The SDK has an adaptive mode of its own, which was measured and left: its rate begins near
//! zero, so that one "slow down" at the start costs ten seconds, and a server that allows 20 to
//! 1000 requests a second is read at a fifth to a half of that. Pauses alone use up their attempts
//! on a server that allows fewer requests than there are callers. With this gate the same servers
//! are read at half their rate or more, and nothing fails.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// One burst of refusals is one reason to slow down, not dozens.
const BURST: Duration = Duration::from_secs(1);

/// Lets so many requests through at once: half as many when the server asks to slow down, and one
/// more for each round of answers. A request that pauses before its next attempt keeps its place,
/// so that no other one takes its turn with a server that is busy.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    under_way: u32,
    /// `None` until the server asks to slow down for the first time.
    limit: Option<f64>,
    slowed_down: Option<Instant>,
}

/// A place behind the gate, given back when dropped.
#[derive(Debug)]
pub(super) struct Place<'a>(&'a Gate);

impl Gate {
    pub(super) async fn enter(&self) -> Place<'_> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                if state.limit.is_none_or(|limit| f64::from(state.under_way) < limit.floor()) {
                    state.under_way += 1;
                    return Place(self);
                }
            }
            changed.await;
        }
    }

    /// The server asked to slow down.
    pub(super) fn slow_down(&self) {
        let mut state = self.state();
        if state.slowed_down.is_some_and(|then| then.elapsed() < BURST) {
            return;
        }
        state.slowed_down = Some(Instant::now());
        let limit = (f64::from(state.under_way) / 2.0).max(1.0);
        state.limit = Some(limit);
        tracing::debug!(limit, "the server asked to slow down");
    }

    /// The server answered.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        if let Some(limit) = &mut state.limit {
            *limit += 1.0 / *limit;
            self.changed.notify_waiters();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
        self.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    async fn enter(gate: &Gate, number: usize) -> Vec<Place<'_>> {
        let mut places = Vec::new();
        for _ in 0..number {
            match timeout(Duration::from_millis(1), gate.enter()).await {
                Ok(place) => places.push(place),
                Err(_) => break,
            }
        }
        places
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_halved_and_grow_again() {
        let gate = Gate::default();
        let places = enter(&gate, 32).await;
        assert_eq!(places.len(), 32, "nothing is held back without reason");
        for _ in 0..32 {
            gate.slow_down();
        }
        drop(places);
        let places = enter(&gate, 32).await;
        assert_eq!(places.len(), 16, "a burst counts once");
        for _ in 0..16 {
            gate.answered();
        }
        drop(places);
        assert_eq!(enter(&gate, 32).await.len(), 16, "not quite a round of 16.5");
        gate.answered();
        assert_eq!(enter(&gate, 32).await.len(), 17);
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_always_gets_through() {
        let gate = Gate::default();
        for _ in 0..9 {
            gate.slow_down();
            advance(BURST).await;
        }
        assert_eq!(enter(&gate, 3).await.len(), 1);
        let place = gate.enter().await;
        let waiting = async { drop(gate.enter().await) };
        let leaving = async { drop(place) };
        timeout(BURST, async { tokio::join!(waiting, leaving) }).await.unwrap();
    }
}
