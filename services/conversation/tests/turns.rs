//! Turns on a real database and the memory bus, with a model that answers when the test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bus::{Bus, Cause, Manifest, Memory, Message};
use conversation::{Budget, MIGRATIONS, TURNS, Talk, manifest};
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, ConversationStartRequested, ConversationStarted,
    ErrorClass, Event, LlmCompleted, LlmFailed, LlmOrigin, LlmRequested, MessagePosted, RunError,
};
use futures::StreamExt;
use ids::{ConversationId, EventId, InvocationId, MessageId, TenantId, UserId};
use std::sync::{Arc, Mutex};
use store::{Database, RelationWriter, Router};
use testkit::{TestDatabase, wait_until};
use tokio_util::sync::CancellationToken;

struct NoRelations;

#[async_trait::async_trait]
impl RelationWriter for NoRelations {
    async fn write(
        &self,
        _: &serde_json::Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(None)
    }
}

/// The service on a bus of its own, with everything it published.
struct Talking {
    test: TestDatabase,
    bus: Bus,
    stop: CancellationToken,
    heard: Arc<Mutex<Vec<Message>>>,
    conversation: ConversationId,
}

impl Talking {
    async fn start() -> Self {
        let test = TestDatabase::create("conversation", &MIGRATIONS).await;
        let manifest: Manifest = manifest();
        let bus: Bus = Arc::new(Memory::new(&manifest.consumers));
        let heard: Arc<Mutex<Vec<Message>>> = Arc::default();
        let mut taps = bus.subscribe(">").await.unwrap();
        let sink = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Some(tap) = taps.next().await {
                let message = Message {
                    subject: tap.subject,
                    envelope: tap.envelope.unwrap(),
                    payload: tap.payload,
                    stored: true,
                };
                sink.lock().unwrap().push(message);
            }
        });
        let conversation = ConversationId::generate();
        let mut talking = Self {
            test,
            bus,
            stop: CancellationToken::new(),
            heard,
            conversation,
        };
        talking.run().await;
        let request = ConversationStartRequested {
            conversation_id: conversation,
            title: "Plans".into(),
            actor: UserId::generate(),
        };
        talking.publish(&request).await;
        talking.next::<ConversationStarted>(0).await;
        talking
    }

    async fn run(&mut self) {
        self.stop = CancellationToken::new();
        let database: Database = self.test.open().await;
        let talk = Router::new(Arc::new(Talk::new(Budget { tokens: 1_000 }, None)))
            .on::<ConversationStartRequested>()
            .on::<MessagePosted>()
            .on::<LlmCompleted>()
            .on::<LlmFailed>();
        let (bus, stop) = (Arc::clone(&self.bus), self.stop.clone());
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&bus),
            manifest().group(TURNS),
            talk,
            stop.clone(),
        ));
        tokio::spawn(async move {
            store::relay(database, bus, Some(&NoRelations), stop).await;
        });
    }

    /// Ends the process and starts another one on the same database.
    async fn restart(&mut self) {
        self.stop.cancel();
        self.run().await;
    }

    async fn publish<E: Event>(&self, event: &E) {
        let cause = Cause::root(TenantId::default_tenant());
        let id = EventId::generate();
        let message = Message::encode("test", &cause, event, id, chrono::Utc::now()).unwrap();
        let results = self.bus.publish(&[message]).await;
        assert!(results[0].is_ok());
    }

    async fn post(&self, text: &str) -> MessageId {
        let posted = MessagePosted {
            conversation_id: self.conversation,
            message_id: MessageId::generate(),
            text: text.into(),
            actor: UserId::generate(),
            posted_at: chrono::Utc::now(),
        };
        self.publish(&posted).await;
        posted.message_id
    }

    fn all<E: Event>(&self) -> Vec<E> {
        let heard = self.heard.lock().unwrap();
        let of_type = heard.iter().filter(|m| m.envelope.event_type == E::TYPE);
        of_type.map(|m| m.decode().unwrap()).collect()
    }

    /// The event of this type after the first `n`.
    async fn next<E: Event>(&self, n: usize) -> E {
        let what = format!("{} number {}", E::TYPE, n + 1);
        wait_until(&what, || async { self.all::<E>().into_iter().nth(n) }).await
    }

    async fn answer(&self, question: &LlmRequested, text: &str) {
        self.publish(&LlmCompleted {
            invocation_id: question.invocation_id,
            origin: question.origin.clone(),
            prompt: "assistant@1".into(),
            model: "test".into(),
            output: text.into(),
            input_tokens: 1,
            output_tokens: 1,
            cost_micros: 0,
            latency_ms: 1,
            repaired: false,
            completed_at: chrono::Utc::now(),
        })
        .await;
    }
}

