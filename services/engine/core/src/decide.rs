//! One input, and everything that follows from it until the run waits, ends, or must commit.

use crate::{
    check::{not_as_declared, value_too_large},
    evolve::evolve,
    input::{Decision, Given, Input, Quiescence, Rejection},
    limits,
    memo::Place,
    run::{EffectRun, OpenEffect, Run, Status},
};
use events::{EffectCost, Json, RunError, RunEvent, SkipReason};
use ids::{NodeId, PortName};
use std::collections::BTreeMap;
use workflow::{
    Commit,
    config::TurnErrors,
    plan::{NodeIx, NodeKind, Plan, PortIx, port},
};

/// Decides what follows from one input; asks for nothing outside its arguments.
///
/// # Errors
/// The input changes nothing, and why.
pub fn decide(plan: &Plan, run: &Run, input: Input, given: &Given) -> Result<Decision, Rejection> {
    advance(plan, &mut run.clone(), input, given)
}

/// As [`decide`], and leaves the run as the events make it: what an owner does that holds the run in memory.
///
/// # Errors
/// The input changes nothing, and why; the run is as it was.
pub fn advance(
    plan: &Plan,
    run: &mut Run,
    input: Input,
    given: &Given,
) -> Result<Decision, Rejection> {
    let mut step = Step {
        plan,
        run,
        given,
        events: Vec::new(),
    };
    step.take(input)?;
    let quiescence = step.until_quiescent();
    Ok(Decision {
        events: step.events,
        quiescence,
    })
}

/// A decision in the making: the run is always what the events so far make of it.
pub(crate) struct Step<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) run: &'a mut Run,
    pub(crate) given: &'a Given,
    pub(crate) events: Vec<RunEvent>,
}

