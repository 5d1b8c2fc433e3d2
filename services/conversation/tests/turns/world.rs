//! The service on a bus of its own, with everything it published.

use authz::{Authz, Memory as Relations, Resource};
use bus::{Bus, Cause, Manifest, Memory, Message};
use conversation::{
    Budget, Calls, EFFECTS, MEMORY, MIGRATIONS, Memory as Known, TOOLS, TURNS, Talk, Tools,
    manifest,
};
use embedding::Embedder;
use events::{
    AccountConnected, AccountRemoved, AssistantCallRequested, ConversationRenameRequested,
    ConversationReplied, ConversationStartRequested, ConversationStarted, Event,
    FactChangeRequested, FactForgetRequested, FactRememberRequested, MessagePosted, RunRequested,
    Trigger, TriggerKind, WorkflowCancelled, WorkflowDeleted, WorkflowFailed, WorkflowPublished,
    WorkflowSaveRequested, WorkflowSaved,
};
use futures::StreamExt;
use ids::{
    AccountId, ConversationId, EventId, MessageId, TenantId, TriggerId, UserId, VersionId,
    WorkflowId,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use store::{Database, RelationWriter, Router};
use testkit::{TestDatabase, wait_until};
use tokio_util::sync::CancellationToken;

/// What was to be told to SpiceDB.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<Value>>>);

#[async_trait::async_trait]
impl RelationWriter for Written {
    async fn write(
        &self,
        relations: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        self.0.lock().unwrap().push(relations.clone());
        Ok(None)
    }
}

/// As the module says.
pub(crate) struct Talking {
    test: TestDatabase,
    bus: Bus,
    relations: Arc<Relations>,
    stop: CancellationToken,
    heard: Arc<Mutex<Vec<Message>>>,
    written: Written,
    conversation: ConversationId,
    pub(crate) person: UserId,
    /// The workflow that answers the person, once it was asked for.
    pub(crate) assistant: Option<WorkflowId>,
}

impl Talking {
    pub(crate) async fn start() -> Self {
        let test = TestDatabase::with_extensions("conversation", &["vector"], &MIGRATIONS).await;
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
        let mut talking = Self {
            test,
            bus,
            relations: Arc::default(),
            stop: CancellationToken::new(),
            heard,
            written: Written::default(),
            conversation: ConversationId::generate(),
            person: UserId::generate(),
            assistant: None,
        };
        talking.run().await;
        let request = ConversationStartRequested {
            conversation_id: talking.conversation,
            title: "Plans".into(),
            before: Vec::new(),
            actor: talking.person,
        };
        talking.publish(&request).await;
        talking.next::<ConversationStarted>(0).await;
        talking
    }

    /// With an assistant that has answered before.
    pub(crate) async fn ready() -> Self {
        let talking = Self::start().await;
        talking.post("warm").await;
        talking.publish_assistant().await;
        let run = talking.next::<RunRequested>(0).await;
        talking.reply(&run, "warm").await;
        talking.next::<events::AnswerCompleted>(0).await;
        let conversation = ConversationId::generate();
        let request = ConversationStartRequested {
            conversation_id: conversation,
            title: "Plans".into(),
            before: Vec::new(),
            actor: talking.person,
        };
        talking.publish(&request).await;
        talking.next::<ConversationStarted>(1).await;
        talking.heard.lock().unwrap().clear();
        Self {
            conversation,
            assistant: Some(run.workflow_id),
            ..talking
        }
    }

    async fn run(&mut self) {
        self.stop = CancellationToken::new();
        let database: Database = self.test.open().await;
        let relations: Arc<dyn Authz> = Arc::clone(&self.relations) as _;
        let tools = Arc::new(Tools::new(relations));
        let folder =
            std::env::var_os("ST_TEST_EMBEDDING_MODEL").expect("run by `cargo xtask test`");
        let embedder = Embedder::in_folder(folder.into()).unwrap();
        let memory = Arc::new(Known::new(Some(embedder)));
        let budget = Budget { tokens: 1_200 };
        let talk = Talk::new(Arc::clone(&tools), Arc::clone(&memory), budget, None);
        let turns = Router::new(Arc::new(talk))
            .on::<ConversationStartRequested>()
            .on::<ConversationRenameRequested>()
            .on::<MessagePosted>()
            .on::<ConversationReplied>()
            .on::<WorkflowFailed>()
            .on::<WorkflowCancelled>()
            .on::<WorkflowPublished>()
            .on::<WorkflowDeleted>();
        let accounts = Router::new(Arc::clone(&tools))
            .on::<WorkflowSaved>()
            .on::<AccountConnected>()
            .on::<AccountRemoved>();
        let calls = Calls::new(Arc::clone(&memory), tools);
        let calls = Router::new(Arc::new(calls)).on::<AssistantCallRequested>();
        let facts = Router::new(memory)
            .on::<FactRememberRequested>()
            .on::<FactChangeRequested>()
            .on::<FactForgetRequested>();
        self.consume(&database, TURNS, turns);
        self.consume(&database, TOOLS, accounts);
        self.consume(&database, EFFECTS, calls);
        self.consume(&database, MEMORY, facts);
        let (bus, stop) = (Arc::clone(&self.bus), self.stop.clone());
        let written = self.written.clone();
        tokio::spawn(async move {
            store::relay(database, bus, Some(&written), stop).await;
        });
    }

    fn consume<S: Send + Sync + 'static>(
        &self,
        database: &Database,
        group: &'static str,
        router: Router<S>,
    ) {
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&self.bus),
            manifest().group(group),
            router,
            self.stop.clone(),
        ));
    }

    /// Ends the process and starts another one on the same database.
    pub(crate) async fn restart(&mut self) {
        self.stop.cancel();
        self.run().await;
    }

    /// Makes the person the owner.
    pub(crate) async fn own(&self, resource: Resource) {
        let owned = resource.owned_by(self.person);
        self.relations.touch(&[owned]).await.unwrap();
    }

    pub(crate) async fn publish<E: Event>(&self, event: &E) {
        let cause = Cause::root(TenantId::default_tenant());
        let id = EventId::generate();
        let message = Message::encode("test", &cause, event, id, chrono::Utc::now()).unwrap();
        let results = self.bus.publish(&[message]).await;
        assert!(results[0].is_ok());
    }

    /// What the person writes in the conversation.
    pub(crate) fn message(&self, text: &str) -> MessagePosted {
        MessagePosted {
            conversation_id: self.conversation,
            message_id: MessageId::generate(),
            text: text.into(),
            attachments: Vec::new(),
            place: None,
            deliverable: None,
            actor: self.person,
            posted_at: chrono::Utc::now(),
        }
    }

    pub(crate) async fn post(&self, text: &str) -> MessageId {
        let posted = self.message(text);
        self.publish(&posted).await;
        posted.message_id
    }

    /// Publishes what was saved last, as the engine does.
    pub(crate) async fn publish_assistant(&self) {
        let saved = self.next::<WorkflowSaveRequested>(0).await;
        let trigger = Trigger {
            trigger_id: TriggerId::generate(),
            node: "asked".parse().unwrap(),
            kind: TriggerKind::Manual,
            enabled: true,
            config: json!({}),
        };
        let published = published(saved.workflow_id, self.person, trigger);
        self.publish(&published).await;
    }

    pub(crate) async fn reply(&self, run: &RunRequested, text: &str) {
        let told = &run.payload.value()["told"];
        self.publish(&ConversationReplied {
            conversation_id: serde_json::from_value(told["conversation_id"].clone()).unwrap(),
            message_id: serde_json::from_value(told["message_id"].clone()).unwrap(),
            run_id: run.run_id,
            workflow_id: run.workflow_id,
            text: text.into(),
        })
        .await;
    }

    pub(crate) fn all<E: Event>(&self) -> Vec<E> {
        let heard = self.heard.lock().unwrap();
        let of_type = heard.iter().filter(|m| m.envelope.event_type == E::TYPE);
        of_type.map(|m| m.decode().unwrap()).collect()
    }

    /// The event of this type after the first `n`.
    pub(crate) async fn next<E: Event>(&self, n: usize) -> E {
        let what = format!("{} number {}", E::TYPE, n + 1);
        wait_until(&what, || async { self.all::<E>().into_iter().nth(n) }).await
    }

    /// The first event of this type that is as wanted.
    pub(crate) async fn find<E: Event>(&self, wanted: impl Fn(&E) -> bool) -> E {
        let wanted = &wanted;
        wait_until(E::TYPE, || async move {
            self.all::<E>().into_iter().find(wanted)
        })
        .await
    }

    /// How often SpiceDB was told whose this is.
    pub(crate) fn owned(&self, resource: &Resource) -> usize {
        let written = self.written.0.lock().unwrap();
        let named = written.iter().map(Value::to_string);
        named.filter(|text| text.contains(resource.id())).count()
    }

    /// Waits until there are so many tools.
    pub(crate) async fn settled(&self, count: i64) {
        let database: Database = self.test.open().await;
        wait_until("the tools", || async {
            let tools: i64 = sqlx::query_scalar("SELECT count(*) FROM tools")
                .fetch_one(database.pool())
                .await
                .unwrap();
            (tools == count).then_some(())
        })
        .await;
    }
}

fn published(workflow_id: WorkflowId, actor: UserId, trigger: Trigger) -> WorkflowPublished {
    WorkflowPublished {
        workflow_id,
        version_id: VersionId::generate(),
        version: 1,
        name: "Find invoices".into(),
        description: "Looks through the mail of a year.".into(),
        reads: true,
        triggers: vec![trigger],
        actor,
        published_at: chrono::Utc::now(),
    }
}

/// A workflow that others may call.
pub(crate) fn callable(id: WorkflowId, actor: UserId) -> WorkflowPublished {
    let schema = json!({ "type": "object", "properties": { "year": { "type": "integer" } } });
    let trigger = Trigger {
        trigger_id: TriggerId::generate(),
        node: "called".parse().unwrap(),
        kind: TriggerKind::Workflow,
        enabled: true,
        config: json!({ "input_schema": schema }),
    };
    published(id, actor, trigger)
}

/// An account that was connected.
pub(crate) fn account(account_id: AccountId, adapter: &str, actor: UserId) -> AccountConnected {
    AccountConnected {
        account_id,
        adapter: adapter.into(),
        name: "Work".into(),
        settings: json!({}),
        version: 1,
        actor,
    }
}
