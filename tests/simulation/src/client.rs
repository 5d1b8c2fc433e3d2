//! People and programs that start and cancel runs.

use crate::{
    bugs::Bug,
    bus::{Body, Event, Service, Start},
    schedule::trigger,
    sim::Simulation,
};
use engine_core::Input;
use events::{Json, TriggerKind};
use graphs::Dice;
use ids::{EventId, RunId};
use serde_json::json;
use workflow::{Document, Plan};

/// Most runs that clients start.
const RUNS: usize = 8;

/// Random workflows.
pub(crate) fn plans(dice: &mut Dice) -> Vec<Plan> {
    let count = 1 + dice.below(2);
    (0..count).map(|_| plan(dice)).collect()
}

fn plan(dice: &mut Dice) -> Plan {
    let seedlings = graphs::draw(dice);
    let document = graphs::grow(&seedlings, dice.percent(30));
    let document = Document::read(&document).unwrap_or_else(|problems| panic!("{problems:#?}"));
    workflow::compile(&document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

impl Simulation {
    /// Starts a run, repeats a start, or cancels a run.
    pub(crate) fn client(&mut self) {
        let at = self.world.dice.below(RUNS);
        let started = self.world.check.accepted(at);
        match (self.world.dice.below(10), started) {
            (0, Some(run_id)) => {
                self.note(|| format!("run {run_id} is cancelled"));
                let id = self.world.id();
                let reason = "enough".to_owned();
                let input = Input::Cancel {
                    actor: None,
                    reason,
                };
                let event = Event::Input(Body::ToRun { run_id, input });
                self.world.emit(Service::Gateway, id, event);
            }
            (1, Some(run_id)) => {
                self.note(|| format!("run {run_id} is started again"));
                let id = self.world.id();
                self.start(run_id, id);
            }
            _ => {
                let id = self.world.id();
                // Few shards, so that runs meet.
                let shard = self.world.dice.below(3) as u128;
                let run_id = RunId::from_u128((id & !0xFF) | shard);
                self.note(|| format!("run {run_id} is started"));
                self.world.check.accepts(run_id);
                self.start(run_id, id);
                if self.bug(Bug::GhostRun) {
                    self.start(RunId::from_u128(run_id.as_u128() ^ (1 << 20)), id ^ 1);
                }
            }
        }
    }

    fn start(&mut self, run_id: RunId, id: u128) {
        let kinds = [TriggerKind::Manual, TriggerKind::Webhook];
        let kind = kinds[usize::from(run_id.as_u128() & 256 != 0)];
        // What a run is started with follows from its id: a repeat is the same.
        let plan = usize::try_from(run_id.as_u128() >> 9 & 7).unwrap_or_default();
        let start = Start {
            run_id,
            workflow_id: self.world.workflow(plan % self.world.plans.len()),
            trigger: trigger(kind, EventId::from_u128(run_id.as_u128()), None),
            payload: Json::from(json!({ "x": plan })),
            refused: run_id.as_u128() >> 12 & 15 == 0,
        };
        self.world
            .emit(Service::Gateway, id, Event::Input(Body::Start(start)));
    }
}
