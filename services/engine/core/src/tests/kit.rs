//! A run in a test: given a document, when inputs, then events.

use crate::{
    Decision, Effect, Given, Identity, Input, Quiescence, Rejection, Run, advance, effects, fold,
};
use events::{
    Decision as Decided, EffectResult, ErrorClass, Json, RunError, RunEvent, RunTrigger, Timer,
    TriggerKind, WaitReason,
};
use ids::{EventId, NodeId, RunId, VersionId, WorkflowId};
use serde_json::{Value, json};
use workflow::{Document, Plan};

pub(super) const NOW: i64 = 1_790_000_000_000;

pub(super) fn node(id: &str) -> NodeId {
    id.parse().unwrap()
}

pub(super) fn plan(document: Value) -> Plan {
    let document = Document::read(&document).unwrap();
    workflow::compile(&document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

pub(super) fn refused(class: ErrorClass) -> RunError {
    RunError {
        class,
        code: "http.status".to_owned(),
        message: "the server answered 503".to_owned(),
        hint: None,
        node: None,
        detail: None,
        retry_after_ms: None,
    }
}

/// `a.out>b.in` as an edge.
pub(super) fn edge(text: &str) -> Value {
    let (source, destination) = text.split_once('>').unwrap();
    let (source, source_port) = source.split_once('.').unwrap();
    let (destination, destination_port) = destination.split_once('.').unwrap();
    json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
}

pub(super) fn document(nodes: Value, edges: &[&str]) -> Value {
    let edges: Vec<Value> = edges.iter().map(|text| edge(text)).collect();
    json!({ "name": "test", "nodes": nodes, "edges": edges })
}

/// A run, everything it emitted so far, and what the world was told.
pub(super) struct Story {
    pub(super) plan: Plan,
    pub(super) run: Run,
    pub(super) log: Vec<RunEvent>,
    pub(super) told: Vec<Effect>,
    pub(super) last: Option<Quiescence>,
    /// What the clock says.
    pub(super) now_ms: i64,
}

impl Story {
    pub(super) fn of(document: Value) -> Self {
        let identity = Identity {
            run_id: RunId::from_u128(1),
            workflow_id: WorkflowId::from_u128(2),
            version_id: VersionId::from_u128(3),
        };
        Self {
            plan: plan(document),
            run: Run::new(identity),
            log: Vec::new(),
            told: Vec::new(),
            last: None,
            now_ms: NOW,
        }
    }

    pub(super) fn started(document: Value, payload: Value) -> Self {
        let mut story = Self::of(document);
        story.start(payload).unwrap();
        story
    }

    /// What starts the run.
    pub(super) fn trigger(&self) -> RunTrigger {
        RunTrigger {
            kind: TriggerKind::Manual,
            node: self.plan.triggers()[0].node_id.clone(),
            trigger_id: None,
            event_id: EventId::from_u128(4),
            actor: None,
        }
    }

    pub(super) fn start(&mut self, payload: Value) -> Result<(), Rejection> {
        let trigger = self.trigger();
        self.take(Input::Start {
            trigger,
            payload: Json::from(payload),
            reply_to: Some("gateway-1".to_owned()),
            parent: None,
            rules: Vec::new(),
        })
    }

    /// Takes an input and checks what must hold after every decision.
    pub(super) fn take(&mut self, input: Input) -> Result<(), Rejection> {
        let before = self.run.seq();
        let given = Given {
            now_ms: self.now_ms,
            seed: 7,
        };
        let Decision { events, quiescence } = advance(&self.plan, &mut self.run, input, &given)?;
        self.told.extend(
            effects(&self.run, before + 1, &events)
                .into_iter()
                .map(|(_, effect)| effect),
        );
        self.log.extend(events);
        assert_eq!(self.run.seq(), self.log.len() as u64, "seq has no gap");
        assert_eq!(
            fold(*self.run.identity(), &self.log),
            self.run,
            "what decide assumed"
        );
        assert_eq!(quiescence == Quiescence::Ended, self.run.has_ended());
        self.last = Some(quiescence);
        Ok(())
    }

    /// Goes on until the run waits or ends, forgetting each time what only memory knows.
    pub(super) fn go_on_from_the_log(&mut self) {
        while self.last == Some(Quiescence::More) {
            self.run = fold(*self.run.identity(), &self.log);
            self.take(Input::GoOn).unwrap();
        }
    }

    /// Lets the time come that the run waits for, and wakes it then; its owner has forgotten everything meanwhile.
    pub(super) fn wake(&mut self) -> Result<(), Rejection> {
        let wake_at_ms = self.run.wake_at_ms(&self.plan).unwrap();
        self.now_ms = self.now_ms.max(wake_at_ms);
        self.run = fold(*self.run.identity(), &self.log);
        self.take(Input::Wake)
    }

    pub(super) fn fail(&mut self, id: &str, class: ErrorClass, retry_after_ms: Option<u64>) {
        let effect_key = self.keys_of(id).remove(0);
        let error = RunError {
            retry_after_ms,
            ..refused(class)
        };
        self.take(Input::EffectFailed {
            effect_key,
            error,
            cost: None,
        })
        .unwrap();
    }

    pub(super) fn keys_of(&self, id: &str) -> Vec<String> {
        let mut keys: Vec<_> = self
            .run
            .open_effects()
            .filter(|(_, open)| open.node == node(id))
            .map(|(key, open)| (open.iteration.clone(), key.to_owned()))
            .collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    pub(super) fn complete(&mut self, id: &str, outcome: Value) {
        let effect_key = self.keys_of(id).remove(0);
        let outcome = Json::from(outcome);
        let result = EffectResult {
            run_id: self.run.identity().run_id,
            workflow_id: self.run.identity().workflow_id,
            effect_key,
            outcome,
            cost: None,
        };
        self.take(Input::EffectCompleted {
            effect_key: result.effect_key,
            outcome: result.outcome,
            cost: result.cost,
        })
        .unwrap();
    }

    /// The log in short: what happened to which node.
    pub(super) fn short(&self) -> Vec<String> {
        self.log.iter().map(short).collect()
    }

    pub(super) fn final_output(&self) -> Value {
        match self.log.last() {
            Some(RunEvent::RunCompleted { output, .. }) => output.value(),
            other => panic!("{other:?}"),
        }
    }
}

fn short(event: &RunEvent) -> String {
    let at = |what: &str, node: &NodeId, path: &[u32]| {
        let turns: String = path.iter().map(|turn| format!("[{turn}]")).collect();
        format!("{what} {node}{turns}")
    };
    match event {
        RunEvent::RunStarted { .. } => "started".to_owned(),
        RunEvent::PlanComputed { .. } => "plan".to_owned(),
        RunEvent::NodeStarted {
            node, iteration, ..
        } => at("start", node, iteration),
        RunEvent::NodeCompleted {
            node, iteration, ..
        } => at("done", node, iteration),
        RunEvent::NodeFailed {
            node, iteration, ..
        } => at("fail", node, iteration),
        RunEvent::NodeSkipped {
            node, iteration, ..
        } => at("skip", node, iteration),
        RunEvent::EffectRequested {
            node, iteration, ..
        } => at("ask", node, iteration),
        RunEvent::EffectCompleted {
            node, iteration, ..
        } => at("answer", node, iteration),
        RunEvent::BranchTaken {
            node,
            iteration,
            port,
            ..
        } => at(&format!("{port}"), node, iteration),
        RunEvent::LoopIterated {
            node,
            iteration,
            index,
            ..
        } => at(&format!("turn {index}"), node, iteration),
        RunEvent::LoopStopped {
            node, iteration, ..
        } => at("stop", node, iteration),
        RunEvent::WaitStarted {
            node,
            iteration,
            reason,
            ..
        } => {
            let what = match reason {
                WaitReason::Pause => "wait",
                WaitReason::Inputs => "await",
                WaitReason::Retry { .. } => "later",
                WaitReason::Deadline => "until",
                WaitReason::Event => "within",
                WaitReason::Decision => "decide by",
                WaitReason::Escalation => "escalate at",
            };
            at(what, node, iteration)
        }
        RunEvent::TimerFired {
            node,
            iteration,
            timer,
            ..
        } => {
            let what = match timer {
                Timer::Pause => "wake",
                Timer::Inputs => "late",
                Timer::Retry => "again",
                Timer::Deadline => "over",
                Timer::Event => "missed",
                Timer::Decision => "undecided",
                Timer::Escalation => "escalated",
            };
            at(what, node, iteration)
        }
        RunEvent::EventAwaited {
            node, iteration, ..
        } => at("listen", node, iteration),
        RunEvent::EventArrived {
            node, iteration, ..
        } => at("heard", node, iteration),
        RunEvent::ApprovalRequested {
            node, iteration, ..
        } => at("may", node, iteration),
        RunEvent::ApprovalDecided {
            node,
            iteration,
            decision,
            ..
        } => {
            let what = match decision {
                Decided::Approve => "yes",
                Decided::Edit { .. } => "edit",
                Decided::Respond { .. } => "instead",
                Decided::Reject => "no",
                Decided::Ignore => "ignore",
            };
            at(what, node, iteration)
        }
        RunEvent::ApprovalWaived {
            node, iteration, ..
        } => at("sure", node, iteration),
        RunEvent::ClarificationNeeded {
            node, iteration, ..
        } => at("what", node, iteration),
        RunEvent::ClarificationAnswered {
            node, iteration, ..
        } => at("this", node, iteration),
        RunEvent::QuestionAssigned {
            node, iteration, ..
        } => at("assign", node, iteration),
        RunEvent::QuestionWithdrawn {
            node, iteration, ..
        } => at("never mind", node, iteration),
        RunEvent::ChildAbandoned {
            node, iteration, ..
        } => at("let go", node, iteration),
        RunEvent::CostIncurred {
            node, iteration, ..
        } => at("cost", node, iteration),
        RunEvent::ResultTaken {
            node, iteration, ..
        } => at("taken", node, iteration),
        RunEvent::StandInGiven {
            node, iteration, ..
        } => at("stand-in", node, iteration),
        RunEvent::EffectWithheld {
            node, iteration, ..
        } => at("withheld", node, iteration),
        RunEvent::NodeTested { node, .. } => at("test", node, &[]),
        RunEvent::CoordinationBegan {
            node, iteration, ..
        } => at("pursue", node, iteration),
        RunEvent::RoundDecided {
            node,
            iteration,
            round,
            ..
        } => at(&format!("round {round}"), node, iteration),
        RunEvent::RunCompleted { .. } => "completed".to_owned(),
        RunEvent::RunFailed { .. } => "failed".to_owned(),
        RunEvent::RunCancelled { .. } => "cancelled".to_owned(),
    }
}
