//! All that a service may touch. NATS users and permissions, consumers, database grants, network policies and `AsyncAPI`
//! channels are generated from manifests, never written by hand.

use events::{Event, EventsApplied, Stream};
use serde::{Deserialize, Serialize};

/// What one service needs from its surroundings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub service: String,
    /// Has a database of its own, with roles owner and worker.
    pub database: bool,
    /// Has the role reader too, for what a person reads.
    pub reader: bool,
    /// Extensions of its database.
    pub extensions: Vec<String>,
    /// Talks to `SpiceDB`.
    pub authz: bool,
    /// Has a key pair to which credentials are sealed.
    pub sealed: bool,
    /// Opens connections to hosts that people chose.
    pub egress: bool,
    /// The port at which people or programs outside the fleet are served where it is deployed.
    pub public: Option<u16>,
    pub consumers: Vec<Consumer>,
    /// Event types it may publish.
    pub publishes: Vec<String>,
    /// Subjects it may listen to without a consumer.
    pub listens: Vec<String>,
}

/// One durable consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consumer {
    pub name: String,
    pub stream: Stream,
    /// Subjects, with wildcards.
    pub filters: Vec<String>,
    /// Event types.
    pub events: Vec<String>,
    pub ack: AckMode,
    /// May be rewound by its service, which keeps the cursor itself.
    pub rewinds: bool,
}

/// How deliveries are acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AckMode {
    /// One by one.
    Each,
    /// An ack covers all before it.
    All,
}

/// Subjects a NATS user may publish to and subscribe to; everything else is denied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatsPermissions {
    pub publish: Vec<String>,
    pub subscribe: Vec<String>,
}

impl Manifest {
    /// A service that may do nothing yet but report dead letters.
    #[must_use]
    pub fn new(service: &str) -> Self {
        Self {
            service: service.to_owned(),
            database: false,
            reader: false,
            extensions: Vec::new(),
            authz: false,
            sealed: false,
            egress: false,
            public: None,
            consumers: Vec::new(),
            publishes: vec![events::DeadLetter::TYPE.to_owned()],
            listens: Vec::new(),
        }
    }

    /// Owns a database, and so has an outbox and hears receipts for it.
    #[must_use]
    pub fn database(mut self) -> Self {
        self.database = true;
        self.publishes.push(EventsApplied::TYPE.to_owned());
        self.consumers.push(Consumer {
            name: format!("{}-receipts", self.service),
            stream: Stream::Bus,
            filters: vec![format!("{}.*.{}", EventsApplied::TYPE, self.service)],
            events: vec![EventsApplied::TYPE.to_owned()],
            ack: AckMode::Each,
            rewinds: false,
        });
        self
    }

    /// Has the database role that serves people's reads under row-level security.
    #[must_use]
    pub const fn reader(mut self) -> Self {
        self.reader = true;
        self
    }

    /// Needs a `PostgreSQL` extension.
    #[must_use]
    pub fn extension(mut self, name: &str) -> Self {
        self.extensions.push(name.to_owned());
        self
    }

    /// Asks or tells `SpiceDB`.
    #[must_use]
    pub const fn authz(mut self) -> Self {
        self.authz = true;
        self
    }

    /// Receives sealed credentials.
    #[must_use]
    pub const fn sealed(mut self) -> Self {
        self.sealed = true;
        self
    }

    /// Connects to hosts that people chose.
    #[must_use]
    pub const fn egress(mut self) -> Self {
        self.egress = true;
        self
    }

    /// Is reached from outside the fleet, at this port where it is deployed.
    #[must_use]
    pub const fn public(mut self, port: u16) -> Self {
        self.public = Some(port);
        self
    }

    /// Publishes `E`.
    #[must_use]
    pub fn publishes<E: Event>(mut self) -> Self {
        self.publishes.push(E::TYPE.to_owned());
        self
    }

