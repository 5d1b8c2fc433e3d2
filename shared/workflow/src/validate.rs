//! All problems of a document, and the way to a plan for one that has none.

mod config;
mod edges;
mod flow;
mod nodes;
mod pinned;
mod references;
mod schedule;
mod taint;
mod types;

pub(crate) use flow::Flow;

use crate::{
    Document, Node, NodeType, Plan, Problem, normalize, plan,
    plan::{NodeKind, PlanEdge, TriggerSpec},
};
use expressions::{Expression, Template};

/// Most problems that one validation reports.
const PROBLEMS: usize = 200;

/// A document under validation, as far as it could be understood.
pub(crate) struct Draft {
    pub(crate) nodes: Vec<DraftNode>,
    /// In document order; `None` for an edge that leads nowhere.
    pub(crate) edges: Vec<Option<PlanEdge>>,
    problems: Vec<Problem>,
}

pub(crate) struct DraftNode {
    /// With all ports written out.
    pub(crate) node: Node,
    pub(crate) node_type: Option<NodeType>,
    pub(crate) kind: Option<NodeKind>,
    pub(crate) config: Option<Template>,
    /// When people must agree to what it is about to do.
    pub(crate) approval: Option<Template>,
    pub(crate) trigger: Option<TriggerSpec>,
    /// With the pointer of the string that holds each, from the document's root.
    pub(crate) expressions: Vec<(String, Expression)>,
    /// Those in which `item` and `index` are an element of the node's own list.
    pub(crate) per_item: Vec<(String, Expression)>,
}

/// All problems of a document, errors first. A document without errors compiles.
#[must_use]
pub fn validate(document: &Document) -> Vec<Problem> {
    let (mut draft, flow) = examine(document);
    let mut problems = std::mem::take(&mut draft.problems);
    if let Some(flow) = flow.filter(|_| !problems.iter().any(Problem::is_error))
        && let Ok(plan) = plan::build(document, draft, flow)
    {
        problems.extend(taint::warnings(&plan));
    }
    problems.sort_by_key(|problem| problem.severity);
    problems.truncate(PROBLEMS);
    problems
}

/// The plan of a document.
///
/// # Errors
/// All problems of the document, when one of them is an error.
pub fn compile(document: &Document) -> Result<Plan, Vec<Problem>> {
    let (mut draft, flow) = examine(document);
    let refused = draft.problems.iter().any(Problem::is_error);
    match flow {
        Some(flow) if !refused => plan::build(document, draft, flow),
        _ => {
            draft.problems.sort_by_key(|problem| problem.severity);
            Err(draft.problems)
        }
    }
}

fn examine(document: &Document) -> (Draft, Option<Flow>) {
    let mut draft = nodes::draft(document, &normalize(document));
    for index in 0..draft.nodes.len() {
        config::check(&mut draft, index, &document.approvals);
    }
    nodes::check_triggers(&mut draft);
    pinned::check(&mut draft);
    edges::resolve(&mut draft, document);
    let flow = flow::check(&mut draft);
    if let Some(flow) = &flow {
        references::check(&mut draft, flow);
        types::check(&mut draft, document, flow);
    }
    (draft, flow)
}

impl Draft {
    fn report(&mut self, problem: Problem) {
        // Far over what is shown, so that errors are not lost behind warnings.
        if self.problems.len() < 10 * PROBLEMS {
            self.problems.push(problem);
        }
    }
}
