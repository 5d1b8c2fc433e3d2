//! Facts of other services, as the gateway would hear them, and a projection that applies them.

use crate::support::Gateway;
use bus::{Cause, Message};
use events::{
    EmailReceived, Event, Mailbox, NotificationRaised, RunEvent, RunEvents, RunLogged, RunTrigger,
    TriggerKind, Urgency, WorkflowSaved, WorkflowVersion,
};
use http::HeaderValue;
use ids::{
    AccountId, EventId, NotificationId, RunId, Shard, TenantId, TriggerId, UserId, VersionId,
    WorkflowId,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Keeps the read models up to date until the gateway is gone.
pub(crate) fn project(gateway: &Gateway) {
    keep(&gateway.app);
}

/// Runs the projection of any gateway.
pub(crate) fn keep(app: &gateway::App) {
    let app = app.clone();
    tokio::spawn(async move {
        gateway::project(
            &app.database,
            &app.bus,
            &app.live,
            &app.outcomes,
            &app.shutdown,
        )
        .await;
    });
}

/// An event as another service would publish it.
pub(crate) fn told<E: Event>(id: EventId, tenant: &str, event: &E) -> Message {
    let cause = Cause::root(tenant.parse().unwrap());
    Message::encode("elsewhere", &cause, event, id, chrono::Utc::now()).unwrap()
}

/// Publishes an event of the default tenant; its id.
pub(crate) async fn tell<E: Event>(gateway: &Gateway, event: &E) -> EventId {
    let id = EventId::generate();
    tell_all(gateway, &[told(id, "default", event)]).await;
    id
}

pub(crate) async fn tell_all(gateway: &Gateway, messages: &[Message]) {
    for result in gateway.app.bus.publish(messages).await {
        result.unwrap();
    }
}

/// The person behind a cookie.
pub(crate) async fn person(gateway: &Gateway, who: &HeaderValue) -> UserId {
    let me: Value = gateway.get("/api/v1/me", who).await.json();
    me["id"].as_str().unwrap().parse().unwrap()
}

/// Makes `owner` the owner of something.
pub(crate) async fn own(gateway: &Gateway, thing: impl Into<authz::Resource>, owner: UserId) {
    let fact = thing.into().owned_by(owner);
    gateway.app.authz.touch(&[fact]).await.unwrap();
}

/// A saved draft.
pub(crate) fn saved(workflow: WorkflowId, version: VersionId, number: u32) -> WorkflowSaved {
    WorkflowSaved {
        workflow_id: workflow,
        version: WorkflowVersion {
            version_id: version,
            number,
            hash: "0".repeat(64),
            name: format!("Workflow {number}"),
            description: String::new(),
            document: crate::support::document(),
            saved_at: chrono::Utc::now(),
        },
        actor: UserId::generate(),
    }
}

/// One run's log, cut into frames.
pub(crate) struct Log {
    pub(crate) run: RunId,
    pub(crate) workflow: WorkflowId,
    pub(crate) version: VersionId,
    frames: Vec<Vec<RunEvent>>,
}

impl Log {
    /// A run that `event` started; each item is one commit's entries.
    pub(crate) fn new(workflow: WorkflowId, event: EventId, frames: Vec<Vec<RunEvent>>) -> Self {
        Self {
            run: RunId::generate(),
            workflow,
            version: VersionId::generate(),
            frames: [vec![vec![started(event)]], frames].concat(),
        }
    }

    /// Changes the first entry.
    pub(crate) fn begin(&mut self, change: impl FnOnce(&mut RunEvent)) {
        change(&mut self.frames[0][0]);
    }

    /// As [`Log::new`], of a run that a trigger started.
    pub(crate) fn of_trigger(
        workflow: WorkflowId,
        id: TriggerId,
        event: EventId,
        frames: Vec<Vec<RunEvent>>,
    ) -> Self {
        let mut log = Self::new(workflow, event, frames);
        if let Some(RunEvent::RunStarted { trigger, .. }) = log.frames[0].first_mut() {
            trigger.trigger_id = Some(id);
        }
        log
    }

    /// The frames as messages, taking the next positions of the run's shard.
    pub(crate) fn messages(&self, positions: &mut BTreeMap<Shard, u64>) -> Vec<Message> {
        let shard = Shard::of(self.run);
        let mut first_seq = 1;
        let frames = self.frames.iter().map(|events| {
            let pos = positions.entry(shard).or_default();
            *pos += 1;
            let event = RunEvents {
                shard,
                pos: *pos,
                run_id: self.run,
                workflow_id: self.workflow,
                version_id: self.version,
                first_seq,
                events: events.clone(),
            };
            first_seq += events.len() as u64;
            let logged = RunLogged {
                frames: vec![event],
            };
            told(EventId::generate(), "default", &logged)
        });
        frames.collect()
    }

    /// All entries as the API shows them.
    pub(crate) fn entries(&self) -> Vec<Value> {
        let events = self.frames.iter().flatten();
        (1..)
            .zip(events)
            .map(|(seq, event)| {
                let mut entry = json!({ "seq": seq });
                let fields = serde_json::to_value(event).unwrap();
                entry
                    .as_object_mut()
                    .unwrap()
                    .extend(fields.as_object().unwrap().clone());
                entry
            })
            .collect()
    }
}

/// The first entry of a log.
pub(crate) fn started(event: EventId) -> RunEvent {
    RunEvent::RunStarted {
        at_ms: 1_700_000_000_000,
        trigger: RunTrigger {
            kind: TriggerKind::IntegrationEvent,
            node: "mail".parse().unwrap(),
            trigger_id: None,
            event_id: event,
            actor: None,
        },
        input: json!({ "type": "a \"quoted\" word", "n": [1, 2] }).into(),
        seed: 7,
        reply_to: None,
        parent: None,
        variant: None,
        rules: Vec::new(),
    }
}

/// A node's completion.
pub(crate) fn completed(node_type: &str, out: Value) -> RunEvent {
    RunEvent::NodeCompleted {
        at_ms: 1_700_000_000_100,
        node: "node".parse().unwrap(),
        iteration: vec![],
        node_type: node_type.to_owned(),
        outputs: [("out".parse().unwrap(), out.into())].into(),
    }
}

/// The last entry of a log.
pub(crate) fn ended() -> RunEvent {
    RunEvent::RunCompleted {
        at_ms: 1_700_000_001_000,
        output: json!({ "done": true }).into(),
        stopped: None,
    }
}

/// A mail.
pub(crate) fn mail(account: AccountId, subject: &str) -> EmailReceived {
    EmailReceived {
        account_id: account,
        folder: "INBOX".into(),
        uid: 1,
        uid_validity: 1,
        message_id: None,
        in_reply_to: None,
        references: vec![],
        from: Mailbox {
            name: Some("Bob".into()),
            address: "bob@example.org".into(),
        },
        to: vec![],
        cc: vec![],
        subject: subject.into(),
        sent_at: None,
        received_at: chrono::Utc::now(),
        text: "Hello\r\nthere".into(),
        truncated: false,
        attachments: vec![],
    }
}

/// A notification of high urgency.
pub(crate) fn alarm(log: &Log) -> NotificationRaised {
    NotificationRaised {
        notification_id: NotificationId::generate(),
        run_id: log.run,
        workflow_id: log.workflow,
        node: "tell".parse().unwrap(),
        title: "Look".into(),
        body: "now".into(),
        urgency: Urgency::High,
        raised_at: chrono::Utc::now(),
    }
}

/// A repeatable source of chance.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to `below - 1` (xorshift64*).
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % below
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.roll(last + 1);
            items.swap(last, other);
        }
    }
}

/// The default tenant.
pub(crate) fn tenant() -> TenantId {
    TenantId::default_tenant()
}
