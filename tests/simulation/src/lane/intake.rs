//! Inputs on their way to decisions.

use super::{Asked, Decided, Lane, Live, Owned, Reader};
use crate::{
    bugs::Bug,
    bus::{Body, Event, Receipt, Start},
    world::World,
};
use engine_core::{Given, Identity, Input, Run, advance, refuse};
use events::{ErrorClass, RunError, RunEvent};
use ids::{RunId, Shard};

impl Lane {
    /// Takes up to `most` deliveries of a shard. Whether it took any.
    pub(crate) fn read(&mut self, world: &mut World, shard: Shard, most: usize) -> bool {
        let mut took = false;
        for _ in 0..most {
            let Some(owned) = self.shards.get_mut(&shard) else {
                return took;
            };
            if !owned.is_at_its_cursor(world, shard) {
                return took;
            }
            let Some(delivery) = world.bus.deliver(shard, &mut world.dice) else {
                return took;
            };
            if delivery.consumer_seq != owned.reader.consumer_seq + 1 {
                // A stale owner has taken some: it is read again from the cursor.
                owned.reader.begun = false;
                return true;
            }
            took = true;
            owned.reader.consumer_seq = delivery.consumer_seq;
            owned.reader.seq = owned.reader.seq.max(delivery.stream_seq);
            if owned.incarnation != owned.reader.incarnation {
                (owned.incarnation, owned.input_seq) = (owned.reader.incarnation, 0);
            }
            owned.input_seq = owned.input_seq.max(delivery.stream_seq);
            self.round.moved(shard);
            let receipt = Receipt {
                to: delivery.message.from,
                consumer: "engine",
                ids: vec![delivery.message.id],
            };
            self.round.receipts.push((shard, receipt));
            match delivery.message.event {
                Event::Input(Body::Start(start)) => self.begin(world, shard, start),
                Event::Input(Body::ToRun { run_id, input }) => {
                    self.advance(world, shard, run_id, input);
                }
                Event::Fired(_) => {}
            }
        }
        took
    }

    fn begin(&mut self, world: &mut World, shard: Shard, start: Start) {
        let given = world.given(self.skew_ms);
        let Some(owned) = self.shards.get_mut(&shard) else {
            return;
        };
        let run_id = start.run_id;
        if owned.runs.contains_key(&run_id) {
            return;
        }
        let plan = world.plan_of(start.workflow_id);
        let identity = Identity {
            run_id,
            workflow_id: start.workflow_id,
            version_id: world.version_of(plan),
        };
        let mut live = Live {
            run: Run::new(identity),
            plan,
            folded: false,
        };
        let input = start.input();
        if start.refused {
            let (trigger, payload) = (start.trigger, start.payload);
            let why = no_such_version();
            if let Ok(decision) = refuse(&mut live.run, trigger, payload, None, why.clone(), &given)
            {
                owned.runs.insert(run_id, live);
                let decided = Decided {
                    folded: false,
                    input: Asked::Refusal(input, why),
                    given,
                    first_seq: 1,
                    events: decision.events,
                };
                self.round
                    .decided(shard, run_id, decided, decision.quiescence);
            }
            return;
        }
        owned.runs.insert(run_id, live);
        self.advance(world, shard, run_id, input);
    }

    /// Lets a run decide on one input. What it rejects changes nothing.
    pub(super) fn advance(&mut self, world: &mut World, shard: Shard, run_id: RunId, input: Input) {
        let given = world.given(self.skew_ms);
        self.decide(world, shard, run_id, input, given);
    }

