//! The adapter's conversation side on a bus of its own.

use adapter::{Accounts, Keys};
use adapter_llm::{
    ANSWERS, Answers, Asker, Catalogue, Endpoint, MIGRATIONS, Settings, manifest, sync,
};
use bus::{Bus, Cause, Memory, Message};
use egress::{Egress, Policy};
use events::{ChatMessage, ChatRole, Event, LlmOrigin, LlmRequested};
use futures::StreamExt;
use ids::{ConversationId, EventId, InvocationId, TenantId};
use seal::KeyPair;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Database, RelationWriter, Router};
use testkit::{ScriptedModel, TestDatabase, wait_until};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

struct NoRelations;

#[async_trait::async_trait]
impl RelationWriter for NoRelations {
    async fn write(
        &self,
        _: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(None)
    }
}

pub(crate) struct World {
    pub(crate) database: Database,
    bus: Bus,
    base_url: Option<String>,
    heard: Arc<Mutex<Vec<Message>>>,
    tasks: Vec<JoinHandle<()>>,
    _test: TestDatabase,
}

impl World {
    pub(crate) async fn start(model: Option<&ScriptedModel>) -> Self {
        let test = TestDatabase::create("adapter-llm", &MIGRATIONS).await;
        let database = test.open().await;
        sync(&database).await.unwrap();
        let bus: Bus = Arc::new(Memory::new(&manifest().consumers));
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
        let mut world = Self {
            database,
            bus,
            base_url: model.map(ScriptedModel::base_url),
            heard,
            tasks: Vec::new(),
            _test: test,
        };
        world.run();
        world
    }

    fn run(&mut self) {
        let (database, bus) = (self.database.clone(), Arc::clone(&self.bus));
        let gateway = KeyPair::generate().public().clone();
        let keys = Keys::new(KeyPair::generate().into(), vec![gateway]);
        let accounts = Accounts::new(database.clone(), keys);
        let environment = self.base_url.clone().map(|base_url| {
            let settings = Settings {
                base_url,
                model: None,
                models: Vec::new(),
                input_price: 0.0,
                output_price: 0.0,
            };
            Endpoint::of_environment(settings, None)
        });
        let egress = Egress::new("127.0.0.0/8".parse::<Policy>().unwrap());
        let timeout = Duration::from_secs(5);
        let catalogue = Catalogue::new(
            database.clone(),
            accounts,
            egress.http(),
            timeout,
            environment,
        );
        let catalogue = Arc::new(catalogue);
        let asker = Arc::new(Asker::new(database.clone(), Arc::clone(&catalogue)));
        let answers = Arc::new(Answers::new(asker, Arc::clone(&bus), 4));
        let router = Router::new(Arc::clone(&answers)).on::<LlmRequested>();
        let never = CancellationToken::new();
        let consume = store::consume(
            database.clone(),
            Arc::clone(&bus),
            manifest().group(ANSWERS),
            router,
            never.clone(),
        );
        let stop = never.clone();
        let relay = async move { store::relay(database, bus, Some(&NoRelations), stop).await };
        self.tasks = vec![
            tokio::spawn(consume),
            tokio::spawn(relay),
            tokio::spawn(catalogue.keep(never.clone())),
            tokio::spawn(answers.work(never)),
        ];
    }

    /// Ends the process wherever it is, lets its lease run out, and starts another one.
    pub(crate) async fn kill_and_restart(&mut self) {
        for task in self.tasks.drain(..) {
            task.abort();
            task.await.ok();
        }
        sqlx::query(
            "UPDATE llm_invocations SET claimed_until = '-infinity' WHERE state = 'running'",
        )
        .execute(self.database.pool())
        .await
        .unwrap();
        self.run();
    }

    /// Lets the lease of a call run out.
    pub(crate) async fn expire(&self, invocation: InvocationId) {
        sqlx::query(
            "UPDATE llm_invocations SET claimed_until = '-infinity' WHERE invocation_id = $1",
        )
        .bind(invocation.uuid())
        .execute(self.database.pool())
        .await
        .unwrap();
    }

    pub(crate) async fn publish<E: Event>(&self, event: &E) {
        let cause = Cause::root(TenantId::default_tenant());
        let id = EventId::generate();
        let message = Message::encode("test", &cause, event, id, chrono::Utc::now()).unwrap();
        assert!(self.bus.publish(&[message]).await[0].is_ok());
    }

    pub(crate) async fn ask(&self, text: &str) -> LlmRequested {
        let question = LlmRequested {
            invocation_id: InvocationId::generate(),
            origin: LlmOrigin::Conversation {
                conversation_id: ConversationId::generate(),
            },
            prompt: "assistant".into(),
            variables: json!({ "today": "2026-11-21" }),
            messages: vec![ChatMessage {
                role: ChatRole::User,
                text: text.into(),
            }],
            model: None,
            max_tokens: None,
        };
        self.publish(&question).await;
        question
    }

    pub(crate) fn all<E: Event>(&self) -> Vec<E> {
        let heard = self.heard.lock().unwrap();
        let of_type = heard.iter().filter(|m| m.envelope.event_type == E::TYPE);
        of_type.map(|m| m.decode().unwrap()).collect()
    }

    /// The event of this type after the first `n`.
    pub(crate) async fn next<E: Event>(&self, n: usize) -> E {
        let what = format!("{} number {}", E::TYPE, n + 1);
        wait_until(&what, async || self.all::<E>().into_iter().nth(n)).await
    }
}
