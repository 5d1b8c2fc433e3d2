//! A model pursues a goal. In each round it is called with all that has come of those before; what it chooses is done; when it
//! chooses nothing, its words are the answer.
//!
//! A call of the model and each call of a tool is an execution of the node of its own, below the node's iteration: in round `r`
//! the model at `…/2r`, its tools at `…/2r+1/0`, `…/2r+1/1` and so on. So each has its own key, questions, tries and result in the
//! log, and what comes next follows from these alone.

mod exchange;
mod tools;

use crate::{
    budget::tokens,
    decide::Step,
    limits,
    memo::Place,
    node::{Failed, error, misfit},
    request::AdapterRequest,
    run::{NodeState, Spent},
};
use events::{
    ErrorClass, Iteration, Json, LlmCall, LlmCallRequested, Round, RunError, RunEvent, SkipReason,
    WaitReason,
};
use ids::NodeId;
use serde_json::json;
use workflow::{
    config::CoordinateConfig,
    plan::{ConfigError, NodeKind, PlanNode, port},
};

/// Most tools that are called in one round; what a model wants beyond is refused.
const CALLS: usize = 16;
/// A model that chooses the same for so many rounds does not get anywhere.
const SAME: usize = 3;

/// A goal that is being pursued.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Coordination {
    pub(crate) brief: Json,
    /// Rounds in which the model has chosen.
    pub(crate) decided: u32,
    /// `seq` of what has come since.
    pub(crate) evidence: Vec<u64>,
    pub(crate) spent: Spent,
}

impl Coordination {
    /// Whether this execution of a node is a part of the one that has `outer` for its iteration.
    pub(crate) fn holds(outer: &(NodeId, Iteration), node: &NodeId, iteration: &[u32]) -> bool {
        outer.0 == *node && iteration.len() > outer.1.len() && iteration.starts_with(&outer.1)
    }
}

/// What a coordination waits for, or does next.
enum Next {
    Wait,
    Ask(u32),
    Decide(u32, Round),
    Call(u32, Round),
    End(u32, Round),
    Unreadable(ConfigError),
}

