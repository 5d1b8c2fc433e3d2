//! What a model drafts and changes: workflows that are checked at once and kept as drafts of the person. Publishing one is asked
//! about each time.

use crate::{
    Tools,
    calls::derived,
    store::drafts::{self, DraftRow},
};
use ::store::{Failure, Tx};
use authz::Permission;
use events::{
    AssistantCallRequested, ErrorClass, RunError, WorkflowPublishRequested, WorkflowSaveRequested,
};
use ids::{TenantId, UserId, WorkflowId};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use workflow::{Document, GraphChange, Node, Plan, Problem, diff, recipes, summary};

/// Problems that a model is told of at once.
const NAMED: usize = 10;

/// What the model is told, or why not.
type Told = Result<Value, RunError>;

/// The steps that a draft is changed by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changing {
    workflow_id: WorkflowId,
    changes: Vec<GraphChange>,
}

/// The draft that is to be published.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Publishing {
    workflow_id: WorkflowId,
}

/// Keeps a new document as a draft.
pub(crate) fn draft(
    tx: &mut Tx,
    asked: &AssistantCallRequested,
    person: UserId,
) -> Result<Told, Failure> {
    let document = asked.arguments.get("document").cloned().unwrap_or_default();
    match Document::read(&document) {
        Ok(read) => keep_new(tx, asked, person, (&read, document)),
        Err(problems) => Ok(Err(refused(&problems))),
    }
}

/// Makes a new document of the slots that a model filled in.
pub(crate) async fn from_recipe(
    tools: &Tools,
    tx: &mut Tx,
    (tenant, asked, person): (&TenantId, &AssistantCallRequested, UserId),
) -> Result<Told, Failure> {
    let mut slots = asked.arguments.clone();
    if let Some(slots) = slots.as_object_mut()
        && slots.get("account_id").is_none_or(Value::is_null)
        && let Some(sender) = tools.sender(tx, tenant, person).await?
    {
        slots.insert("account_id".to_owned(), json!(sender));
    }
    let document = match recipes::document(&slots) {
        Ok(document) => document,
        Err(faults) => {
            let message = "no workflow comes of this; correct what `detail` names, or tell the person why it cannot be done";
            return Ok(Err(RunError {
                detail: Some(json!(faults)),
                ..RunError::new(ErrorClass::Schema, "recipe.unfit", message)
            }));
        }
    };
    let written = serde_json::to_value(&document).map_err(Failure::poison)?;
    keep_new(tx, asked, person, (&document, written))
}

/// Changes a draft, step by step.
pub(crate) async fn change(
    tools: &Tools,
    tx: &mut Tx,
    (tenant, asked, person): (&TenantId, &AssistantCallRequested, UserId),
) -> Result<Told, Failure> {
    let Changing {
        workflow_id,
        changes,
    } = match arguments(asked) {
        Ok(wanted) => wanted,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let Some(draft) = editable(tools, tx, (tenant, person), workflow_id).await? else {
        return Ok(Err(not_found()));
    };
    let before = Document::read(&draft.document).unwrap_or_default();
    let changed = workflow::change(&before, &changes).map_err(|problem| vec![problem]);
    let checked =
        changed.and_then(|document| check(&document, &before).map(|fine| (document, fine)));
    let (document, (plan, warnings)) = match checked {
        Ok(checked) => checked,
        Err(problems) => return Ok(Err(refused(&problems))),
    };
    tx.emit(&WorkflowSaveRequested {
        workflow_id,
        document: serde_json::to_value(&document).map_err(Failure::poison)?,
        base_version: Some(draft.number),
        actor: person,
    })?;
    let mut told = kept(workflow_id, (&document, &plan), &warnings);
    if let Some(told) = told.as_object_mut() {
        told.insert("changed".to_owned(), json!(diff(&before, &document)));
    }
    Ok(Ok(told))
}

/// Publishes a draft that a person has agreed to.
pub(crate) async fn publish(
    tools: &Tools,
    tx: &mut Tx,
    (tenant, asked, person): (&TenantId, &AssistantCallRequested, UserId),
) -> Result<Told, Failure> {
    let Publishing { workflow_id } = match arguments(asked) {
        Ok(wanted) => wanted,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let Some(draft) = editable(tools, tx, (tenant, person), workflow_id).await? else {
        return Ok(Err(not_found()));
    };
    tx.emit(&WorkflowPublishRequested {
        workflow_id,
        version: Some(draft.number),
        actor: person,
    })?;
    let opens_at = format!("/workflows/{workflow_id}");
    let told = json!({ "workflow_id": workflow_id, "version": draft.number, "opens_at": opens_at });
    Ok(Ok(told))
}

/// The newest draft of a workflow that the person may edit.
async fn editable(
    tools: &Tools,
    tx: &mut Tx,
    (tenant, person): (&TenantId, UserId),
    workflow: WorkflowId,
) -> Result<Option<DraftRow>, Failure> {
    match tools.may(person, Permission::Edit, workflow).await? {
        true => Ok(drafts::find(tx.conn(), tenant, workflow).await?),
        false => Ok(None),
    }
}

fn keep_new(
    tx: &mut Tx,
    asked: &AssistantCallRequested,
    person: UserId,
    (document, written): (&Document, Value),
) -> Result<Told, Failure> {
    let (plan, warnings) = match check(document, &Document::default()) {
        Ok(checked) => checked,
        Err(problems) => return Ok(Err(refused(&problems))),
    };
    let workflow_id = WorkflowId::from_u128(derived(asked));
    tx.emit(&WorkflowSaveRequested {
        workflow_id,
        document: written,
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
    Ok(Ok(kept(workflow_id, (document, &plan), &warnings)))
}

/// Whether a document that a model wrote can be kept; what to warn of.
fn check(document: &Document, before: &Document) -> Result<(Plan, Vec<Problem>), Vec<Problem>> {
    let allowing = document.nodes.iter().find(|node| {
        let same = before.nodes.iter().find(|old| old.id == node.id);
        !node.allow.is_empty() && same.is_none_or(|old| old.allow != node.allow)
    });
    if let Some(node) = allowing {
        return Err(vec![not_yours(document, node)]);
    }
    let problems = workflow::validate(document);
    let plan = workflow::compile(document)?;
    match problems.iter().any(Problem::is_error) {
        true => Err(problems),
        false => Ok((plan, problems)),
    }
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

fn kept(
    workflow_id: WorkflowId,
    (document, plan): (&Document, &Plan),
    warnings: &[Problem],
) -> Value {
    let size = plan.size();
    json!({
        "workflow_id": workflow_id,
        "opens_at": format!("/workflows/{workflow_id}"),
        "summary": summary(document),
        "nodes": size.nodes,
        "asks_a_model_at_most": size.most_model_calls,
        "operations": size.operations,
        "warnings": warnings.iter().map(told).collect::<Vec<_>>(),
    })
}

fn arguments<T: DeserializeOwned>(asked: &AssistantCallRequested) -> Result<T, RunError> {
    serde_json::from_value(asked.arguments.clone()).map_err(|error| {
        let message = format!("the arguments are not what it takes: {error}");
        RunError::new(ErrorClass::Schema, "tool.arguments_invalid", message)
    })
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

fn not_found() -> RunError {
    let message = "there is no such workflow that the person may edit, or it was last saved before assistants could change any";
    RunError::new(ErrorClass::Rejected, "workflow.not_found", message)
        .hinting("ask the person for the workflow, or let them save it once")
}
