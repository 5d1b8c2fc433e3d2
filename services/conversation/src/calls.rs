//! What a person's own assistant does for itself: drafts workflows, remembers, looks up what it knows and what happened.

use crate::{
    Memory, Tools, assistant, drafts,
    fact::Word,
    history,
    memory::{New, Refused},
    recall,
    store::{assistants, branches},
};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{
    AssistantCallRequested, AssistantEffectCompleted, AssistantEffectFailed, EffectFailure,
    EffectResult, ErrorClass, Fact, FactState, Json, RunError,
};
use ids::{FactId, MemoryId, TenantId, UserId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use workflow::config::AssistantOperation;

/// Does what the assistant does for itself.
pub struct Calls {
    memory: Arc<Memory>,
    tools: Arc<Tools>,
}

impl Calls {
    /// With this memory, and what persons may use.
    #[must_use]
    pub const fn new(memory: Arc<Memory>, tools: Arc<Tools>) -> Self {
        Self { memory, tools }
    }

    async fn remember(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        asked: &AssistantCallRequested,
        person: UserId,
    ) -> Result<Result<Value, RunError>, Failure> {
        let text = argument(asked, "fact");
        let replaces = match asked.arguments.get("replaces").and_then(Value::as_str) {
            None => None,
            Some(id) => match id.parse::<FactId>() {
                Ok(id) => Some(id),
                Err(_) => return Ok(Err(unfit(Refused::Unknown))),
            },
        };
        let run = asked.origin.run_id;
        let said = branches::said_before(tx.conn(), run).await?;
        let new = New {
            fact: FactId::from_u128(derived(asked)),
            person,
            text: text.trim(),
            word: Word::of_model(text, said.iter().map(String::as_str)),
            pinned: false,
            replaces,
            run: Some(run),
        };
        let learned = self.memory.learn(tx, tenant, new).await?;
        Ok(learned.map(|fact| told(&fact)).map_err(unfit))
    }

    async fn recall(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        asked: &AssistantCallRequested,
        person: UserId,
    ) -> Result<Value, Failure> {
        let memory = MemoryId::of(tenant, person);
        let about = argument(asked, "about");
        let found = self.memory.search(tx, memory, about).await?;
        let near = found.near.into_iter().chain(
            found
                .always
                .into_iter()
                .filter(|(_, score)| score.is_some()),
        );
        let mut near: Vec<recall::Measured> = near.collect();
        near.sort_by(|(_, a), (_, b)| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
        let facts = recall::related(near, found.worded);
        let facts: Vec<Value> = facts
            .iter()
            .map(|(fact, score)| {
                json!({
                    "id": fact.fact_id,
                    "fact": fact.text,
                    "source": fact.source,
                    "state": fact.state,
                    "learned": fact.learned_at.date_naive(),
                    "closeness": score,
                })
            })
            .collect();
        Ok(json!({ "facts": facts }))
    }
}

#[async_trait]
impl Apply<AssistantCallRequested> for Calls {
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
        let done = match (AssistantOperation::named(&asked.operation), person) {
            (None, _) => Err(unknown(&asked.operation)),
            (Some(_), None) => Err(not_theirs()),
            (Some(operation), Some(person)) => {
                let whose = (tenant, asked, person);
                match operation {
                    AssistantOperation::Draft => drafts::draft(tx, asked, person)?,
                    AssistantOperation::DraftRecipe => {
                        drafts::from_recipe(&self.tools, tx, whose).await?
                    }
                    AssistantOperation::ChangeDraft => {
                        drafts::change(&self.tools, tx, whose).await?
                    }
                    AssistantOperation::PublishDraft => {
                        drafts::publish(&self.tools, tx, whose).await?
                    }
                    AssistantOperation::Remember => {
                        self.remember(tx, tenant, asked, person).await?
                    }
                    AssistantOperation::Recall => {
                        Ok(self.recall(tx, tenant, asked, person).await?)
                    }
                    AssistantOperation::SearchRuns | AssistantOperation::SearchInbox => {
                        match history::search(&asked.operation, &asked.arguments) {
                            Ok(search) => return history::ask(tx, asked, person, search).await,
                            Err(unfit) => Err(unfit),
                        }
                    }
                }
            }
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

/// An id that is the same for the same call: asked again, it makes the same thing.
pub(crate) fn derived(asked: &AssistantCallRequested) -> u128 {
    let digest = Sha256::digest(asked.origin.effect_key.as_bytes());
    let random = digest
        .iter()
        .take(10)
        .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    (asked.origin.run_id.as_u128() >> 80 << 80) | random
}

fn argument<'a>(asked: &'a AssistantCallRequested, name: &str) -> &'a str {
    let value = asked.arguments.get(name).and_then(Value::as_str);
    value.unwrap_or_default()
}

/// What the model may tell the person of a fact.
fn told(fact: &Fact) -> Value {
    let note = match (fact.state, fact.replaces) {
        (FactState::Held, _) => "kept",
        (FactState::Proposed, Some(_)) => {
            "it contradicts what the person said before: ask them which of the two holds; they decide on the page “Memory”"
        }
        (FactState::Proposed, None) => {
            "kept as a supposition until the person confirms it on the page “Memory”"
        }
        (FactState::Superseded, _) => "something else holds by now",
    };
    json!({ "id": fact.fact_id, "state": fact.state, "source": fact.source, "note": note })
}

fn unfit(why: Refused) -> RunError {
    RunError::new(ErrorClass::Rejected, why.code(), why.message())
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
