//! What a new run takes over from the log of another. Pure.

mod past;

use crate::{
    decide::catches,
    variant::{Taken, pinned},
};
use events::{Json, RunEvent, RunTrigger, TakenResult};
use ids::{NodeId, PortName, RunId};
use past::Past;
use std::collections::{BTreeMap, BTreeSet};
use workflow::plan::{NodeIx, NodeKind, Plan, PlanNode};

/// What is wanted of another run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The first node that runs again; `None` for all of them.
    pub at: Option<NodeId>,
    /// The only node that runs.
    pub only: Option<NodeId>,
    /// Whether results stand in for effects.
    pub dry: bool,
    /// Whether another input enters the node.
    pub changed_input: bool,
}

/// What the other run leaves to the new one.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenOver {
    pub trigger: RunTrigger,
    pub payload: Json,
    pub seed: u64,
    /// How far its log went.
    pub seq: u64,
    /// The run with which its chain of forks began, when it is a fork itself.
    pub first: Option<RunId>,
    pub taken: Vec<Taken>,
}

/// Why another run cannot be taken up there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkProblem {
    pub code: &'static str,
    pub node: Option<NodeId>,
    pub message: String,
    pub hint: String,
}

/// Reads from `log` everything that is not downstream of the wanted node in `plan`. `before` is the version that the log
/// ran on, where it is known. Nodes without a usable result run again: those that the source never reached, and those
/// whose failure ended it.
///
/// # Errors
/// Every reason why a result cannot be taken over.
pub fn take_over(
    plan: &Plan,
    before: Option<&Plan>,
    log: &[RunEvent],
    wanted: &Wanted,
) -> Result<TakenOver, Vec<ForkProblem>> {
    let Some((trigger, payload, seed)) = started(log) else {
        let message = "the run has not started".to_owned();
        return Err(vec![problem(
            "fork.not_started",
            None,
            message,
            "try again later",
        )]);
    };
    let past = Past::of(log);
    let mut cut = Cut {
        plan,
        before,
        past: &past,
        wanted,
        problems: Vec::new(),
    };
    cut.check_trigger(&trigger.node);
    let again = cut.runs_again();
    let mut taken = cut.results(&again);
    if !cut.problems.is_empty() {
        return Err(cut.problems);
    }
    if wanted.only.is_some() {
        taken.extend(cut.pinned());
    }
    if wanted.dry {
        taken.extend(cut.stand_ins(&again));
    }
    Ok(TakenOver {
        trigger,
        payload,
        seed,
        seq: log.len() as u64,
        first: first(log),
        taken,
    })
}

/// As [`take_over`], for a run that repeats no other: what a test takes from the document itself.
///
/// # Errors
/// The wanted node is not in the plan, or runs inside a loop.
pub fn take_nothing(plan: &Plan, wanted: &Wanted) -> Result<Vec<Taken>, Vec<ForkProblem>> {
    let past = Past::of(&[]);
    let mut cut = Cut {
        plan,
        before: None,
        past: &past,
        wanted,
        problems: Vec::new(),
    };
    cut.runs_again();
    match (cut.problems.is_empty(), wanted.only.is_some()) {
        (false, _) => Err(cut.problems),
        (true, true) => Ok(cut.pinned()),
        (true, false) => Ok(Vec::new()),
    }
}

fn first(log: &[RunEvent]) -> Option<RunId> {
    let RunEvent::RunStarted { variant, .. } = log.first()? else {
        return None;
    };
    let before = variant.as_ref()?.forked_from.as_ref()?;
    Some(before.origin())
}

fn started(log: &[RunEvent]) -> Option<(RunTrigger, Json, u64)> {
    let RunEvent::RunStarted {
        trigger,
        input,
        seed,
        ..
    } = log.first()?
    else {
        return None;
    };
    Some((trigger.clone(), input.clone(), *seed))
}

/// A plan cut in two: what is taken over, and what runs again.
struct Cut<'a> {
    plan: &'a Plan,
    before: Option<&'a Plan>,
    past: &'a Past,
    wanted: &'a Wanted,
    problems: Vec<ForkProblem>,
}