    pub(super) fn decide(
        &mut self,
        world: &mut World,
        shard: Shard,
        run_id: RunId,
        input: Input,
        given: Given,
    ) {
        let Some(live) = self
            .shards
            .get_mut(&shard)
            .and_then(|o| o.runs.get_mut(&run_id))
        else {
            return;
        };
        let first_seq = live.run.seq() + 1;
        let plan = &world.plans[live.plan];
        let Ok(mut decision) = advance(plan, &mut live.run, input.clone(), &given) else {
            return;
        };
        if decision.events.is_empty() {
            // It waits as it did.
            return;
        }
        let decided = Decided {
            folded: std::mem::take(&mut live.folded),
            input: Asked::Input(input),
            given,
            first_seq,
            events: decision.events.clone(),
        };
        if world.bug(Bug::MemoryDrift) {
            live.run = live.run.clone().answering("nobody".to_owned());
        }
        if let Some(event) = doubled(world, &decision.events) {
            decision.events.push(event);
        }
        let decided = Decided {
            events: decision.events,
            ..decided
        };
        self.round
            .decided(shard, run_id, decided, decision.quiescence);
    }

    /// Wakes what is due. Whether anything was.
    pub(crate) fn wake(&mut self, world: &mut World) -> bool {
        if world.bug(Bug::WakeLost) {
            return false;
        }
        let early = i64::from(world.bug(Bug::WakeEarly)) * 600_000;
        let given = world.given(self.skew_ms + early);
        let mut due = Vec::new();
        for (shard, owned) in &self.shards {
            let runs = owned.runs.iter().filter(|(_, live)| {
                let wake_at_ms = live.run.wake_at_ms(&world.plans[live.plan]);
                wake_at_ms.is_some_and(|at_ms| at_ms <= given.now_ms)
            });
            due.extend(runs.map(|(run_id, _)| (*shard, *run_id)));
        }
        for (shard, run_id) in &due {
            self.decide(world, *shard, *run_id, Input::Wake, given);
        }
        !due.is_empty()
    }

    /// Runs that stopped for a commit go on. Whether any did.
    pub(crate) fn go_on(&mut self, world: &mut World) -> bool {
        let more = std::mem::take(&mut self.more);
        for (shard, run_id) in &more {
            self.advance(world, *shard, *run_id, Input::GoOn);
        }
        !more.is_empty()
    }
}

impl Owned {
    /// Sets the consumer to the cursor where that has not been done, in this life of the stream.
    fn is_at_its_cursor(&mut self, world: &mut World, shard: Shard) -> bool {
        if world.bus.away {
            return false;
        }
        if self.reader.begun && self.reader.incarnation == world.bus.incarnation {
            return true;
        }
        if self.reader.incarnation != world.bus.incarnation {
            self.reader = Reader {
                incarnation: world.bus.incarnation,
                ..Reader::default()
            };
        }
        self.reader.consumer_seq = world.bus.rewind(shard, self.reader.seq + 1);
        self.reader.begun = true;
        true
    }
}

impl Start {
    /// The input that starts the run.
    pub(crate) fn input(&self) -> Input {
        Input::Start {
            trigger: self.trigger.clone(),
            payload: self.payload.clone(),
            reply_to: Some("gateway-1".to_owned()),
            parent: None,
            rules: Vec::new(),
        }
    }
}

/// What a bug writes a second time.
fn doubled(world: &World, events: &[RunEvent]) -> Option<RunEvent> {
    let bug = |event: &RunEvent| match event {
        RunEvent::RunCompleted { .. } | RunEvent::RunFailed { .. } => Bug::DoubleTerminal,
        RunEvent::EffectRequested { .. } => Bug::RequestTwice,
        RunEvent::EffectCompleted { .. } => Bug::ResultTwice,
        RunEvent::ApprovalDecided { .. }
        | RunEvent::ClarificationAnswered { .. }
        | RunEvent::EventArrived { .. } => Bug::AnswerTwice,
        _ => Bug::NoFence,
    };
    let mut events = events.iter();
    let event = events.find(|event| bug(event) != Bug::NoFence && world.bug(bug(event)));
    event.cloned()
}

fn no_such_version() -> RunError {
    RunError {
        class: ErrorClass::Rejected,
        code: "start.not_executable".to_owned(),
        message: "this engine does not know the version".to_owned(),
        hint: None,
        node: None,
        detail: None,
        retry_after_ms: None,
    }
}
