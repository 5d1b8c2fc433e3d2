//! Waits, and what happens when they are over.

use crate::{
    decide::Step,
    input::Rejection,
    key,
    memo::Place,
    node::{Failed, error},
    timers::Due,
};
use events::{ErrorClass, Iteration, Json, RunError, RunEvent, Timer, WaitReason};
use ids::{EventId, NodeId};
use serde_json::Value;
use std::time::Duration;
use workflow::{
    Passing, Retry,
    config::{AwaitedEvent, Wait},
    plan::{NodeKind, PlanNode, port},
};

/// A pause never doubles more often than this.
const DOUBLINGS: u32 = 30;

impl Step<'_> {
    /// Ends every wait that is due.
    pub(crate) fn wake(&mut self) -> Result<(), Rejection> {
        let now_ms = self.given.now_ms;
        let ends_at_ms = self.run.ends_at_ms(self.plan);
        let is_due = |due: Option<i64>| due.is_some_and(|at_ms| at_ms <= now_ms);
        let first = |step: &Self| step.run.timers.first().map(|(at_ms, ..)| *at_ms);
        if !is_due(first(self)) && !is_due(ends_at_ms) {
            return Err(Rejection::Early);
        }
        self.remember();
        self.check_time();
        while !self.run.has_ended() && is_due(first(self)) {
            let Some(due) = self.run.timers.first().cloned() else {
                break;
            };
            self.fire(due);
        }
        Ok(())
    }

    pub(crate) fn fire(&mut self, (_, node, iteration, timer): Due) {
        self.emit(RunEvent::TimerFired {
            at_ms: self.given.now_ms,
            node: node.clone(),
            iteration: iteration.clone(),
            timer,
        });
        let Some(ix) = self.plan.find(node.as_str()) else {
            return;
        };
        let place = (ix, iteration);
        match timer {
            Timer::Pause => {
                let input = self.inputs(&place).into_iter().next().flatten();
                self.put_out(&place, port::OUT, input.unwrap_or_default());
            }
            Timer::Inputs => {
                if let NodeKind::Join(join) = self.plan.node(ix).kind {
                    self.join_is_late(&place, &join);
                }
            }
            Timer::Retry => {
                let key = (node, place.1.clone());
                match self.coordination_around(&place) {
                    _ if self.run.approved.contains_key(&key) => self.send_approved(&place),
                    Some(outer) => self.tend_coordination(&outer),
                    None => self.run_node(&place),
                }
            }
            Timer::Event => {
                let input = self.inputs(&place).into_iter().next().flatten();
                self.put_out(&place, port::LATE, input.unwrap_or_default());
            }
            Timer::Decision => self.time_is_over(&place),
            Timer::Escalation => self.escalate(&place),
            Timer::Deadline => {
                let error = timed_out(self.plan.node(ix));
                self.fail(&place, error);
            }
        }
    }

    /// Notes that a node waits, and for how long.
    pub(crate) fn wait(&mut self, (node, path): &Place, wait_ms: i64, reason: WaitReason) {
        self.emit(RunEvent::WaitStarted {
            at_ms: self.given.now_ms,
            node: self.plan.node(*node).id.clone(),
            iteration: path.clone(),
            wake_at_ms: self.given.now_ms.saturating_add(wait_ms),
            reason,
        });
    }

    /// Begins a pause; one that is over already is none.
    pub(crate) fn pause(&mut self, place: &Place, wait: Wait, input: Json) {
        let wait_ms = match wait {
            Wait::For(duration) => duration_ms(duration),
            Wait::Until(at_ms) => at_ms.saturating_sub(self.given.now_ms),
            Wait::Event(event, within) => return self.await_event(place, event, within),
        };
        if wait_ms <= 0 {
            return self.put_out(place, port::OUT, input);
        }
        self.node_started(place);
        self.wait(place, wait_ms, WaitReason::Pause);
    }

    fn await_event(&mut self, place: &Place, event: AwaitedEvent, within: Duration) {
        self.node_started(place);
        self.emit(RunEvent::EventAwaited {
            at_ms: self.given.now_ms,
            node: self.plan.node(place.0).id.clone(),
            iteration: place.1.clone(),
            event_type: event.event_type,
            account_id: event.account_id,
            matching: Json::from(Value::Object(event.matching)),
            filter: event.filter,
        });
        self.wait(place, duration_ms(within), WaitReason::Event);
    }

    /// The event has come that a node waits for.
    pub(crate) fn event_arrived(
        &mut self,
        node: NodeId,
        iteration: Iteration,
        event_id: EventId,
        payload: Json,
    ) -> Result<(), Rejection> {
        let key = (node, iteration);
        if !self.run.awaited.contains(&key) {
            return Err(Rejection::NotAwaited);
        }
        self.remember();
        let (node, iteration) = key;
        let ix = self.plan.find(node.as_str());
        self.emit(RunEvent::EventArrived {
            at_ms: self.given.now_ms,
            node,
            iteration: iteration.clone(),
            event_id,
        });
        if let Some(ix) = ix {
            self.put_out(&(ix, iteration), port::OUT, payload);
        }
        Ok(())
    }

    /// An effect failed: it is tried again after a pause, or the node gives up.
    pub(crate) fn effect_failed(&mut self, place: &Place, error: RunError) {
        let node = self.plan.node(place.0);
        let key = (node.id.clone(), place.1.clone());
        let tries = self.run.tries.get(&key).copied().unwrap_or(0) + 1;
        let retry = node.patience.retry.as_ref();
        let retry = retry.filter(|retry| tries < retry.tries && is_worth_it(retry, error.class));
        let Some(retry) = retry else {
            return self.fail(place, error);
        };
        let jitter = key::jitter(self.run.seed, &node.id, &place.1, tries);
        let pause_ms = pause_ms(retry, tries, jitter).max(error.retry_after_ms.unwrap_or(0));
        let pause_ms = i64::try_from(pause_ms).unwrap_or(i64::MAX);
        self.wait(place, pause_ms, WaitReason::Retry { tries, error });
    }
}

