//! An engine over a real database and the bus in memory.

pub(crate) mod documents;

use artifacts::Shelf;
use async_trait::async_trait;
use authz::{Authz, Memory as Permissions, RelationChange};
use bus::{Bus, Cause, Memory, Message, Tap};
use engine::{Backtests, Bell, Children, Engine, Matching, Seen, Workflows};
use events::{
    ApprovalRulesRequested, BacktestRequested, ChildRunRequested, EmailReceived, Event,
    MessageReceived, RememberRequested, RetentionRequested, ScheduleFired, TriggerSwitchRequested,
    TriggerSwitched, WorkflowDeleteRequested, WorkflowDeleted, WorkflowFailed,
    WorkflowPublishRequested, WorkflowPublished, WorkflowSaveRequested, WorkflowSaved,
};
use futures::StreamExt;
use ids::{EventId, TenantId, UserId, WorkflowId};
use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Database, Router};
use testkit::{TestDatabase, wait_until};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Fleet {
    pub(crate) postgres: TestDatabase,
    pub(crate) database: Database,
    pub(crate) bus: Bus,
    pub(crate) heard: Arc<Mutex<Vec<Tap>>>,
    pub(crate) permissions: Arc<Permissions>,
    /// Who owns all workflows.
    pub(crate) owner: UserId,
    bell: Bell,
    pub(crate) shelf: Shelf,
    stop: CancellationToken,
    engines: Vec<JoinHandle<()>>,
    /// After how long the next replica parks runs.
    pub(crate) park_after: Duration,
}

/// Who may what, in memory.
struct Relations(Arc<Permissions>);

#[async_trait]
impl store::RelationWriter for Relations {
    async fn write(
        &self,
        change: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        let change: RelationChange = serde_json::from_value(change.clone())?;
        change.apply(self.0.as_ref()).await?;
        Ok(None)
    }
}

impl Fleet {
    /// A database, a bus, the consumers of requests, and one engine.
    pub(crate) async fn start() -> Self {
        let mut fleet = Self::without_engine().await;
        fleet.start_engine();
        fleet
    }

    pub(crate) async fn without_engine() -> Self {
        let manifest = engine::manifest();
        let bus: Bus = Arc::new(Memory::new(&manifest.consumers));
        Self::over(bus).await
    }