impl Step<'_> {
    /// Runs a node of type `coordinate`.
    pub(crate) fn coordinate(
        &mut self,
        place: &Place,
        node: &PlanNode,
        config: &CoordinateConfig,
    ) -> Result<(), Failed> {
        let brief = Json::of(config).map_err(|cause| crate::node::unreadable(&cause))?;
        if brief.as_str().len() > limits::VALUE_BYTES {
            return Err(crate::node::request_too_large());
        }
        if self.run.is_dry() {
            self.withhold(place, node, ("llm", "coordinate"), brief);
            return Ok(());
        }
        self.node_started(place);
        if let Some(timeout_ms) = node.patience.timeout_ms {
            self.wait(place, timeout_ms, WaitReason::Deadline);
        }
        self.emit(RunEvent::CoordinationBegan {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            iteration: place.1.clone(),
            brief,
        });
        self.tend_coordination(place);
        Ok(())
    }

    /// The coordination that an execution is a part of.
    pub(crate) fn coordination_around(&self, (node, path): &Place) -> Option<Place> {
        let plan_node = self.plan.node(*node);
        let depth = usize::from(plan_node.depth);
        let is_part = matches!(plan_node.kind, NodeKind::Coordinate { .. }) && path.len() > depth;
        is_part.then(|| (*node, path.iter().take(depth).copied().collect()))
    }

    /// Does what follows, until something must be waited for. All of it is one decision, so that no commit falls in between.
    pub(crate) fn tend_coordination(&mut self, outer: &Place) {
        while let Some(config) = self.brief(outer) {
            match self.next(outer) {
                Next::Wait => return,
                Next::Ask(round) => return self.ask_model(outer, &config, round),
                Next::Decide(round, said) => self.decided_round(outer, &config, round, said),
                Next::Call(round, said) if self.is_stuck(outer, round, &said) => {
                    return self.fail(outer, *stuck());
                }
                Next::Call(round, said) => self.call_tools(outer, &config, round, &said),
                Next::End(round, said) => return self.complete_coordination(outer, round, &said),
                Next::Unreadable(cause) => return self.fail(outer, *misfit(&cause)),
            }
        }
    }

    /// What is pursued; `None` when that is over.
    fn brief(&self, outer: &Place) -> Option<CoordinateConfig> {
        if self.run.has_ended() {
            return None;
        }
        self.coordination(outer)?.brief.read().ok()
    }

    fn coordination(&self, (node, path): &Place) -> Option<&Coordination> {
        let key = (self.plan.node(*node).id.clone(), path.clone());
        self.run.coordinations.get(&key)
    }

    fn next(&self, outer: &Place) -> Next {
        let decided = self.coordination(outer).map_or(0, |open| open.decided);
        let round = decided.saturating_sub(1);
        if decided > 0 {
            match self.said(outer, round) {
                Ok(Some(said)) if said.calls.is_empty() => return Next::End(round, said),
                Ok(Some(said)) => match self.called(outer, round, &said) {
                    Called::All => {}
                    Called::Waiting => return Next::Wait,
                    Called::Some => return Next::Call(round, said),
                },
                Ok(None) => return Next::Wait,
                Err(cause) => return Next::Unreadable(cause),
            }
        }
        match self.said(outer, decided) {
            Err(cause) => Next::Unreadable(cause),
            Ok(Some(said)) => Next::Decide(decided, said),
            Ok(None) if self.is_due(&model_at(outer, decided)) => Next::Ask(decided),
            Ok(None) => Next::Wait,
        }
    }

    /// What the model said in a round, once it has.
    fn said(&self, outer: &Place, round: u32) -> Result<Option<Round>, ConfigError> {
        let (node, path) = model_at(outer, round);
        let Some(NodeState::Completed(outputs)) = self.run.state(&self.plan.node(node).id, &path)
        else {
            return Ok(None);
        };
        let value = outputs.values().next().map(Json::value).unwrap_or_default();
        let said = serde_json::from_value(value).map_err(|cause| ConfigError {
            field: "round".to_owned(),
            message: format!("the model's choice cannot be read: {cause}"),
        });
        said.map(Some)
    }

    /// Whether an execution is to be begun, or to be tried again: nothing is under way for it.
    pub(crate) fn is_due(&self, (node, path): &Place) -> bool {
        let id = &self.plan.node(*node).id;
        match self.run.state(id, path) {
            None => true,
            Some(NodeState::Started(_)) => {
                let mut questions = self.run.questions.values();
                let is_asked = questions.any(|open| open.node == *id && open.iteration == *path);
                let mut waits = self.run.timers.places();
                !is_asked && !waits.any(|(other, at)| other == id && at == path)
            }
            Some(_) => false,
        }
    }

    fn called(&self, outer: &Place, round: u32, said: &Round) -> Called {
        let mut all = true;
        for at in (0..).take(said.calls.len()) {
            let place = tool_at(outer, round, at);
            if self.is_due(&place) {
                return Called::Some;
            }
            let state = self.run.state(&self.plan.node(place.0).id, &place.1);
            all &= state.is_some_and(NodeState::is_settled);
        }
        if all { Called::All } else { Called::Waiting }
    }

    /// Begins a round, if there may be another.
    fn ask_model(&mut self, outer: &Place, config: &CoordinateConfig, round: u32) {
        if round >= config.rounds {
            return self.fail(outer, *used_up(&format!("{} rounds", config.rounds)));
        }
        let call = self.exchange(outer, config, round);
        let place = model_at(outer, round);
        let node = self.plan.node(place.0);
        let spent = self
            .coordination(outer)
            .map(|open| open.spent)
            .unwrap_or_default();
        let needed = needed(&call);
        if let Some(error) = self.too_expensive(needed) {
            return self.fail_run(error);
        }
        if let Some(error) = over(config, spent, needed) {
            return self.fail(outer, *error);
        }
        let origin = self.effect_origin(&place, node);
        let request = AdapterRequest::Llm(LlmCallRequested { origin, call });
        if request.arguments().as_str().len() > limits::VALUE_BYTES {
            return self.fail(outer, *crate::node::request_too_large());
        }
        self.send(&place, node, &request, false);
    }

    fn decided_round(&mut self, outer: &Place, config: &CoordinateConfig, round: u32, said: Round) {
        let evidence = self.coordination(outer).map(|open| open.evidence.clone());
        self.emit(RunEvent::RoundDecided {
            at_ms: self.given.now_ms,
            node: self.plan.node(outer.0).id.clone(),
            iteration: outer.1.clone(),
            round,
            said: said.text,
            considered: config.tools.iter().map(|tool| tool.name.clone()).collect(),
            chosen: said.calls.into_iter().map(|call| call.name).collect(),
            evidence: evidence.unwrap_or_default(),
        });
    }

    /// Whether a model chooses the same again and again.
    fn is_stuck(&self, outer: &Place, round: u32, said: &Round) -> bool {
        let wanted = |said: &Round| -> Vec<_> {
            let calls = said.calls.iter();
            calls
                .map(|call| (call.name.clone(), call.arguments.clone()))
                .collect()
        };
        let before = (0..round).rev().take(SAME - 1);
        let same = before.filter(|round| {
            let earlier = self.said(outer, *round).ok().flatten();
            earlier.is_some_and(|earlier| wanted(&earlier) == wanted(said))
        });
        same.count() == SAME - 1
    }

    fn complete_coordination(&mut self, outer: &Place, round: u32, said: &Round) {
        let calls: usize = (0..round)
            .filter_map(|round| self.said(outer, round).ok().flatten())
            .map(|said| said.calls.len())
            .sum();
        let answer = json!({ "text": said.text, "rounds": round + 1, "calls": calls });
        self.put_out(outer, port::OUT, Json::from(answer));
    }

    /// A part of a coordination gave up: without the model it is over, without a tool it goes on.
    pub(crate) fn part_failed(&mut self, place: &Place, outer: &Place, error: RunError) {
        match place.1.len() == outer.1.len() + 1 {
            true => self.fail(outer, error),
            false => self.tend_coordination(outer),
        }
    }

    /// Lets go of everything under way in a coordination that has failed.
    pub(crate) fn abandon_parts(&mut self, outer: &Place) {
        let key = (self.plan.node(outer.0).id.clone(), outer.1.clone());
        if !self.run.coordinations.contains_key(&key) {
            return;
        }
        for (node, iteration) in self.under_way(|id, path| Coordination::holds(&key, id, path)) {
            self.emit(RunEvent::NodeSkipped {
                at_ms: self.given.now_ms,
                node,
                iteration,
                reason: SkipReason::LoopFailed {
                    node: key.0.clone(),
                },
            });
        }
    }
}