impl Cut<'_> {
    fn check_trigger(&mut self, trigger: &NodeId) {
        let found = self.plan.find(trigger.as_str());
        let kept = |node| matches!(self.plan.node(node).kind, NodeKind::Trigger(_));
        if !found.is_some_and(kept) {
            let message = format!("the version has no trigger `{trigger}`, which started the run");
            let hint = "choose a version that has it";
            self.report("fork.no_trigger", Some(trigger), message, hint);
        }
    }

    /// The nodes that run again because a person says so, as places of the plan.
    fn runs_again(&mut self) -> BTreeSet<NodeIx> {
        let everything = || self.plan.order().iter().copied().collect();
        let Some(at) = self.wanted.only.as_ref().or(self.wanted.at.as_ref()) else {
            return everything();
        };
        let Some(node) = self.plan.find(at.as_str()) else {
            let message = format!("the version has no node `{at}`");
            self.report("fork.node_unknown", Some(at), message, "name another node");
            return everything();
        };
        if matches!(self.plan.node(node).kind, NodeKind::Trigger(_)) {
            return everything();
        }
        let head = self.plan.outermost(node);
        if head != node && (self.wanted.only.is_some() || self.wanted.changed_input) {
            let around = &self.plan.node(head).id;
            let message = format!("`{at}` runs inside the loop `{around}`");
            let hint = "name the loop: it runs as a whole";
            self.report("fork.in_loop", Some(at), message, hint);
        }
        downstream(self.plan, head)
    }

    /// What is taken over, in the order in which it came about.
    fn results(&mut self, again: &BTreeSet<NodeIx>) -> Vec<Taken> {
        let mut usable = BTreeSet::new();
        for (node, plan_node) in indexed(self.plan) {
            let kept = !again.contains(&node) && plan_node.depth == 0;
            if kept && self.is_usable(node, plan_node) {
                usable.insert(node);
            }
        }
        let plan = self.plan;
        let told = self.past.results.iter().filter_map(|told| {
            let node = plan.find(told.node.as_str())?;
            let plan_node = plan.node(node);
            let fits = usize::from(plan_node.depth) == told.iteration.len();
            (fits && usable.contains(&plan.outermost(node))).then(|| Taken::Result {
                node: told.node.clone(),
                iteration: told.iteration.clone(),
                node_type: plan_node.node_type.as_str().to_owned(),
                from_seq: Some(told.seq),
                result: told.result.clone(),
            })
        });
        told.collect()
    }

    /// Whether what became of a node can stand; reports why the fork cannot be where it must stand and cannot.
    fn is_usable(&mut self, node: NodeIx, plan_node: &PlanNode) -> bool {
        let id = &plan_node.id;
        let Some(told) = self.past.result(id) else {
            let new = self
                .before
                .is_some_and(|before| before.find(id.as_str()).is_none());
            let trigger = matches!(plan_node.kind, NodeKind::Trigger(_));
            if new && !trigger && self.wanted.only.is_none() {
                let message =
                    format!("`{id}` is new in the version and not behind the node forked at");
                let hint = "fork at it, or at a node before it";
                self.report("fork.node_new", Some(id), message, hint);
            }
            self.check_open(node, id);
            return false;
        };
        match &told.result {
            TakenResult::Skipped { .. } => true,
            TakenResult::Failed { .. } if catches(self.plan, node) => true,
            TakenResult::Failed { .. } => {
                if plan_node.kind.body().is_some() {
                    self.check_open(node, id);
                }
                false
            }
            TakenResult::Completed { outputs } => {
                let ports = self.changed_ports(plan_node, outputs);
                let node_type = told.node_type.as_deref();
                if node_type.is_some_and(|kind| kind != plan_node.node_type.as_str()) {
                    let message = format!("`{id}` is of another type in the version");
                    let hint = "fork at it, or at a node before it";
                    self.report("fork.node_changed", Some(id), message, hint);
                } else if let Some(port) = ports {
                    let message = format!("the outputs of `{id}` differ in the version: `{port}`");
                    let hint = "fork at it, or at a node before it";
                    self.report("fork.ports_changed", Some(id), message, hint);
                }
                true
            }
        }
    }

    /// An effect that was sent must not be sent again unasked.
    fn check_open(&mut self, node: NodeIx, id: &NodeId) {
        if self.wanted.dry || self.wanted.only.is_some() {
            return;
        }
        let body = self.plan.node(node).kind.body();
        let body = body.and_then(|ix| self.plan.body(ix));
        let members = body.into_iter().flat_map(|body| &body.members);
        let mut members = members.map(|member| &self.plan.node(*member).id);
        if self.past.open.contains(id) || members.any(|member| self.past.sent.contains(member)) {
            let message = format!("`{id}` has asked for effects in the run, and has not ended");
            let hint = "fork at it to ask again, make a dry run, or wait for the run's end";
            self.report("fork.node_open", Some(id), message, hint);
        }
    }

    /// An output that only one of the versions has.
    fn changed_ports(
        &self,
        node: &PlanNode,
        outputs: &BTreeMap<PortName, Json>,
    ) -> Option<PortName> {
        let said = |name: &&PortName| name.as_str() == crate::node::SAID;
        let lost = outputs.keys().filter(|name| !said(name));
        let mut lost = lost.filter(|name| !node.outputs.contains(name));
        let before = self.before.and_then(|plan| {
            let old = plan.find(node.id.as_str())?;
            Some(&plan.node(old).outputs)
        });
        let gained = before.and_then(|before| {
            let mut outputs = node.outputs.iter();
            outputs.find(|name| !before.contains(name))
        });
        lost.next().or(gained).cloned()
    }

    /// What nodes around the one that is tested have pinned, where nothing was recorded.
    fn pinned(&self) -> Vec<Taken> {
        let nodes = self.plan.nodes().iter();
        let nodes = nodes.filter(|node| {
            let tested = self.wanted.only.as_ref() == Some(&node.id);
            let trigger = matches!(node.kind, NodeKind::Trigger(_));
            let known = self.past.result(&node.id).is_some();
            node.depth == 0 && !node.pinned.is_empty() && !tested && !trigger && !known
        });
        let taken = nodes.map(|node| Taken::Result {
            node: node.id.clone(),
            iteration: Vec::new(),
            node_type: node.node_type.as_str().to_owned(),
            from_seq: None,
            result: TakenResult::Completed {
                outputs: pinned(node),
            },
        });
        taken.collect()
    }

    /// What adapters brought back for nodes that run again.
    fn stand_ins(&self, again: &BTreeSet<NodeIx>) -> Vec<Taken> {
        let plan = self.plan;
        let told = self.past.results.iter().filter_map(|told| {
            let node = plan.find(told.node.as_str())?;
            let plan_node = plan.node(node);
            let same_type = told.node_type.as_deref() == Some(plan_node.node_type.as_str());
            let only = self.wanted.only.as_ref();
            let wanted = only.is_none_or(|only| plan.node(plan.outermost(node)).id == *only);
            let asks = plan_node.kind.is_effect() && same_type;
            let runs = asks && wanted && again.contains(&node);
            let TakenResult::Completed { outputs } = &told.result else {
                return None;
            };
            let kept = outputs
                .iter()
                .filter(|(name, _)| plan_node.outputs.contains(name));
            let outputs: BTreeMap<PortName, Json> = kept
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            (runs && !outputs.is_empty()).then(|| Taken::StandIn {
                node: told.node.clone(),
                iteration: told.iteration.clone(),
                outputs,
            })
        });
        told.collect()
    }

    fn report(&mut self, code: &'static str, node: Option<&NodeId>, message: String, hint: &str) {
        self.problems.push(problem(code, node, message, hint));
    }
}

fn problem(code: &'static str, node: Option<&NodeId>, message: String, hint: &str) -> ForkProblem {
    ForkProblem {
        code,
        node: node.cloned(),
        message,
        hint: hint.to_owned(),
    }
}

/// A node and everything that its values can reach, whole loops included.
fn downstream(plan: &Plan, from: NodeIx) -> BTreeSet<NodeIx> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        let edges = plan.out_edges(node).iter();
        let fed = edges.map(|edge| plan.outermost(plan.edge(*edge).destination));
        let body = plan.node(node).kind.body().and_then(|ix| plan.body(ix));
        let members = body
            .into_iter()
            .flat_map(|body| body.members.iter().copied());
        for next in fed.chain(members) {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

fn indexed(plan: &Plan) -> impl Iterator<Item = (NodeIx, &PlanNode)> {
    (0..).map(NodeIx).zip(plan.nodes())
}
