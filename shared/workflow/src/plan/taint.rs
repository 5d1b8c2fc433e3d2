//! Which arguments decide whom or what an effect reaches, and through which nodes their values may come.
//!
//! Only values are followed, not decisions: a branch, or the condition of an expression, may look at what a stranger wrote.

use super::{EdgeIx, NodeIx, NodeKind, Plan, PlanNode, port};
use crate::Document;
use expressions::{Expression, Reference, References};
use serde_json::Value;
use std::collections::{HashMap, VecDeque, hash_map::Entry};

/// An argument, and the ways on which its value may have come from where values enter a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// As the config names it, such as `to`.
    pub argument: &'static str,
    /// One for each such place, the shortest.
    pub ways: Vec<Way>,
}

/// From a node by which values enter the run to the last one before the argument.
pub type Way = Vec<NodeIx>;

/// What an effect's target is decided by; what a run of another workflow is handed.
#[must_use]
pub const fn traced_arguments(kind: &NodeKind) -> &'static [&'static str] {
    match kind {
        NodeKind::HttpRequest => &["url", "method", "account_id"],
        NodeKind::SendEmail | NodeKind::SendMessage => &["to", "account_id"],
        NodeKind::SubWorkflow => &["input"],
        NodeKind::Trigger(_)
        | NodeKind::Transform { .. }
        | NodeKind::Compute(_)
        | NodeKind::Branch { .. }
        | NodeKind::Switch { .. }
        | NodeKind::Loop { .. }
        | NodeKind::While { .. }
        | NodeKind::Parallel
        | NodeKind::Join(_)
        | NodeKind::Wait { .. }
        | NodeKind::Stop
        | NodeKind::Fail
        | NodeKind::Approval
        | NodeKind::Ask
        | NodeKind::Llm(_)
        | NodeKind::Coordinate { .. }
        | NodeKind::Notify
        | NodeKind::Log
        | NodeKind::HttpResponse
        | NodeKind::Reply => &[],
    }
}

/// The traced arguments of every node, those without a way left out.
pub(super) fn trace(plan: &Plan, document: &Document) -> Vec<Vec<Traced>> {
    let tracer = Tracer { plan, document };
    let places = (0..).map(NodeIx).zip(&plan.nodes);
    places
        .map(|(at, node)| {
            let arguments = traced_arguments(&node.kind).iter();
            let traced = arguments.map(|argument| Traced {
                argument,
                ways: tracer.ways(at, argument),
            });
            traced.filter(|traced| !traced.ways.is_empty()).collect()
        })
        .collect()
}

/// How a node passes on what it is given.
enum Passing {
    /// Values enter the run here.
    Enters,
    /// Values enter the run here, and others pass.
    Both,
    Passes,
    /// What comes out is the author's or a person's.
    Clean,
}

/// Where values come from, seen against their direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct From {
    node: NodeIx,
    /// Of a loop, only what it was given: what came back from its turns is not in its items.
    items: bool,
}

impl From {
    const fn all(node: NodeIx) -> Self {
        Self { node, items: false }
    }
}

struct Tracer<'a> {
    plan: &'a Plan,
    /// With the nodes of the plan, in their order.
    document: &'a Document,
}

