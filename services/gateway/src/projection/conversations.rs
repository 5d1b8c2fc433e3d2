//! Conversations: messages, and answers as they stream.
//!
//! A conversation's stream has one number per entry. Deltas enter it in their order and without a gap, whichever comes
//! first, a delta or the answer's own event; the rest of the text enters it when the answer is whole. An answer may come of
//! several model calls, with tools in between: the words of each begin again at offset 0. So the deltas behind the last such
//! beginning make up the text of a completed answer.

use super::{
    Change, Projection,
    store::{
        answers::{self, Answer},
        conversations::{self, MessageRow, StreamEntry},
        facts, places,
    },
};
use crate::requests::Outcome;
use ::store::{Apply, ApplyBatch, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, Artifact, ConversationRenamed,
    ConversationStarted, LlmDelta, LlmOrigin, MessagePosted, RunError,
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
impl Apply<ConversationRenamed> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ConversationRenamed>,
    ) -> Result<(), Failure> {
        let envelope = &received.envelope;
        if conversations::renamed(tx.conn(), received).await? {
            let change = Change::conversation(received.event.conversation_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<MessagePosted> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<MessagePosted>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let which = (event.conversation_id, event.message_id);
        match event.place {
            Some(place) => places::put(tx.conn(), &envelope.tenant, which, place).await?,
            None => self.place(tx, &envelope.tenant, which).await?,
        }
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "user",
            text: &event.text,
            status: "completed",
            at: event.posted_at,
            run: None,
            answers: None,
            error: None,
        };
        if conversations::put_message(tx.conn(), &envelope.tenant, &message).await? {
            let files: Vec<&Artifact> = event.attachments.iter().map(|one| &one.artifact).collect();
            if !files.is_empty() {
                conversations::attach(tx.conn(), event.message_id, &files).await?;
            }
            let entry = StreamEntry {
                event: "message",
                message: event.message_id,
                data: json!({ "message_id": event.message_id, "role": "user", "text": event.text, "attachments": files }),
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
        // Usually it has long come; its own event corrects what is guessed here.
        let asked = (event.conversation_id, event.answers);
        self.place(tx, tenant, asked).await?;
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "assistant",
            text: "",
            status: "streaming",
            at: event.started_at,
            run: Some(event.run_id),
            answers: Some(event.answers),
            error: None,
        };
        if conversations::put_message(tx.conn(), tenant, &message).await? {
            let data = json!({
                "message_id": event.message_id,
                "answers": event.answers,
                "run_id": event.run_id,
            });
            let entry = StreamEntry {
                event: "started",
                message: event.message_id,
                data,
            };
            self.enter(tx, tenant, event.conversation_id, &[entry])
                .await?;
            facts::recalled(tx.conn(), tenant, event.message_id, &event.recalled).await?;
        } else {
            // Its end may have come first.
            conversations::answers(tx.conn(), event.message_id, event.answers).await?;
        }
        // Words that were faster.
        for answer in answers::of_message(tx.conn(), event.message_id).await? {
            self.release(tx, tenant, &answer).await?;
        }
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
            let Some(message) = deltas.first().map(|delta| delta.message_id) else {
                continue;
            };
            let place = (conversation, message);
            let answer = answers::hold(tx.conn(), tenant, place, invocation).await?;
            let streaming = conversations::is_streaming(tx.conn(), message).await?;
            if answer.ended || streaming == Some(false) {
                continue;
            }
            answers::keep(tx.conn(), tenant, &deltas).await?;
            if streaming.is_some() {
                self.release(tx, tenant, &answer).await?;
            }
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
        let told = self
            .last_words(tx, &envelope.tenant, event.message_id)
            .await?;
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "assistant",
            text: &event.text,
            status: "completed",
            at: event.completed_at,
            run: Some(event.run_id),
            answers: None,
            error: None,
        };
        if conversations::put_message(tx.conn(), &envelope.tenant, &message).await? {
            let mut entries = Vec::with_capacity(2);
            let rest = event.text.strip_prefix(&told.text);
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                let at = told.text.chars().count();
                let place = (event.message_id, told.invocation);
                let data = delta(place, told.seq + 1, at, rest);
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
        let change = Change::conversation(event.conversation_id);
        self.tell(tx, envelope, &[change]).await
    }
}

#[async_trait]
impl Apply<AnswerFailed> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<AnswerFailed>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let told = self
            .last_words(tx, &envelope.tenant, event.message_id)
            .await?;
        let message = MessageRow {
            id: event.message_id,
            conversation: event.conversation_id,
            role: "assistant",
            text: &told.text,
            status: "failed",
            at: event.failed_at,
            run: Some(event.run_id),
            answers: None,
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
        let change = Change::conversation(event.conversation_id);
        self.tell(tx, envelope, &[change]).await
    }
}

impl Projection {
    /// Gives a message a place that has none: behind the last one.
    async fn place(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        message: (ConversationId, MessageId),
    ) -> Result<(), Failure> {
        places::take(tx.conn(), tenant, message, places::Wanted::Last).await?;
        Ok(())
    }

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
        let message = answer.message;
        let ready = answers::ready(tx.conn(), answer).await?;
        let Some(last) = ready.last().map(|last| last.seq) else {
            return Ok(answer.released);
        };
        let entries: Vec<StreamEntry> = ready
            .iter()
            .map(|ready| StreamEntry {
                event: "delta",
                message,
                data: delta(
                    (message, Some(answer.invocation)),
                    ready.seq,
                    ready.start,
                    &ready.text,
                ),
            })
            .collect();
        self.enter(tx, tenant, answer.conversation, &entries)
            .await?;
        answers::released(tx.conn(), answer, last).await?;
        Ok(last)
    }

    /// Ends all that has come for a message, with every delta in the stream; what was told last.
    async fn last_words(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        message: MessageId,
    ) -> Result<Told, Failure> {
        let mut told = Told::default();
        for answer in answers::of_message(tx.conn(), message).await? {
            if !answer.ended {
                let seq = self.release(tx, tenant, &answer).await?;
                let text = answers::text(tx.conn(), &answer).await?;
                told = Told {
                    invocation: Some(answer.invocation),
                    seq,
                    text,
                };
                answers::ended(tx.conn(), &answer).await?;
            }
        }
        Ok(told)
    }
}

/// What readers have seen of an answer.
#[derive(Default)]
struct Told {
    invocation: Option<InvocationId>,
    /// Number of the last delta.
    seq: i64,
    text: String,
}

/// What a delta says; `offset` is where its text begins, in characters. Numbers and offsets are of the model call.
fn delta(
    (message, invocation): (MessageId, Option<InvocationId>),
    seq: i64,
    offset: impl serde::Serialize,
    text: &str,
) -> serde_json::Value {
    json!({ "message_id": message, "invocation_id": invocation, "seq": seq, "text": text, "offset": offset })
}