#[tokio::test]
async fn a_message_is_answered_with_the_history_before_it() {
    let talking = Talking::start().await;
    let hello = talking.post("Hello").await;
    let started = talking.next::<AnswerStarted>(0).await;
    assert_eq!(started.answers, hello);
    let question = talking.next::<LlmRequested>(0).await;
    assert_eq!(question.prompt, "assistant");
    assert_eq!(question.messages.len(), 1);
    talking.answer(&question, "Hi!").await;
    let answered = talking.next::<AnswerCompleted>(0).await;
    assert_eq!(answered.text, "Hi!");
    assert_eq!(answered.message_id, started.message_id);

    talking.post("How are you?").await;
    let question = talking.next::<LlmRequested>(1).await;
    let texts: Vec<_> = question.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(texts, ["Hello", "Hi!", "How are you?"]);
}

#[tokio::test]
async fn messages_during_an_answer_are_answered_in_order_even_across_a_restart() {
    let mut talking = Talking::start().await;
    talking.post("one").await;
    let first = talking.next::<LlmRequested>(0).await;
    let waiting = [talking.post("two").await, talking.post("three").await];
    talking.restart().await;
    talking.answer(&first, "1").await;
    let second = talking.next::<LlmRequested>(1).await;
    assert_eq!(second.messages.last().unwrap().text, "two");
    talking.answer(&second, "2").await;
    // Told twice: nothing happens twice.
    talking.answer(&second, "2").await;
    let third = talking.next::<LlmRequested>(2).await;
    talking.answer(&third, "3").await;
    talking.next::<AnswerCompleted>(2).await;
    let answers: Vec<_> = talking.all::<AnswerStarted>();
    assert_eq!([answers[1].answers, answers[2].answers], waiting);
    assert_eq!(talking.all::<LlmRequested>().len(), 3);
}

#[tokio::test]
async fn a_failure_is_told_with_its_hint_and_the_next_message_goes_on() {
    let talking = Talking::start().await;
    talking.post("one").await;
    let question = talking.next::<LlmRequested>(0).await;
    talking.post("two").await;
    let error = RunError {
        class: ErrorClass::Auth,
        code: "llm.not_configured".into(),
        message: "no language model is configured".into(),
        hint: Some("add one".into()),
        node: None,
        detail: None,
        retry_after_ms: None,
    };
    let failed = LlmFailed {
        invocation_id: question.invocation_id,
        origin: question.origin.clone(),
        prompt: "assistant".into(),
        model: None,
        error: error.clone(),
        usage: None,
        repaired: false,
        latency_ms: 0,
        failed_at: chrono::Utc::now(),
    };
    talking.publish(&failed).await;
    assert_eq!(talking.next::<AnswerFailed>(0).await.error, error);
    let next = talking.next::<LlmRequested>(1).await;
    assert_eq!(next.messages[0].text, "one\n\ntwo");
}

#[tokio::test]
async fn what_other_calls_end_with_changes_nothing() {
    let talking = Talking::start().await;
    talking.post("one").await;
    let question = talking.next::<LlmRequested>(0).await;
    let foreign = LlmRequested {
        invocation_id: InvocationId::generate(),
        ..question.clone()
    };
    talking.answer(&foreign, "not for you").await;
    let unknown = LlmRequested {
        origin: LlmOrigin::Conversation {
            conversation_id: ConversationId::generate(),
        },
        ..question.clone()
    };
    talking.answer(&unknown, "nor you").await;
    talking.answer(&question, "1").await;
    assert_eq!(talking.next::<AnswerCompleted>(0).await.text, "1");
    assert_eq!(talking.all::<AnswerCompleted>().len(), 1);
}
