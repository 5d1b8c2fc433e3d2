//! Conversations: messages, and answers as they stream.
//!
//! A conversation's stream has one number per entry. Deltas enter it in their order and without a gap, whichever comes
//! first, a delta or the answer's own event; the rest of the text enters it when the answer is whole. So the deltas of a
//! completed answer always make up its text.

use super::{
    Change, Projection,
    store::{
        answers::{self, Answer},
        conversations::{self, MessageRow, StreamEntry},
    },
};
use crate::requests::Outcome;
use ::store::{Apply, ApplyBatch, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, ConversationStarted, LlmDelta, LlmOrigin,
    MessagePosted, RunError,
};
use ids::{ConversationId, InvocationId, MessageId, TenantId};
use serde_json::json;
use std::collections::BTreeMap;

#[async_trait]
impl Apply<ConversationStarted> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ConversationStarted>,
    ) -> Result<(), Failure> {
        let envelope = &received.envelope;
        conversations::started(tx.conn(), received).await?;
        let change = Change::conversation(received.event.conversation_id);
        self.tell(tx, envelope, &[change]).await?;
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<MessagePosted> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<MessagePosted>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "user",
            text: &event.text,
            status: "completed",
            at: event.posted_at,
            invocation: None,
            error: None,
        };
        if conversations::put_message(tx.conn(), &envelope.tenant, &message).await? {
            let entry = StreamEntry {
                event: "message",
                message: event.message_id,
                data: json!({ "message_id": event.message_id, "role": "user", "text": event.text }),
            };
            self.enter(tx, &envelope.tenant, event.conversation_id, &[entry])
                .await?;
            let change = Change::conversation(event.conversation_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<AnswerStarted> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<AnswerStarted>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let tenant = &envelope.tenant;
        let answer = answers::hold(
            tx.conn(),
            tenant,
            event.conversation_id,
            event.invocation_id,
            Some(event.message_id),
        )
        .await?;
        if answer.ended {
            return Ok(());
        }
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "assistant",
            text: "",
            status: "streaming",
            at: event.started_at,
            invocation: Some(event.invocation_id),
            error: None,
        };
        if conversations::put_message(tx.conn(), tenant, &message).await? {
            let data = json!({ "message_id": event.message_id, "answers": event.answers });
            let entry = StreamEntry {
                event: "started",
                message: event.message_id,
                data,
            };
            self.enter(tx, tenant, event.conversation_id, &[entry])
                .await?;
        }
        self.release(tx, tenant, &answer).await?;
        let change = Change::conversation(event.conversation_id);
        self.tell(tx, envelope, &[change]).await
    }
}

#[async_trait]
impl ApplyBatch<LlmDelta> for Projection {
    async fn apply_batch(
        &self,
        tx: &mut Tx,
        received: &[Received<LlmDelta>],
    ) -> Result<(), Failure> {
        let mut invocations: BTreeMap<InvocationId, (&TenantId, ConversationId, Vec<&LlmDelta>)> =
            BTreeMap::new();
        for Received { envelope, event } in received {
            // A run's model calls are seen whole, in its log.
            let LlmOrigin::Conversation { conversation_id } = event.origin else {
                continue;
            };
            invocations
                .entry(event.invocation_id)
                .or_insert_with(|| (&envelope.tenant, conversation_id, Vec::new()))
                .2
                .push(event);
        }
        for (invocation, (tenant, conversation, deltas)) in invocations {
            let answer = answers::hold(tx.conn(), tenant, conversation, invocation, None).await?;
            if answer.ended {
                continue;
            }
            answers::keep(tx.conn(), tenant, &deltas).await?;
            self.release(tx, tenant, &answer).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<AnswerCompleted> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AnswerCompleted>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let ids = (event.conversation_id, event.message_id, event.invocation_id);
        let answer = self.last_deltas(tx, &envelope.tenant, ids).await?;
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "assistant",
            text: &event.text,
            status: "completed",
            at: event.completed_at,
            invocation: Some(event.invocation_id),
            error: None,
        };
        if conversations::put_message(tx.conn(), &envelope.tenant, &message).await? {
            let mut entries = Vec::with_capacity(2);
            let shown = answers::text(tx.conn(), &answer).await?;
            if let Some(rest) = event
                .text
                .strip_prefix(&shown)
                .filter(|rest| !rest.is_empty())
            {
                let data = delta(
                    event.message_id,
                    answer.released + 1,
                    shown.chars().count(),
                    rest,
                );
                entries.push(StreamEntry {
                    event: "delta",
                    message: event.message_id,
                    data,
                });
            }
            entries.push(StreamEntry {
                event: "completed",
                message: event.message_id,
                data: json!({ "message_id": event.message_id, "text": event.text }),
            });
            self.enter(tx, &envelope.tenant, event.conversation_id, &entries)
                .await?;
        }
        answers::ended(tx.conn(), &answer).await?;
        let change = Change::conversation(event.conversation_id);
        self.tell(tx, envelope, &[change]).await
    }
}

