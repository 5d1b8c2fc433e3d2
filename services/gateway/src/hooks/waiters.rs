//! Callers that wait for a run's answer, by run.

use crate::App;
use bytes::Bytes;
use futures::StreamExt;
use ids::{RunId, SHARDS, Shard};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;

/// Waiting callers of this replica, spread over several locks that are never held across an await.
pub(super) struct Waiters([Mutex<HashMap<RunId, Waiting>>; SHARDS as usize]);

/// Usually one caller; more when a call is repeated while the first still waits.
struct Waiting {
    first: oneshot::Sender<Bytes>,
    others: Vec<oneshot::Sender<Bytes>>,
}

impl Default for Waiters {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

/// A place in the queue for a run's answer; given up when dropped.
pub(super) struct Place<'a> {
    waiters: &'a Waiters,
    run: RunId,
    answer: oneshot::Receiver<Bytes>,
}

impl Waiters {
    fn of(&self, run: RunId) -> MutexGuard<'_, HashMap<RunId, Waiting>> {
        let [first, ..] = &self.0;
        self.0
            .get(usize::from(Shard::of(run).index()))
            .unwrap_or(first)
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits from now on. Call before the run can answer.
    pub(super) fn wait(&self, run: RunId) -> Place<'_> {
        let (sender, answer) = oneshot::channel();
        let mut waiting = self.of(run);
        match waiting.get_mut(&run) {
            Some(known) => known.others.push(sender),
            None => {
                let others = Vec::new();
                waiting.insert(
                    run,
                    Waiting {
                        first: sender,
                        others,
                    },
                );
            }
        }
        Place {
            waiters: self,
            run,
            answer,
        }
    }

    /// Hands the answer to all who wait for it.
    fn answer(&self, run: RunId, answer: &Bytes) {
        let waiting = self.of(run).remove(&run);
        if let Some(Waiting { first, others }) = waiting {
            for caller in std::iter::once(first).chain(others) {
                // A caller that went away needs no answer.
                let _ = caller.send(answer.clone());
            }
        }
    }
}

impl Place<'_> {
    /// The answer, as it came over the bus; `None` when the time is over.
    pub(super) async fn answer(mut self, within: Duration) -> Option<Bytes> {
        tokio::time::timeout(within, &mut self.answer)
            .await
            .ok()?
            .ok()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.answer.close();
        let mut waiting = self.waiters.of(self.run);
        let Some(known) = waiting.get_mut(&self.run) else {
            return;
        };
        known.others.retain(|caller| !caller.is_closed());
        if known.first.is_closed() {
            match known.others.pop() {
                Some(next) => known.first = next,
                None => drop(waiting.remove(&self.run)),
            }
        }
    }
}

const RETRY_EVERY: Duration = Duration::from_secs(1);

/// Hears the answers for this replica until the gateway drains: one subscription for all callers.
pub(super) async fn listen(app: &App) {
    let subject = format!("run.responded.*.{}.*", app.replica);
    while !app.shutdown.is_cancelled() {
        match app.bus.subscribe(&subject).await {
            Ok(mut answers) => loop {
                let answer = tokio::select! {
                    () = app.shutdown.cancelled() => return,
                    answer = answers.next() => answer,
                };
                let Some(answer) = answer else { break };
                let run = answer.subject.rsplit('.').next();
                match run.and_then(|id| id.parse().ok()) {
                    Some(run) => app.hooks.0.waiters.answer(run, &answer.payload),
                    None => tracing::warn!(subject = answer.subject, "answer without a run"),
                }
            },
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "answers not heard, will be tried again"
            ),
        }
        tokio::select! { () = app.shutdown.cancelled() => {}, () = tokio::time::sleep(RETRY_EVERY) => {} }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_caller_of_a_run_gets_its_answer() {
        let waiters = Waiters::default();
        let run = RunId::generate();
        let (one, two, gone) = (waiters.wait(run), waiters.wait(run), waiters.wait(run));
        drop(gone);
        waiters.answer(run, &Bytes::from_static(b"{}"));
        let second = Duration::from_secs(1);
        assert_eq!(one.answer(second).await.unwrap(), "{}");
        assert_eq!(two.answer(second).await.unwrap(), "{}");
        assert!(waiters.of(run).is_empty());
    }

    #[tokio::test]
    async fn a_caller_that_leaves_leaves_nothing_behind() {
        let waiters = Waiters::default();
        let run = RunId::generate();
        assert_eq!(waiters.wait(run).answer(Duration::ZERO).await, None);
        assert!(waiters.of(run).is_empty());
        let (first, second) = (waiters.wait(run), waiters.wait(run));
        drop(first);
        waiters.answer(run, &Bytes::from_static(b"1"));
        assert_eq!(second.answer(Duration::from_secs(1)).await.unwrap(), "1");
    }
}
