//! What a model drafts: a workflow that is checked at once and kept as a draft of the person, never published.

use crate::calls::derived;
use ::store::{Failure, Tx};
use events::{
    AssistantCallRequested, ErrorClass, RunError, WorkflowPublishRequested, WorkflowSaveRequested,
};
use ids::{UserId, WorkflowId};
use serde_json::{Value, json};
use workflow::{Document, Node, Problem};

/// Problems that a model is told of at once.
const NAMED: usize = 10;

/// What the model is told; the draft itself is the engine's.
pub(crate) fn draft(
    tx: &mut Tx,
    asked: &AssistantCallRequested,
    person: UserId,
) -> Result<Result<Value, RunError>, Failure> {
    let document = asked.arguments.get("document").cloned().unwrap_or_default();
    let checked = Document::read(&document).and_then(|read| {
        let allowing = read.nodes.iter().find(|node| !node.allow.is_empty());
        if let Some(node) = allowing {
            return Err(vec![not_yours(&read, node)]);
        }
        let problems = workflow::validate(&read);
        let plan = workflow::compile(&read)?;
        match problems.iter().any(Problem::is_error) {
            true => Err(problems),
            false => Ok((plan, problems)),
        }
    });
    let (plan, warnings) = match checked {
        Ok(checked) => checked,
        Err(problems) => return Ok(Err(refused(&problems))),
    };
    let workflow_id = WorkflowId::from_u128(derived(asked));
    tx.emit(&WorkflowSaveRequested {
        workflow_id,
        document,
        base_version: None,
        actor: person,
    })?;
    if planted::bug("draft-goes-live") {
        tx.emit(&WorkflowPublishRequested {
            workflow_id,
            version: None,
            actor: person,
        })?;
    }
    let size = plan.size();
    Ok(Ok(json!({
        "workflow_id": workflow_id,
        "opens_at": format!("/workflows/{workflow_id}"),
        "nodes": size.nodes,
        "asks_a_model_at_most": size.most_model_calls,
        "operations": size.operations,
        "warnings": warnings.iter().map(told).collect::<Vec<_>>(),
    })))
}

/// Only a person says what may come from outside without a question.
fn not_yours(document: &Document, node: &Node) -> Problem {
    let place = document.nodes.iter().position(|other| other == node);
    let pointer = format!("/nodes/{}/allow", place.unwrap_or_default());
    let message = format!("a draft cannot say what `{}` may reach unasked", node.id);
    Problem::error("draft.allows", pointer, message)
        .node(&node.id)
        .hint("leave `allow` out; the person can add it in the editor")
}

fn told(problem: &Problem) -> Value {
    json!({ "at": problem.pointer, "message": problem.message, "hint": problem.hint })
}

fn refused(problems: &[Problem]) -> RunError {
    let errors = problems.iter().filter(|problem| problem.is_error());
    let named: Vec<Value> = errors.take(NAMED).map(told).collect();
    let message = "the workflow is not valid; correct what `detail` names and draft it again";
    RunError {
        detail: Some(json!(named)),
        ..RunError::new(ErrorClass::Schema, "workflow.invalid", message)
    }
}