fn duration_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Half of the pause before the next try is certain, of the other half `jitter` thousandths.
fn pause_ms(retry: &Retry, tries: u32, jitter: u64) -> u64 {
    let doubled = retry
        .pause_seconds
        .saturating_mul(1 << tries.saturating_sub(1).min(DOUBLINGS));
    let longest_ms = doubled.min(retry.longest_pause_seconds.max(retry.pause_seconds)) * 1_000;
    longest_ms / 2 + longest_ms / 2 * jitter / 1_000
}

fn is_worth_it(retry: &Retry, class: ErrorClass) -> bool {
    let passing = match class {
        ErrorClass::Auth => Passing::Auth,
        ErrorClass::RateLimit => Passing::RateLimit,
        ErrorClass::Timeout => Passing::Timeout,
        ErrorClass::Unavailable => Passing::Unavailable,
        ErrorClass::Rejected => Passing::Rejected,
        ErrorClass::Schema => Passing::Schema,
        ErrorClass::Permission
        | ErrorClass::Expression
        | ErrorClass::Limit
        | ErrorClass::Unknown
        | ErrorClass::Stated => return false,
    };
    retry.on.contains(&passing)
}

fn timed_out(node: &PlanNode) -> RunError {
    let seconds = node.patience.timeout_ms.unwrap_or_default() / 1_000;
    let message = format!("`{}` did not end within {seconds} s", node.id);
    let hint = "give it more time; what it asked for may still happen";
    *error(ErrorClass::Timeout, "node.timed_out", message, hint)
}

/// The author's error.
pub(crate) fn stated(fail: workflow::config::FailConfig) -> Failed {
    let mut stated = error(ErrorClass::Stated, &fail.code, fail.message, "");
    stated.hint = fail.hint;
    stated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_half_random() {
        let retry = Retry {
            tries: 10,
            pause_seconds: 2,
            longest_pause_seconds: 10,
            on: vec![Passing::Timeout],
        };
        let pauses = |jitter| [1, 2, 3, 4, 40].map(|tries| pause_ms(&retry, tries, jitter));
        assert_eq!(pauses(0), [1_000, 2_000, 4_000, 5_000, 5_000]);
        assert_eq!(pauses(500), [1_500, 3_000, 6_000, 7_500, 7_500]);
    }
}