    pub(crate) async fn over(bus: Bus) -> Self {
        let postgres = TestDatabase::create("engine", &engine::MIGRATIONS).await;
        let database = postgres.open().await;
        let stop = CancellationToken::new();
        let heard = hear_everything(&bus).await;
        let permissions = Arc::new(Permissions::new());
        let authz: Arc<dyn Authz> = Arc::clone(&permissions) as Arc<dyn Authz>;
        let requests = Router::new(Arc::new(Workflows))
            .on::<WorkflowSaveRequested>()
            .on::<WorkflowPublishRequested>()
            .on::<WorkflowDeleteRequested>()
            .on::<TriggerSwitchRequested>()
            .on::<RetentionRequested>()
            .on::<ApprovalRulesRequested>();
        let bell = Bell::default();
        let shelf = Shelf {
            artifacts: Arc::new(artifacts::Memory::default()),
            most_bytes: 10 << 20,
        };
        let matching = Matching {
            bell: bell.clone(),
            authz: Arc::clone(&authz),
        };
        let occasions = Router::new(Arc::new(matching))
            .on::<ScheduleFired>()
            .on::<EmailReceived>()
            .on::<MessageReceived>()
            .on::<WorkflowFailed>();
        let children = Router::new(Arc::new(Children { authz })).on::<ChildRunRequested>();
        let seen = Router::new(Arc::new(Seen)).on::<RememberRequested>();
        let backtests = Router::new(Arc::new(Backtests {
            shelf: Some(shelf.clone()),
        }))
        .on::<BacktestRequested>();
        let manifest = engine::manifest();
        let consume = |group: &str| manifest.group(group);
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&bus),
            consume("workflows"),
            requests,
            stop.clone(),
        ));
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&bus),
            consume("matching"),
            occasions,
            stop.clone(),
        ));
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&bus),
            consume("children"),
            children,
            stop.clone(),
        ));
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&bus),
            consume("backtests"),
            backtests,
            stop.clone(),
        ));
        tokio::spawn(store::consume(
            database.clone(),
            Arc::clone(&bus),
            consume("memory"),
            seen,
            stop.clone(),
        ));
        let relations = Relations(Arc::clone(&permissions));
        let (relayed, relaying, relay_stop) = (database.clone(), Arc::clone(&bus), stop.clone());
        tokio::spawn(async move {
            store::relay(relayed, relaying, Some(&relations), relay_stop).await;
        });
        Self {
            postgres,
            database,
            bus,
            heard,
            permissions,
            owner: UserId::generate(),
            bell,
            shelf,
            stop,
            engines: Vec::new(),
            park_after: Duration::from_secs(60),
        }
    }

    /// The stream store is lost: everything from now on happens on an empty bus.
    pub(crate) async fn lose_the_bus(&mut self) {
        let manifest = engine::manifest();
        self.bus = Arc::new(Memory::new(&manifest.consumers));
        self.heard = hear_everything(&self.bus).await;
    }

    /// One more replica.
    pub(crate) fn start_engine(&mut self) {
        let engine = Engine {
            database: self.database.clone(),
            bus: Arc::clone(&self.bus),
            bell: self.bell.clone(),
            shelf: Some(self.shelf.clone()),
            health: chassis::Health::default(),
            lanes: 2,
            park_after: self.park_after,
            keep_days: 90,
            stop: self.stop.child_token(),
        };
        self.engines.push(tokio::spawn(engine.run()));
    }

    /// Ends the oldest replica as a crash would: nothing is finished.
    pub(crate) async fn kill_engine(&mut self) {
        let engine = self.engines.remove(0);
        engine.abort();
        assert!(engine.await.unwrap_err().is_cancelled());
    }

    pub(crate) async fn publish<E: Event>(&self, event: &E) -> EventId {
        let id = EventId::generate();
        self.publish_as(id, event).await;
        id
    }

    pub(crate) async fn publish_as<E: Event>(&self, id: EventId, event: &E) {
        for result in self.bus.publish(&[message(id, event)]).await {
            result.unwrap();
        }
    }

    /// Publishes an event as a service of another version would.
    pub(crate) async fn publish_of_version<E: Event>(&self, version: u16, event: &E) {
        let mut message = message(EventId::generate(), event);
        message.envelope.version = version;
        for result in self.bus.publish(&[message]).await {
            result.unwrap();
        }
    }

    /// Publishes, or not.
    pub(crate) async fn try_publish<E: Event>(&self, event: &E) -> bool {
        let results = self
            .bus
            .publish(&[message(EventId::generate(), event)])
            .await;
        results.iter().all(Result::is_ok)
    }

    /// All events of one type so far, with their ids.
    pub(crate) fn heard<E: Event>(&self) -> Vec<(EventId, E)> {
        let heard = self.heard.lock().unwrap();
        let of_type = heard.iter().filter_map(|tap| {
            let envelope = tap.envelope.as_ref().filter(|e| e.event_type == E::TYPE)?;
            Some((envelope.id, serde_json::from_slice(&tap.payload).unwrap()))
        });
        of_type.collect()
    }

    /// Waits for an event that `wanted` accepts.
    pub(crate) async fn hear<E: Event>(&self, wanted: impl Fn(&E) -> bool) -> E {
        wait_until(E::TYPE, || async {
            let heard = self.heard::<E>().into_iter().map(|(_, event)| event);
            heard.into_iter().find(|event| wanted(event))
        })
        .await
    }

    /// Saves and publishes a document as a new workflow.
    pub(crate) async fn publish_workflow(&self, document: Value) -> WorkflowPublished {
        let (workflow_id, actor) = (WorkflowId::generate(), self.owner);
        self.save(workflow_id, document, None, actor).await;
        self.hear::<WorkflowSaved>(|saved| saved.workflow_id == workflow_id)
            .await;
        let request = WorkflowPublishRequested {
            workflow_id,
            version: None,
            actor,
        };
        self.publish(&request).await;
        self.hear(|published: &WorkflowPublished| published.workflow_id == workflow_id)
            .await
    }

    /// Saves and publishes the next version of a workflow.
    pub(crate) async fn publish_next(
        &self,
        before: &WorkflowPublished,
        document: Value,
    ) -> WorkflowPublished {
        let (workflow_id, actor) = (before.workflow_id, self.owner);
        let number = before.version + 1;
        self.save(workflow_id, document, Some(before.version), actor)
            .await;
        self.hear(|saved: &WorkflowSaved| {
            saved.workflow_id == workflow_id && saved.version.number == number
        })
        .await;
        let request = WorkflowPublishRequested {
            workflow_id,
            version: Some(number),
            actor,
        };
        self.publish(&request).await;
        let next = |published: &WorkflowPublished| {
            published.workflow_id == workflow_id && published.version == number
        };
        self.hear(next).await
    }

    /// Switches the first trigger of a workflow, and waits until it is.
    pub(crate) async fn switch(&self, published: &WorkflowPublished, enabled: bool) {
        let trigger_id = published.triggers[0].trigger_id;
        let request = TriggerSwitchRequested {
            workflow_id: published.workflow_id,
            trigger_id,
            enabled,
            actor: UserId::generate(),
        };
        self.publish(&request).await;
        self.hear(|e: &TriggerSwitched| e.trigger_id == trigger_id && e.enabled == enabled)
            .await;
    }

    /// Deletes a workflow, and waits until it is gone.
    pub(crate) async fn delete(&self, published: &WorkflowPublished) {
        let (workflow_id, actor) = (published.workflow_id, UserId::generate());
        let request = WorkflowDeleteRequested { workflow_id, actor };
        self.publish(&request).await;
        self.hear(|e: &WorkflowDeleted| e.workflow_id == workflow_id)
            .await;
    }

    pub(crate) async fn save(
        &self,
        workflow_id: WorkflowId,
        document: Value,
        base: Option<u32>,
        actor: UserId,
    ) {
        let request = WorkflowSaveRequested {
            workflow_id,
            document,
            base_version: base,
            actor,
        };
        self.publish(&request).await;
    }

    /// One number from the database.
    pub(crate) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }
}

fn message<E: Event>(id: EventId, event: &E) -> Message {
    let cause = Cause::root(TenantId::default_tenant());
    Message::encode("test", &cause, event, id, chrono::Utc::now()).unwrap()
}

async fn hear_everything(bus: &Bus) -> Arc<Mutex<Vec<Tap>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    // Not everything there is: interest in inboxes would keep a dead owner's pull requests alive.
    let mut taps = futures::stream::SelectAll::new();
    for event in events::catalogue() {
        taps.push(bus.subscribe(&event.filter()).await.unwrap());
    }
    let hearing = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Some(tap) = taps.next().await {
            hearing.lock().unwrap().push(tap);
        }
    });
    heard
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