/// How many of a round's tools have been called.
enum Called {
    All,
    Some,
    Waiting,
}

fn model_at((node, path): &Place, round: u32) -> Place {
    (
        *node,
        [path.as_slice(), &[round.saturating_mul(2)]].concat(),
    )
}

fn tool_at((node, path): &Place, round: u32, at: u32) -> Place {
    let odd = round.saturating_mul(2).saturating_add(1);
    (*node, [path.as_slice(), &[odd, at]].concat())
}

/// Why the node's own limits allow no further call.
fn over(config: &CoordinateConfig, spent: Spent, needed: u64) -> Option<Failed> {
    if let Some(most) = config.cost_micros
        && spent.cost_micros >= most
    {
        return Some(used_up(&format!("{most} millionths of a dollar")));
    }
    let most = config.tokens?;
    (spent.tokens() + needed > most).then(|| used_up(&format!("{most} tokens")))
}

/// How many tokens a call may need.
fn needed(call: &LlmCall) -> u64 {
    let said = call.messages.iter().map(|message| message.text.len());
    let tools = call
        .tools
        .iter()
        .map(|tool| tool.description.len() + tool.input.to_string().len());
    let written: usize = said.chain(tools).sum();
    tokens(written + call.variables.to_string().len(), call.max_tokens)
}

fn used_up(limit: &str) -> Failed {
    let message = format!("the model has not reached the goal within {limit}");
    let hint = "raise the limit of the node, or ask for less";
    error(ErrorClass::Limit, "coordinate.limit_reached", message, hint)
}

fn stuck() -> Failed {
    let message = format!("the model has chosen the same {SAME} times in a row");
    let hint = "look at what the tools answered; describe better when to use them";
    error(ErrorClass::Limit, "coordinate.stuck", message, hint)
}