    /// Consumes `E` in the group `<service>-<group>`: one durable consumer per stream and group.
    #[must_use]
    pub fn consumes<E: Event>(mut self, group: &str) -> Self {
        let Some(stream) = E::STREAM else {
            return self.listens::<E>();
        };
        let name = format!("{}-{group}", self.service);
        let filter = format!("{}.>", E::TYPE);
        if let Some(consumer) = self
            .consumers
            .iter_mut()
            .find(|c| c.name == name && c.stream == stream)
        {
            consumer.filters.push(filter);
            consumer.events.push(E::TYPE.to_owned());
            return self;
        }
        self.consumers.push(Consumer {
            name,
            stream,
            filters: vec![filter],
            events: vec![E::TYPE.to_owned()],
            ack: AckMode::Each,
            rewinds: false,
        });
        self
    }

    /// Consumes with a consumer that is described in full.
    #[must_use]
    pub fn consumer(mut self, consumer: Consumer) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Hears `E` live, without a consumer.
    #[must_use]
    pub fn listens<E: Event>(mut self) -> Self {
        self.listens.push(format!("{}.>", E::TYPE));
        self
    }

    /// Hears every event of the catalogue live; what a person sees of it is decided event by event.
    #[must_use]
    pub fn taps(mut self) -> Self {
        self.listens
            .extend(events::catalogue().iter().map(events::EventType::filter));
        self
    }

    /// The names of the consumers in `group`, with their streams.
    #[must_use]
    pub fn group(&self, group: &str) -> Vec<(Stream, String)> {
        let name = format!("{}-{group}", self.service);
        self.consumers
            .iter()
            .filter(|c| c.name == name)
            .map(|c| (c.stream, c.name.clone()))
            .collect()
    }

    /// Exactly the subjects this service needs.
    #[must_use]
    pub fn nats_permissions(&self) -> NatsPermissions {
        let mut publish: Vec<String> = self
            .publishes
            .iter()
            .map(|event_type| format!("{event_type}.>"))
            .collect();
        for consumer in &self.consumers {
            let (stream, name) = (consumer.stream.name(), &consumer.name);
            publish.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}"));
            publish.push(format!("$JS.API.CONSUMER.INFO.{stream}.{name}"));
            publish.push(format!("$JS.ACK.{stream}.{name}.>"));
            if consumer.rewinds {
                publish.push(format!("$JS.API.CONSUMER.RESET.{stream}.{name}"));
            }
        }
        let mut subscribe = vec![format!("{}.>", inbox_prefix(&self.service))];
        subscribe.extend(self.listens.iter().cloned());
        publish.sort();
        publish.dedup();
        subscribe.sort();
        subscribe.dedup();
        NatsPermissions { publish, subscribe }
    }
}

/// The first tokens of every inbox of a service: no other service may listen there.
pub(crate) fn inbox_prefix(service: &str) -> String {
    format!("_INBOX_{}", service.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{ScheduleFired, WorkflowDeleted, WorkflowPublished};

    #[test]
    fn a_service_gets_its_own_subjects_and_nothing_else() {
        let manifest = Manifest::new("scheduler")
            .consumes::<WorkflowPublished>("triggers")
            .consumes::<WorkflowDeleted>("triggers")
            .publishes::<ScheduleFired>();
        assert_eq!(
            manifest.consumers.len(),
            1,
            "one consumer per stream and group"
        );
        let permissions = manifest.nats_permissions();
        assert_eq!(
            permissions.publish,
            [
                "$JS.ACK.WORKFLOW.scheduler-triggers.>",
                "$JS.API.CONSUMER.INFO.WORKFLOW.scheduler-triggers",
                "$JS.API.CONSUMER.MSG.NEXT.WORKFLOW.scheduler-triggers",
                "dead_letter.>",
                "schedule.fired.>",
            ]
        );
        assert_eq!(permissions.subscribe, ["_INBOX_scheduler.>"]);
    }
}
