//! The shell: events in, one decision under the conversation's lock, its steps and events out, in one transaction.

use crate::{Budget, Fresh, Input, Step, Turn, decide, exchange, store};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use authz::{RelationChange, Resource};
use bus::Received;
use chrono::Utc;
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, ConversationStartRequested, ConversationStarted,
    LlmCompleted, LlmFailed, LlmOrigin, LlmRequested, MessagePosted, Timestamp,
};
use ids::{ConversationId, InvocationId, MessageId};
use serde_json::{Value, json};

/// The prompt that opens every exchange.
const PROMPT: &str = "assistant";

/// Applies what happens in conversations.
pub struct Talk {
    budget: Budget,
    answer_tokens: Option<u32>,
}

impl Talk {
    /// Gives models so much to read, and lets them write so much (in tokens).
    #[must_use]
    pub const fn new(budget: Budget, answer_tokens: Option<u32>) -> Self {
        Self {
            budget,
            answer_tokens,
        }
    }

    async fn follow(
        &self,
        tx: &mut Tx,
        conversation: ConversationId,
        input: Input,
    ) -> Result<(), Failure> {
        let now = Utc::now();
        let fresh = Fresh {
            answer: MessageId::generate(),
            invocation: InvocationId::generate(),
        };
        let turns = store::turns(tx.conn(), conversation).await?;
        for step in decide(&turns, input, fresh) {
            self.take(tx, conversation, step, now).await?;
        }
        Ok(())
    }

    async fn take(
        &self,
        tx: &mut Tx,
        conversation_id: ConversationId,
        step: Step,
        now: Timestamp,
    ) -> Result<(), Failure> {
        match step {
            Step::Add { message, text } => {
                store::add(tx.conn(), conversation_id, message, &text, now).await?;
            }
            Step::Complete {
                message,
                answer,
                invocation,
                text,
            } => {
                let pair = (message, answer);
                store::complete(tx.conn(), conversation_id, pair, &text, now).await?;
                count("answered");
                tx.emit(&AnswerCompleted {
                    conversation_id,
                    message_id: answer,
                    invocation_id: invocation,
                    text,
                    completed_at: now,
                })?;
            }
            Step::Fail {
                message,
                answer,
                invocation,
                error,
            } => {
                store::fail(tx.conn(), message, &error, now).await?;
                count("failed");
                tx.emit(&AnswerFailed {
                    conversation_id,
                    message_id: answer,
                    invocation_id: invocation,
                    error,
                    failed_at: now,
                })?;
            }
            Step::Begin {
                message,
                answer,
                invocation,
            } => {
                store::begin(tx.conn(), message, answer, invocation, now).await?;
                tx.emit(&AnswerStarted {
                    conversation_id,
                    message_id: answer,
                    answers: message,
                    invocation_id: invocation,
                    started_at: now,
                })?;
                let turns = store::turns(tx.conn(), conversation_id).await?;
                tx.emit(&self.question(conversation_id, invocation, &turns, message, now))?;
            }
        }
        Ok(())
    }

    fn question(
        &self,
        conversation_id: ConversationId,
        invocation_id: InvocationId,
        turns: &[Turn],
        message: MessageId,
        now: Timestamp,
    ) -> LlmRequested {
        LlmRequested {
            invocation_id,
            origin: LlmOrigin::Conversation { conversation_id },
            prompt: PROMPT.to_owned(),
            variables: json!({ "today": now.date_naive() }),
            messages: exchange(turns, message, self.budget),
            model: None,
            max_tokens: self.answer_tokens,
        }
    }
}

#[async_trait]
impl Apply<ConversationStartRequested> for Talk {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ConversationStartRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let started = ConversationStarted {
            conversation_id: event.conversation_id,
            title: event.title.clone(),
            actor: event.actor,
            started_at: Utc::now(),
        };
        let (id, at) = (event.conversation_id, started.started_at);
        if store::start(tx.conn(), id, tenant, &event.title, at).await? {
            let conversation = Resource::from(event.conversation_id);
            let relations = RelationChange {
                touch: vec![
                    conversation.clone().owned_by(event.actor),
                    conversation.in_tenant(tenant.clone()),
                ],
                delete: Vec::new(),
            };
            let relations = serde_json::to_value(relations).map_err(Failure::poison)?;
            tx.emit_with_relations(&started, relations)?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<MessagePosted> for Talk {
    async fn apply(&self, tx: &mut Tx, received: &Received<MessagePosted>) -> Result<(), Failure> {
        let MessagePosted {
            conversation_id,
            message_id,
            text,
            ..
        } = &received.event;
        if !store::lock(tx.conn(), *conversation_id, &received.envelope.tenant).await? {
            return Err(Failure::retry(format!(
                "conversation {conversation_id} has not started yet"
            )));
        }
        if store::knows(tx.conn(), *message_id).await? {
            return Ok(());
        }
        let posted = Input::Posted {
            message: *message_id,
            text: text.clone(),
        };
        self.follow(tx, *conversation_id, posted).await
    }
}

#[async_trait]
impl Apply<LlmCompleted> for Talk {
    async fn apply(&self, tx: &mut Tx, received: &Received<LlmCompleted>) -> Result<(), Failure> {
        let event = &received.event;
        let LlmOrigin::Conversation { conversation_id } = event.origin else {
            return Ok(());
        };
        let text = match &event.output {
            Value::String(text) => text.clone(),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_)) => other.to_string(),
        };
        let completed = Input::Completed {
            invocation: event.invocation_id,
            text,
        };
        self.ended(tx, conversation_id, completed, received).await
    }
}

#[async_trait]
impl Apply<LlmFailed> for Talk {
    async fn apply(&self, tx: &mut Tx, received: &Received<LlmFailed>) -> Result<(), Failure> {
        let event = &received.event;
        let LlmOrigin::Conversation { conversation_id } = event.origin else {
            return Ok(());
        };
        let failed = Input::Failed {
            invocation: event.invocation_id,
            error: event.error.clone(),
        };
        self.ended(tx, conversation_id, failed, received).await
    }
}

impl Talk {
    /// A call that nobody here asked for ends without consequences.
    async fn ended<E>(
        &self,
        tx: &mut Tx,
        conversation: ConversationId,
        input: Input,
        received: &Received<E>,
    ) -> Result<(), Failure> {
        match store::lock(tx.conn(), conversation, &received.envelope.tenant).await? {
            true => self.follow(tx, conversation, input).await,
            false => Ok(()),
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("st_turns_total", "outcome" => outcome).increment(1);
}
