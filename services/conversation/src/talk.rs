//! The shell: events in, one decision under the conversation's lock, its steps and events out, in one transaction.

use crate::{
    Budget, Fresh, Input, Memory, Step, Tools, assistant, decide, exchange,
    recall::{self, Chosen},
    store::{
        assistants::{self, Assistant, Published},
        branches, files, turns,
    },
    title,
};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use authz::{RelationChange, Resource};
use bus::Received;
use chrono::Utc;
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, ConversationRenameRequested, ConversationRenamed,
    ConversationReplied, ConversationStartRequested, ConversationStarted, ErrorClass, Event, Json,
    MessagePosted, RunError, RunRequested, RunTrigger, Timestamp, TriggerKind, WorkflowCancelled,
    WorkflowDeleted, WorkflowFailed, WorkflowPublishRequested, WorkflowPublished,
    WorkflowSaveRequested,
};
use ids::{ConversationId, EventId, MemoryId, MessageId, RunId, TenantId, UserId};
use std::sync::Arc;

/// Applies what happens in conversations.
pub struct Talk {
    tools: Arc<Tools>,
    memory: Arc<Memory>,
    budget: Budget,
    answer_tokens: Option<u32>,
}

/// The conversation in which something happens.
#[derive(Clone, Copy)]
struct Scene<'a> {
    tenant: &'a TenantId,
    conversation: ConversationId,
    /// What happens there.
    event: EventId,
    now: Timestamp,
}

impl<'a> Scene<'a> {
    fn of<E>(received: &'a Received<E>, conversation: ConversationId) -> Self {
        Self {
            tenant: &received.envelope.tenant,
            conversation,
            event: received.envelope.id,
            now: Utc::now(),
        }
    }
}

impl Talk {
    /// Gives models so much to read, and lets them write so much (in tokens).
    #[must_use]
    pub const fn new(
        tools: Arc<Tools>,
        memory: Arc<Memory>,
        budget: Budget,
        answer_tokens: Option<u32>,
    ) -> Self {
        Self {
            tools,
            memory,
            budget,
            answer_tokens,
        }
    }

    /// Takes the steps that follow. The caller holds the person's assistant, then the conversation: always in this order.
    async fn follow(
        &self,
        tx: &mut Tx,
        scene: Scene<'_>,
        (person, assistant): (UserId, &Assistant),
        input: Input,
    ) -> Result<(), Failure> {
        let fresh = assistant.published.is_some().then(|| Fresh {
            answer: MessageId::generate(),
            run: RunId::generate(),
        });
        let open = turns::turns(tx.conn(), scene.conversation).await?;
        for step in decide(&open, input, fresh) {
            match step {
                Step::Add {
                    message,
                    after,
                    text,
                } => {
                    let whose = (person, assistant.workflow);
                    let place = (scene.conversation, after);
                    turns::add(tx.conn(), place, (message, &text), whose, scene.now).await?;
                }
                Step::Begin {
                    message,
                    answer,
                    run,
                } => {
                    let ids = (message, answer, run);
                    self.begin(tx, scene, (person, assistant), ids).await?;
                }
                Step::Complete {
                    message,
                    answer,
                    run,
                    text,
                } => {
                    complete(tx, scene, (message, answer, run), text).await?;
                    self.memory.used(tx, run).await?;
                }
                Step::Fail {
                    message,
                    answer,
                    run,
                    error,
                } => fail(tx, scene, (message, answer, run), error).await?,
            }
        }
        Ok(())
    }

    /// A person's assistant, which nobody else changes meanwhile; it is asked for when there is none. Who has one keeps it,
    /// whatever later releases bring: it is theirs to change.
    async fn assistant(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        actor: UserId,
    ) -> Result<Assistant, Failure> {
        let id = assistant::id(tenant, actor);
        let assistant = assistants::hold(tx.conn(), id, tenant).await?;
        if assistant.is_new {
            tx.emit(&WorkflowSaveRequested {
                workflow_id: assistant.workflow,
                document: assistant::document(),
                base_version: None,
                actor,
            })?;
            tx.emit(&WorkflowPublishRequested {
                workflow_id: assistant.workflow,
                version: None,
                actor,
            })?;
        }
        Ok(assistant)
    }