impl Step<'_> {
    fn take(&mut self, input: Input) -> Result<(), Rejection> {
        match (self.run.status, input) {
            (
                Status::New,
                Input::Start {
                    trigger,
                    payload,
                    reply_to,
                    parent,
                    rules,
                },
            ) => self.start(trigger, payload, reply_to, parent, rules),
            (Status::New, Input::StartVariant(start)) => self.start_variant(*start),
            (Status::New, _) => Err(Rejection::NotStarted),
            (_, Input::Start { .. } | Input::StartVariant(_)) => Err(Rejection::Repeated),
            (Status::Completed | Status::Failed | Status::Cancelled, _) => Err(Rejection::Stale),
            (
                Status::Running,
                Input::EffectCompleted {
                    effect_key,
                    outcome,
                    cost,
                },
            ) => {
                let open = self.close_effect(&effect_key)?;
                self.effect_completed(&open, outcome, cost);
                Ok(())
            }
            (
                Status::Running,
                Input::EffectFailed {
                    effect_key,
                    error,
                    cost,
                },
            ) => {
                let open = self.close_effect(&effect_key)?;
                self.paid(&open, cost);
                if let Some(node) = self.plan.find(open.node.as_str()) {
                    self.effect_failed(&(node, open.iteration), error);
                }
                Ok(())
            }
            (
                Status::Running,
                Input::EventArrived {
                    node,
                    iteration,
                    event_id,
                    payload,
                },
            ) => self.event_arrived(node, iteration, event_id, payload),
            (
                Status::Running,
                Input::Decided {
                    question_id,
                    hash,
                    decision,
                    actor,
                    comment,
                },
            ) => self.decided(question_id, hash.as_deref(), decision, actor, &comment),
            (
                Status::Running,
                Input::Delegated {
                    question_id,
                    to,
                    actor,
                },
            ) => self.delegated(question_id, to, actor),
            (Status::Running, Input::Cancel { actor, reason }) => {
                let at_ms = self.given.now_ms;
                self.emit(RunEvent::RunCancelled {
                    at_ms,
                    actor,
                    reason,
                });
                Ok(())
            }
            (Status::Running, Input::Wake) => self.wake(),
            (Status::Running, Input::GoOn) => {
                self.remember();
                Ok(())
            }
        }
    }

    fn close_effect(&mut self, effect_key: &str) -> Result<OpenEffect, Rejection> {
        let open = match self.run.effects.get(effect_key) {
            None => return Err(Rejection::UnknownEffect),
            Some(EffectRun::Done) => return Err(Rejection::Repeated),
            Some(EffectRun::Open(open)) => open.clone(),
        };
        self.remember();
        self.emit(RunEvent::EffectCompleted {
            at_ms: self.given.now_ms,
            node: open.node.clone(),
            iteration: open.iteration.clone(),
            effect_key: effect_key.to_owned(),
        });
        Ok(open)
    }

    fn effect_completed(&mut self, open: &OpenEffect, outcome: Json, cost: Option<EffectCost>) {
        self.paid(open, cost);
        if let Some(node) = self.plan.find(open.node.as_str()) {
            let name = self.output_name(node, port::OUT);
            let outputs = BTreeMap::from_iter(name.map(|name| (name, outcome)));
            self.complete(&(node, open.iteration.clone()), outputs);
        }
    }

    /// Finds again what a fold does not know.
    pub(crate) fn remember(&mut self) {
        if !self.run.memo.known {
            self.rebuild();
        }
    }

    fn until_quiescent(&mut self) -> Quiescence {
        let budget = match self.plan.commit() {
            Commit::WhenNeeded => limits::NODES_PER_STEP,
            Commit::EachNode => 1,
        };
        let mut executed = 0;
        while !self.run.has_ended() {
            if executed == budget && !self.run.memo.ready.is_empty() {
                return Quiescence::More;
            }
            let Some(place) = self.run.memo.ready.pop_front() else {
                if self.skip_wait() {
                    continue;
                }
                break;
            };
            let node = &self.plan.node(place.0).id;
            let runs = self.run.state(node, &place.1).is_none() && self.is_wanted(&place);
            if runs && !self.is_abandoned(&place) {
                self.run_node(&place);
                executed += 1;
                self.check_limits();
            }
        }
        if self.run.has_ended() {
            return Quiescence::Ended;
        }
        if self.run.is_waiting() {
            return Quiescence::Waiting;
        }
        self.complete_run(None);
        Quiescence::Ended
    }

    pub(crate) fn complete_run(&mut self, stopped: Option<String>) {
        let output = self.last_values();
        self.emit(RunEvent::RunCompleted {
            at_ms: self.given.now_ms,
            output,
            stopped,
        });
    }

    /// What the nodes at the ends of the graph put out, by node id.
    fn last_values(&self) -> Json {
        let mut output = String::from("{");
        for (at, node) in self.plan.nodes().iter().enumerate() {
            let ix = NodeIx(u32::try_from(at).unwrap_or(u32::MAX));
            let last = node.depth == 0 && self.plan.out_edges(ix).is_empty();
            if let Some(value) = last.then(|| self.output_of(&node.id)).flatten() {
                let comma = if output.len() > 1 { "," } else { "" };
                output.push_str(&format!(r#"{comma}"{}":{}"#, node.id, value.as_str()));
            }
        }
        output.push('}');
        if output.len() > limits::VALUE_BYTES {
            return Json::null();
        }
        Json::parse(output).unwrap_or_default()
    }

    pub(crate) fn output_of(&self, node: &NodeId) -> Option<&Json> {
        match self.run.state(node, &[])? {
            crate::run::NodeState::Completed(outputs) => outputs
                .iter()
                .find_map(|(name, value)| (name.as_str() == crate::evolve::OUT).then_some(value)),
            crate::run::NodeState::Started(_)
            | crate::run::NodeState::Asked(_)
            | crate::run::NodeState::Failed(_)
            | crate::run::NodeState::Skipped => None,
        }
    }

    pub(crate) fn emit(&mut self, event: RunEvent) {
        self.let_go(&event);
        evolve(self.run, &event);
        self.events.push(event);
    }

    pub(crate) fn node_started(&mut self, (node, path): &Place) {
        let node = self.plan.node(*node);
        self.emit(RunEvent::NodeStarted {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            iteration: path.clone(),
            node_type: node.node_type.as_str().to_owned(),
        });
    }

    pub(crate) fn complete(&mut self, place: &Place, outputs: BTreeMap<PortName, Json>) {
        let bytes: usize = outputs.values().map(|value| value.as_written().len()).sum();
        if bytes > limits::VALUE_BYTES {
            return self.fail(place, value_too_large());
        }
        let node = self.plan.node(place.0);
        let around = self.coordination_around(place);
        // What a node declares is what it puts out as a whole.
        let wrong = around.is_none().then(|| not_as_declared(node, &outputs));
        if let Some(error) = wrong.flatten() {
            return self.fail(place, error);
        }
        self.emit(RunEvent::NodeCompleted {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            iteration: place.1.clone(),
            node_type: node.node_type.as_str().to_owned(),
            outputs,
        });
        match around {
            Some(outer) => self.tend_coordination(&outer),
            None => self.settled(place),
        }
    }

    pub(crate) fn skip(&mut self, place: &Place, reason: SkipReason) {
        self.emit(RunEvent::NodeSkipped {
            at_ms: self.given.now_ms,
            node: self.plan.node(place.0).id.clone(),
            iteration: place.1.clone(),
            reason,
        });
        match self.coordination_around(place) {
            Some(outer) => self.tend_coordination(&outer),
            None => self.settled(place),
        }
    }

    /// A node gave up: its `error` port takes over, or the loop around it does, or the run fails.
    pub(crate) fn fail(&mut self, place: &Place, mut error: RunError) {
        let node = self.plan.node(place.0);
        error.node.get_or_insert_with(|| node.id.clone());
        self.abandon_parts(place);
        self.note_failure(place, error.clone());
        if let Some(outer) = self.coordination_around(place) {
            return self.part_failed(place, &outer, error);
        }
        if self.catches(place.0) {
            return self.settled(place);
        }
        let Some((around, _)) = self.turn_around(place) else {
            return self.fail_run(error);
        };
        let goes_on = matches!(
            self.plan.node(around.0).kind,
            NodeKind::Loop {
                on_error: TurnErrors::Continue,
                ..
            }
        );
        if goes_on {
            return self.settled(place);
        }
        self.abandon(&around);
        self.fail(&around, error);
    }

    pub(crate) fn note_failure(&mut self, place: &Place, error: RunError) {
        self.emit(RunEvent::NodeFailed {
            at_ms: self.given.now_ms,
            node: self.plan.node(place.0).id.clone(),
            iteration: place.1.clone(),
            error,
        });
    }

    /// Whether what leaves a node by its port `error` goes anywhere.
    pub(crate) fn catches(&self, node: NodeIx) -> bool {
        catches(self.plan, node)
    }

    pub(crate) fn fail_run(&mut self, error: RunError) {
        let at_ms = self.given.now_ms;
        self.emit(RunEvent::RunFailed { at_ms, error });
    }

    pub(crate) fn output_name(&self, node: NodeIx, port: PortIx) -> Option<PortName> {
        let outputs = &self.plan.node(node).outputs;
        outputs.get(usize::from(port.0)).cloned()
    }
}

/// Whether what leaves a node by its port `error` goes anywhere.
pub(crate) fn catches(plan: &Plan, node: NodeIx) -> bool {
    let mut outputs = plan.node(node).outputs.iter();
    let error = outputs.position(|name| name.as_str() == crate::settle::ERROR);
    error.is_some_and(|at| {
        let port = PortIx(u16::try_from(at).unwrap_or(u16::MAX));
        !plan.out_edges_of(node, port).is_empty()
    })
}
