//! The life of one run, event by event.

use crate::{log::Frame, sim::MOST_SKEW_MS};
use events::{Iteration, RunEvent, Timer};
use ids::{NodeId, QuestionId};
use std::collections::{BTreeMap, BTreeSet};

/// What a log has said so far.
#[derive(Debug, Default)]
pub(super) struct Life {
    seq: u64,
    ended: bool,
    asked: BTreeSet<String>,
    answered: BTreeSet<String>,
    /// Questions without an answer.
    questions: BTreeSet<QuestionId>,
    /// Events that have not come.
    awaited: BTreeSet<(NodeId, Iteration)>,
    waits: BTreeMap<(NodeId, Iteration, Timer), i64>,
}

type Fault = (&'static str, String);

impl Life {
    /// Goes on with a frame that was committed at `now_ms`; what is wrong with it.
    pub(super) fn lives_on(&mut self, frame: &Frame, now_ms: i64) -> Vec<Fault> {
        let mut faults = Vec::new();
        if frame.first_seq != self.seq + 1 {
            let text = format!("event {} follows event {}", frame.first_seq, self.seq);
            faults.push(("log-is-gapless", text));
        }
        self.seq = frame.first_seq + frame.events.len() as u64 - 1;
        for event in &frame.events {
            if self.ended {
                faults.push(("nothing-follows-an-end", format!("{event:?}")));
            }
            faults.extend(self.event(event, now_ms));
        }
        faults
    }

    fn event(&mut self, event: &RunEvent, now_ms: i64) -> Option<Fault> {
        match event {
            RunEvent::EffectRequested { effect_key, .. } => {
                let new = self.asked.insert(effect_key.clone());
                (!new).then(|| ("effects-are-asked-for-once", effect_key.clone()))
            }
            RunEvent::EffectCompleted { effect_key, .. } => {
                let asked = self.asked.contains(effect_key);
                let new = self.answered.insert(effect_key.clone());
                (!new || !asked).then(|| ("results-count-once", effect_key.clone()))
            }
            RunEvent::ApprovalRequested { question, .. }
            | RunEvent::ClarificationNeeded { question, .. } => {
                self.questions.insert(question.question_id);
                None
            }
            RunEvent::ApprovalDecided { question_id, .. }
            | RunEvent::ClarificationAnswered { question_id, .. } => {
                let open = self.questions.remove(question_id);
                (!open).then(|| ("answers-count-once", question_id.to_string()))
            }
            RunEvent::EventAwaited {
                node, iteration, ..
            } => {
                self.awaited.insert((node.clone(), iteration.clone()));
                None
            }
            RunEvent::EventArrived {
                node, iteration, ..
            } => {
                let open = self.awaited.remove(&(node.clone(), iteration.clone()));
                (!open).then(|| ("answers-count-once", format!("{node} {iteration:?}")))
            }
            RunEvent::WaitStarted {
                node,
                iteration,
                wake_at_ms,
                reason,
                ..
            } => {
                let wait = (node.clone(), iteration.clone(), reason.timer());
                self.waits.insert(wait, *wake_at_ms);
                None
            }
            RunEvent::TimerFired {
                at_ms,
                node,
                iteration,
                timer,
            } => {
                let wait = (node.clone(), iteration.clone(), *timer);
                let wake_at_ms = self.waits.remove(&wait);
                let early = wake_at_ms.is_none_or(|wake_at_ms| *at_ms < wake_at_ms);
                let ahead = *at_ms > now_ms + MOST_SKEW_MS;
                (early || ahead).then(|| {
                    let text =
                        format!("{node} {timer:?} at {at_ms}, due {wake_at_ms:?}, now {now_ms}");
                    ("timers-are-not-early", text)
                })
            }
            event => {
                self.ended |= event.ends_run();
                None
            }
        }
    }
}