    async fn begin(
        &self,
        tx: &mut Tx,
        scene: Scene<'_>,
        (person, assistant): (UserId, &Assistant),
        (message, answer, run_id): (MessageId, MessageId, RunId),
    ) -> Result<(), Failure> {
        let Some(published) = &assistant.published else {
            return Ok(());
        };
        turns::begin(tx.conn(), message, answer, run_id, scene.now).await?;
        let path = branches::path(tx.conn(), message).await?;
        let (for_memory, for_exchange) = self.budget.split();
        let asked = path.iter().find(|turn| turn.message == message);
        let (asked, files) =
            asked.map_or(("", &[][..]), |turn| (turn.text.as_str(), &turn.files[..]));
        let memory = MemoryId::of(scene.tenant, person);
        let question = (asked, for_memory);
        let known = self.memory.context(tx, memory, run_id, question).await?;
        tx.emit(&AnswerStarted {
            conversation_id: scene.conversation,
            message_id: answer,
            answers: message,
            run_id,
            recalled: known.iter().map(Chosen::recalled).collect(),
            started_at: scene.now,
        })?;
        let around = turns::around(tx.conn(), scene.conversation, message);
        let (before, deliverable) = around.await?;
        let question = assistant::Question {
            conversation: scene.conversation,
            answer,
            exchange: exchange(&before, &path, message, for_exchange),
            files: files.iter().map(|file| file.artifact.clone()).collect(),
            deliverable,
            memory: recall::written(&known),
            tools: self.tools.of(tx, scene.tenant, person).await?,
            today: scene.now.date_naive(),
            max_tokens: self.answer_tokens,
        };
        tx.emit(&RunRequested {
            run_id,
            workflow_id: assistant.workflow,
            version_id: published.version,
            trigger: RunTrigger {
                kind: TriggerKind::Manual,
                node: published.trigger.clone(),
                trigger_id: None,
                event_id: scene.event,
                actor: Some(person),
            },
            payload: Json::from(assistant::input(question)),
            requested_at: scene.now,
            parent: None,
            reply_to: None,
            refused: None,
        })?;
        Ok(())
    }

    /// Begins what waits for an assistant.
    async fn ready(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowPublished>,
        assistant: &Assistant,
    ) -> Result<(), Failure> {
        for waiting in turns::waiting_for(tx.conn(), assistant.workflow).await? {
            let scene = Scene::of(received, waiting.conversation);
            if turns::lock(tx.conn(), waiting.conversation, scene.tenant).await? {
                let whose = (waiting.person, assistant);
                self.follow(tx, scene, whose, Input::Ready).await?;
            }
        }
        Ok(())
    }

    /// A run that nobody here waits for ends without consequences.
    async fn ended<E: Event>(
        &self,
        tx: &mut Tx,
        received: &Received<E>,
        run: RunId,
        input: Input,
    ) -> Result<(), Failure> {
        let Some(turn) = turns::of_run(tx.conn(), run).await? else {
            return Ok(());
        };
        let scene = Scene::of(received, turn.conversation);
        let assistant = self.assistant(tx, scene.tenant, turn.person).await?;
        match turns::lock(tx.conn(), turn.conversation, scene.tenant).await? {
            // `decide` looks again, now that nobody else does.
            true => {
                let whose = (turn.person, &assistant);
                self.follow(tx, scene, whose, input).await
            }
            false => Ok(()),
        }
    }
}

async fn complete(
    tx: &mut Tx,
    scene: Scene<'_>,
    (message, answer, run_id): (MessageId, MessageId, RunId),
    text: String,
) -> Result<(), Failure> {
    let pair = (message, answer);
    turns::complete(tx.conn(), scene.conversation, pair, &text, scene.now).await?;
    count("answered");
    tx.emit(&AnswerCompleted {
        conversation_id: scene.conversation,
        message_id: answer,
        run_id,
        text,
        completed_at: scene.now,
    })?;
    Ok(())
}

async fn fail(
    tx: &mut Tx,
    scene: Scene<'_>,
    (message, answer, run_id): (MessageId, MessageId, RunId),
    error: RunError,
) -> Result<(), Failure> {
    turns::fail(tx.conn(), message, &error, scene.now).await?;
    count("failed");
    tx.emit(&AnswerFailed {
        conversation_id: scene.conversation,
        message_id: answer,
        run_id,
        error,
        failed_at: scene.now,
    })?;
    Ok(())
}

