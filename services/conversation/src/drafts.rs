//! What a model drafts: a workflow that is checked at once and kept as a draft of the person, never published.

use crate::{assistant, store::assistants};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{
    AssistantCallRequested, AssistantEffectCompleted, AssistantEffectFailed, EffectFailure,
    EffectResult, ErrorClass, Json, RunError, WorkflowSaveRequested,
};
use ids::{UserId, WorkflowId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use workflow::{Document, Problem};

/// Problems that a model is told of at once.
const NAMED: usize = 10;

/// Does what the assistant does for itself.
pub struct Drafts;

#[async_trait]
impl Apply<AssistantCallRequested> for Drafts {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AssistantCallRequested>,
    ) -> Result<(), Failure> {
        let asked = &received.event;
        let tenant = &received.envelope.tenant;
        // Another's workflow must not do this in the name of whoever starts it.
        let person = match asked.actor {
            Some(person) => {
                let assistant = assistant::id(tenant, person);
                let is_own = assistants::is(tx.conn(), assistant, asked.origin.workflow_id);
                is_own.await?.then_some(person)
            }
            None => None,
        };
        let done = match (asked.operation.as_str(), person) {
            ("draft", Some(person)) => draft(tx, asked, person)?,
            ("draft", None) => Err(not_theirs()),
            (other, _) => Err(unknown(other)),
        };
        let origin = &asked.origin;
        match done {
            Ok(outcome) => tx.emit(&AssistantEffectCompleted(EffectResult {
                run_id: origin.run_id,
                workflow_id: origin.workflow_id,
                effect_key: origin.effect_key.clone(),
                outcome: Json::from(outcome),
                cost: None,
            })),
            Err(error) => tx.emit(&AssistantEffectFailed(EffectFailure {
                run_id: origin.run_id,
                workflow_id: origin.workflow_id,
                effect_key: origin.effect_key.clone(),
                error,
                cost: None,
            })),
        }?;
        Ok(())
    }
}

/// What the model is told; the draft itself is the engine's.
fn draft(
    tx: &mut Tx,
    asked: &AssistantCallRequested,
    person: UserId,
) -> Result<Result<Value, RunError>, Failure> {
    let document = asked.arguments.get("document").cloned().unwrap_or_default();
    let checked = Document::read(&document).and_then(|read| {
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
    let workflow_id = drafted(asked);
    tx.emit(&WorkflowSaveRequested {
        workflow_id,
        document,
        base_version: None,
        actor: person,
    })?;
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

/// The same for the same call: asked again, it is the same draft.
fn drafted(asked: &AssistantCallRequested) -> WorkflowId {
    let digest = Sha256::digest(asked.origin.effect_key.as_bytes());
    let random = digest
        .iter()
        .take(10)
        .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    WorkflowId::from_u128((asked.origin.run_id.as_u128() >> 80 << 80) | random)
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

fn not_theirs() -> RunError {
    let message = "only a person's own assistant does this for them";
    RunError::new(ErrorClass::Permission, "assistant.not_theirs", message)
        .hinting("ask in a conversation")
}

fn unknown(operation: &str) -> RunError {
    let message = format!("the assistant knows no operation `{operation}`");
    RunError::new(ErrorClass::Rejected, "assistant.unknown", message)
}
