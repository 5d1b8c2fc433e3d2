//! People who answer what runs ask, and events that runs wait for: at any time, too late and more than once too.

use crate::{
    bus::{Body, Event, Service},
    sim::Simulation,
};
use engine_core::Input;
use events::{Decision, Json, RunEvent};
use ids::{EventId, RunId, UserId};
use serde_json::json;

impl Simulation {
    /// Answers one of the questions that were ever asked, or lets one of the events come that were ever awaited.
    pub(crate) fn answer(&mut self) {
        let mut asked: Vec<(RunId, RunEvent)> = Vec::new();
        for row in self.world.log.runs() {
            let run_id = row.identity.run_id;
            let events = self.world.log.events(run_id).filter(|event| {
                matches!(
                    event,
                    RunEvent::ApprovalRequested { .. }
                        | RunEvent::ClarificationNeeded { .. }
                        | RunEvent::EventAwaited { .. }
                )
            });
            asked.extend(events.map(|event| (run_id, event.clone())));
        }
        let at = self.world.dice.below(asked.len());
        let Some((run_id, asked)) = asked.into_iter().nth(at) else {
            return;
        };
        let id = self.world.id();
        let Some(input) = self.answer_to(asked, id) else {
            return;
        };
        self.note(|| format!("run {run_id} is told {input:?}"));
        let event = Event::Input(Body::ToRun { run_id, input });
        self.world.emit(Service::Gateway, id, event);
    }

    fn answer_to(&mut self, asked: RunEvent, id: u128) -> Option<Input> {
        if let RunEvent::EventAwaited {
            node, iteration, ..
        } = asked
        {
            return Some(Input::EventArrived {
                node,
                iteration,
                event_id: EventId::from_u128(id),
                payload: Json::from(json!({ "subject": "yes" })),
            });
        }
        let (RunEvent::ApprovalRequested { question, .. }
        | RunEvent::ClarificationNeeded { question, .. }) = asked
        else {
            return None;
        };
        let value = Json::from(json!({ "n": self.world.dice.below(9) }));
        let decision = match self.world.dice.below(5) {
            0 => Decision::Approve,
            1 => Decision::Edit { value },
            2 => Decision::Respond { value },
            3 => Decision::Reject,
            _ => Decision::Ignore,
        };
        let hash = question.about.hash().map(str::to_owned);
        Some(Input::Decided {
            question_id: question.question_id,
            hash,
            decision,
            actor: UserId::from_u128(7),
            comment: String::new(),
        })
    }
}