fn count(outcome: &'static str) {
    metrics::counter!("st_turns_total", "outcome" => outcome).increment(1);
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
        let opening = (event.title.as_str(), event.before.as_slice());
        if turns::start(tx.conn(), id, tenant, opening, at).await? {
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
impl Apply<ConversationRenameRequested> for Talk {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ConversationRenameRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let (id, title) = (event.conversation_id, event.title.clone());
        if !turns::lock(tx.conn(), id, tenant).await? {
            return Err(Failure::retry(format!(
                "conversation {id} has not started yet"
            )));
        }
        turns::rename(tx.conn(), id, &title).await?;
        rename(tx, id, title)
    }
}

fn rename(tx: &mut Tx, conversation_id: ConversationId, title: String) -> Result<(), Failure> {
    tx.emit(&ConversationRenamed {
        conversation_id,
        title,
        renamed_at: Utc::now(),
    })?;
    Ok(())
}

#[async_trait]
impl Apply<MessagePosted> for Talk {
    async fn apply(&self, tx: &mut Tx, received: &Received<MessagePosted>) -> Result<(), Failure> {
        let MessagePosted {
            conversation_id,
            message_id,
            text,
            place,
            deliverable,
            attachments,
            actor,
            ..
        } = &received.event;
        let scene = Scene::of(received, *conversation_id);
        let assistant = self.assistant(tx, scene.tenant, *actor).await?;
        if !turns::lock(tx.conn(), *conversation_id, scene.tenant).await? {
            return Err(Failure::retry(format!(
                "conversation {conversation_id} has not started yet"
            )));
        }
        if turns::knows(tx.conn(), *message_id).await? {
            return Ok(());
        }
        let after = match place {
            Some(place) => place.after,
            None => branches::last(tx.conn(), *conversation_id).await?,
        };
        if let Some(after) = after
            && !branches::has(tx.conn(), *conversation_id, after).await?
        {
            return Err(Failure::retry(format!(
                "message {after} has not come yet, which {message_id} follows"
            )));
        }
        if !attachments.is_empty() {
            files::keep(tx.conn(), *message_id, attachments).await?;
        }
        if let Some(deliverable) = deliverable {
            turns::want(tx.conn(), *message_id, deliverable).await?;
        }
        let title = title::of(text);
        if turns::name(tx.conn(), *conversation_id, &title).await? {
            rename(tx, *conversation_id, title)?;
        }
        let posted = Input::Posted {
            message: *message_id,
            after,
            text: text.clone(),
        };
        self.follow(tx, scene, (*actor, &assistant), posted).await
    }
}

#[async_trait]
impl Apply<WorkflowPublished> for Talk {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowPublished>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let workflow = event.workflow_id;
        let mut triggers = event.triggers.iter();
        if let Some(trigger) = triggers.find(|trigger| trigger.kind == TriggerKind::Manual) {
            let published = Published {
                version: event.version_id,
                trigger: trigger.node.clone(),
            };
            if assistants::publish(tx.conn(), workflow, &published).await? {
                let assistant = Assistant {
                    workflow,
                    is_new: false,
                    published: Some(published),
                };
                self.ready(tx, received, &assistant).await?;
            }
        }
        self.tools.published(tx, received).await
    }
}

#[async_trait]
impl Apply<WorkflowDeleted> for Talk {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowDeleted>,
    ) -> Result<(), Failure> {
        let workflow = received.event.workflow_id;
        assistants::forget(tx.conn(), workflow).await?;
        self.tools.deleted(tx, workflow).await
    }
}

#[async_trait]
impl Apply<ConversationReplied> for Talk {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ConversationReplied>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let completed = Input::Completed {
            run: event.run_id,
            text: event.text.clone(),
        };
        self.ended(tx, received, event.run_id, completed).await
    }
}

#[async_trait]
impl Apply<WorkflowFailed> for Talk {
    async fn apply(&self, tx: &mut Tx, received: &Received<WorkflowFailed>) -> Result<(), Failure> {
        let event = &received.event;
        let failed = Input::Failed {
            run: event.run_id,
            error: event.error.clone(),
        };
        self.ended(tx, received, event.run_id, failed).await
    }
}

#[async_trait]
impl Apply<WorkflowCancelled> for Talk {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowCancelled>,
    ) -> Result<(), Failure> {
        let run = received.event.run_id;
        let message = "The answer was stopped.";
        let error = RunError::new(ErrorClass::Stated, "conversation.stopped", message);
        let stopped = Input::Failed { run, error };
        self.ended(tx, received, run, stopped).await
    }
}
