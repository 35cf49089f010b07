//! Jobs, so many at once. The one place where things happen at the same time.

use std::future::Future;
use std::num::NonZeroUsize;

use tokio::task::JoinSet;

/// Runs the jobs that `next` gives, at most `concurrency` at once, and hands each result to
/// `take` as it comes; `next` is asked again after each, so that results may bring new jobs.
///
/// Each job is a task of its own, so that several cores share the work; all are stopped when this
/// is dropped.
pub(super) async fn run<S, J, R>(
    concurrency: NonZeroUsize,
    state: &mut S,
    mut next: impl FnMut(&mut S) -> Option<J>,
    mut take: impl FnMut(&mut S, R),
) where
    J: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let mut jobs = JoinSet::new();
    loop {
        while jobs.len() < concurrency.get() {
            let Some(job) = next(state) else { break };
            jobs.spawn(job);
        }
        match jobs.join_next().await {
            None => return,
            Some(Ok(result)) => take(state, result),
            Some(Err(stopped)) => {
                if let Ok(panic) = stopped.try_into_panic() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn results_bring_new_jobs() {
        let mut state = (vec![3_u32], Vec::new());
        let two = NonZeroUsize::new(2).unwrap();
        run(
            two,
            &mut state,
            |(jobs, _)| jobs.pop().map(|n| async move { n }),
            |(jobs, done), n| {
                done.push(n);
                jobs.extend((0..n).map(|_| n - 1));
            },
        )
        .await;
        assert_eq!(state.1.len(), 1 + 3 + 6 + 6);
    }
}