impl Tracer<'_> {
    /// Breadth first, against the direction of the values.
    fn ways(&self, node: NodeIx, argument: &str) -> Vec<Way> {
        let mut next: HashMap<From, Option<From>> = HashMap::new();
        let mut waiting = VecDeque::new();
        let mut ways = Vec::new();
        for before in self.of_argument(node, argument) {
            if let Entry::Vacant(unseen) = next.entry(before) {
                unseen.insert(None);
                waiting.push_back(before);
            }
        }
        while let Some(at) = waiting.pop_front() {
            let passing = self.passing(at.node);
            if matches!(passing, Passing::Enters | Passing::Both) {
                let on = |at: &From| next.get(at).copied().flatten();
                let way = std::iter::successors(Some(at), on);
                ways.push(way.map(|at| at.node).collect());
            }
            if matches!(passing, Passing::Enters | Passing::Clean) {
                continue;
            }
            for before in self.of_output(at) {
                if let Entry::Vacant(unseen) = next.entry(before) {
                    unseen.insert(Some(at));
                    waiting.push_back(before);
                }
            }
        }
        ways
    }

    fn passing(&self, at: NodeIx) -> Passing {
        match self.plan.node(at).kind {
            NodeKind::Trigger(_)
            | NodeKind::HttpRequest
            | NodeKind::SendEmail
            | NodeKind::SendMessage
            | NodeKind::SubWorkflow
            | NodeKind::Coordinate { .. } => Passing::Enters,
            NodeKind::Wait { .. } if self.config(at, "event").is_some() => Passing::Both,
            NodeKind::Ask => Passing::Clean,
            NodeKind::Wait { .. }
            | NodeKind::Transform { .. }
            | NodeKind::Compute(_)
            | NodeKind::Branch { .. }
            | NodeKind::Switch { .. }
            | NodeKind::Loop { .. }
            | NodeKind::While { .. }
            | NodeKind::Parallel
            | NodeKind::Join(_)
            | NodeKind::Stop
            | NodeKind::Fail
            | NodeKind::Approval
            | NodeKind::Llm(_)
            | NodeKind::Notify
            | NodeKind::Log
            | NodeKind::HttpResponse
            | NodeKind::Reply => Passing::Passes,
        }
    }

    /// The nodes whose values an argument carries.
    fn of_argument(&self, node: NodeIx, argument: &str) -> Vec<From> {
        match self.config(node, argument) {
            None if argument == "input" => self.into(node),
            Some(Value::String(url)) if argument == "url" && names_host(url) => Vec::new(),
            None | Some(_) => self.of_config(node, &format!("/{argument}")),
        }
    }

    /// The nodes whose values a node passes on.
    fn of_output(&self, From { node: at, items }: From) -> Vec<From> {
        let node = self.plan.node(at);
        match node.kind {
            NodeKind::Transform { ref output } => self.of_all(at, output.expressions()),
            NodeKind::Llm(_) => self.of_config(at, ""),
            NodeKind::Approval if self.config(at, "value").is_some() => {
                self.of_config(at, "/value")
            }
            NodeKind::Compute(ref computation) => {
                let per_item: Vec<_> = computation.per_item();
                let per_item = per_item.iter().map(|(_, expression)| expression);
                let expressions = node.config.expressions().into_iter().chain(per_item);
                [self.into(at), self.of_all(at, expressions)].concat()
            }
            NodeKind::Loop { .. } if items => self.along(self.plan.in_edges_of(at, port::ITEMS)),
            NodeKind::Trigger(_)
            | NodeKind::Branch { .. }
            | NodeKind::Switch { .. }
            | NodeKind::Loop { .. }
            | NodeKind::While { .. }
            | NodeKind::Parallel
            | NodeKind::Join(_)
            | NodeKind::Wait { .. }
            | NodeKind::Stop
            | NodeKind::Fail
            | NodeKind::SubWorkflow
            | NodeKind::Approval
            | NodeKind::Ask
            | NodeKind::Coordinate { .. }
            | NodeKind::HttpRequest
            | NodeKind::SendEmail
            | NodeKind::SendMessage
            | NodeKind::Notify
            | NodeKind::Log
            | NodeKind::HttpResponse
            | NodeKind::Reply => self.into(at),
        }
    }

    /// The nodes whose values the expressions below a place of a node's config carry.
    fn of_config(&self, at: NodeIx, below: &str) -> Vec<From> {
        let node = self.plan.node(at);
        let expressions = node.config.expressions().into_iter();
        let inside = expressions.filter(|expression| {
            let rest = expression.pointer().strip_prefix(below);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        self.of_all(at, inside)
    }

    /// The nodes whose values expressions of a node carry.
    fn of_all<'e>(
        &self,
        at: NodeIx,
        expressions: impl IntoIterator<Item = &'e Expression>,
    ) -> Vec<From> {
        let all = expressions.into_iter();
        all.flat_map(|expression| self.of_references(at, &expression.carries()))
            .collect()
    }

    fn of_references(&self, at: NodeIx, carried: &References) -> Vec<From> {
        if carried.is_open() {
            let nodes = (0..).map(NodeIx).zip(&self.plan.nodes);
            return nodes.map(|(at, _)| From::all(at)).collect();
        }
        let node = self.plan.node(at);
        let found = carried.named().flat_map(|reference| match reference {
            Reference::Input | Reference::Port(_) => self.into(at),
            Reference::Node(id) => self.plan.find(id).map(From::all).into_iter().collect(),
            Reference::Trigger => self.triggers(),
            Reference::Item => self.items(node),
            Reference::Run | Reference::Index => Vec::new(),
        });
        found.collect()
    }

    fn triggers(&self) -> Vec<From> {
        let nodes = (0..).map(NodeIx).zip(&self.plan.nodes);
        let triggers = nodes.filter(|(_, node)| matches!(node.kind, NodeKind::Trigger(_)));
        triggers.map(|(at, _)| From::all(at)).collect()
    }

    /// The items of the loop around a node.
    fn items(&self, node: &PlanNode) -> Vec<From> {
        let body = node.body_of.and_then(|of| self.plan.body(of));
        let items = body.map(|body| From {
            node: body.node,
            items: true,
        });
        items.into_iter().collect()
    }

    /// The nodes that feed a node.
    fn into(&self, at: NodeIx) -> Vec<From> {
        self.along(self.plan.in_edges(at))
    }

    /// The nodes at the beginning of edges, but for what people have agreed to.
    fn along(&self, edges: &[EdgeIx]) -> Vec<From> {
        let open = edges.iter().filter(|edge| !self.is_agreed(**edge));
        open.map(|edge| {
            let edge = self.plan.edge(*edge);
            From {
                node: edge.source,
                items: edge.source_port == port::ITEM,
            }
        })
        .collect()
    }

    /// Whether a person has seen the value that comes along an edge, whole, and has agreed to it.
    fn is_agreed(&self, edge: EdgeIx) -> bool {
        let edge = self.plan.edge(edge);
        let always =
            |field: &str, is: &Value| self.config(edge.source, field).is_none_or(|v| v == is);
        let undecided = self.config(edge.source, "deadline");
        let then = undecided.and_then(|deadline| deadline.get("then"));
        matches!(self.plan.node(edge.source).kind, NodeKind::Approval)
            && edge.source_port == port::APPROVED
            && always("when", &Value::Bool(true))
            && self.config(edge.source, "confidence").is_none()
            && then.is_none_or(|then| then == "reject" || then == "ignore")
    }

    fn config(&self, at: NodeIx, field: &str) -> Option<&Value> {
        self.document.nodes.get(at.0 as usize)?.config.get(field)
    }
}

/// Whether the text before the first expression of an address has all of its host.
fn names_host(url: &str) -> bool {
    let written = url.split("{{").next().unwrap_or_default();
    let rest = written
        .strip_prefix("https://")
        .or_else(|| written.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.contains(['/', '?', '#']))
}