#[async_trait]
impl Apply<AnswerFailed> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<AnswerFailed>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let ids = (event.conversation_id, event.message_id, event.invocation_id);
        let answer = self.last_deltas(tx, &envelope.tenant, ids).await?;
        let text = answers::text(tx.conn(), &answer).await?;
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "assistant",
            text: &text,
            status: "failed",
            at: event.failed_at,
            invocation: Some(event.invocation_id),
            error: Some(&event.error),
        };
        if conversations::put_message(tx.conn(), &envelope.tenant, &message).await? {
            let RunError {
                code,
                message,
                hint,
                ..
            } = &event.error;
            let error = json!({ "code": code, "message": message, "hint": hint });
            let entry = StreamEntry {
                event: "failed",
                message: event.message_id,
                data: json!({ "message_id": event.message_id, "error": error }),
            };
            self.enter(tx, &envelope.tenant, event.conversation_id, &[entry])
                .await?;
        }
        answers::ended(tx.conn(), &answer).await?;
        let change = Change::conversation(event.conversation_id);
        self.tell(tx, envelope, &[change]).await
    }
}

impl Projection {
    /// Appends to a conversation's stream and wakes who follows it after the commit.
    async fn enter(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        conversation: ConversationId,
        entries: &[StreamEntry],
    ) -> Result<(), Failure> {
        conversations::append(tx.conn(), tenant, conversation, entries).await?;
        tx.wake(self.live.committed());
        Ok(())
    }

    /// Puts the deltas that have come without a gap into the conversation's stream; returns the last one there.
    async fn release(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        answer: &Answer,
    ) -> Result<i64, Failure> {
        let Some(message) = answer.message else {
            return Ok(answer.released);
        };
        let ready = answers::ready(tx.conn(), answer).await?;
        let Some(last) = ready.last().map(|last| last.seq) else {
            return Ok(answer.released);
        };
        let entries: Vec<StreamEntry> = ready
            .iter()
            .map(|ready| StreamEntry {
                event: "delta",
                message,
                data: delta(message, ready.seq, ready.start, &ready.text),
            })
            .collect();
        self.enter(tx, tenant, answer.conversation, &entries)
            .await?;
        answers::released(tx.conn(), answer, last).await?;
        Ok(last)
    }

    /// Takes hold of an answer that is over, with all deltas that have come in the stream.
    async fn last_deltas(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        (conversation, message, invocation): (ConversationId, MessageId, InvocationId),
    ) -> Result<Answer, Failure> {
        let mut answer =
            answers::hold(tx.conn(), tenant, conversation, invocation, Some(message)).await?;
        if !answer.ended {
            answer.released = self.release(tx, tenant, &answer).await?;
        }
        Ok(answer)
    }
}

/// What a delta says; `offset` is where its text begins, in characters.
fn delta(
    message: MessageId,
    seq: i64,
    offset: impl serde::Serialize,
    text: &str,
) -> serde_json::Value {
    json!({ "message_id": message, "seq": seq, "text": text, "offset": offset })
}
