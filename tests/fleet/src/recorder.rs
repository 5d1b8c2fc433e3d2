//! Hears every message on the bus and judges it: no request between services, no event outside the catalogue, no payload
//! that fails its schema.

use bus::{Nats, Tap, Transport};
use futures::StreamExt;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::JoinHandle;

/// Something that must not be on the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    pub subject: String,
    pub what: String,
}

/// Which rule a finding breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No event of the catalogue has this subject.
    UnknownSubject,
    /// A service asks another for a reply.
    AsksForReply,
    /// Headers or payload are not what the catalogue declares.
    BadEvent,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.subject, self.what)
    }
}

#[derive(Default)]
struct Heard {
    types: BTreeMap<String, u64>,
    findings: Vec<Finding>,
    texts: Vec<String>,
}

/// Records until it is dropped.
pub struct Recorder {
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

impl Recorder {
    /// Records everything from now on.
    pub async fn start(bus: Nats) -> Self {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let mut taps = bus
            .subscribe(">")
            .await
            .expect("the debug user may not listen");
        let judge = Judge::new();
        let task = {
            let heard = Arc::clone(&heard);
            tokio::spawn(async move {
                while let Some(tap) = taps.next().await {
                    let finding = judge.find(&tap);
                    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(envelope) = &tap.envelope {
                        *heard.types.entry(envelope.event_type.clone()).or_default() += 1;
                    }
                    heard.findings.extend(finding);
                    heard
                        .texts
                        .push(String::from_utf8_lossy(&tap.payload).into_owned());
                }
                drop(bus);
            })
        };
        Self { heard, task }
    }

    /// Everything that must not be.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .findings
            .clone()
    }

    /// How many events of each type were heard.
    #[must_use]
    pub fn types(&self) -> BTreeMap<String, u64> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .types
            .clone()
    }

    /// All payloads.
    #[must_use]
    pub fn text(&self) -> String {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.texts.join("\n")
    }

    /// Whether some payload contains the text.
    #[must_use]
    pub fn heard_text(&self, text: &str) -> bool {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .texts
            .iter()
            .any(|payload| payload.contains(text))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Judge {
    catalogue: Vec<events::EventType>,
    schemas: HashMap<&'static str, jsonschema::Validator>,
}

impl Judge {
    fn new() -> Self {
        let catalogue = events::catalogue();
        let schemas = catalogue.iter().map(|entry| {
            let schema = serde_json::to_value(entry.schema()).expect("a schema is JSON");
            (
                entry.event_type,
                jsonschema::validator_for(&schema).expect("a schema that can be used"),
            )
        });
        let schemas = schemas.collect();
        Self { catalogue, schemas }
    }

    /// What is wrong with a message. JetStream's own traffic (`$JS`, its inboxes) is the only one that may have replies.
    fn find(&self, tap: &Tap) -> Option<Finding> {
        let finding = |kind, what: String| {
            Some(Finding {
                kind,
                subject: tap.subject.clone(),
                what,
            })
        };
        if tap.subject.starts_with('$') || tap.subject.starts_with("_INBOX") {
            return None;
        }
        // A stored publish asks the stream for its acknowledgement: that reply goes to JetStream, not to a service.
        let is_event = events::find(&self.catalogue, &tap.subject);
        let Some(entry) = is_event else {
            return finding(
                Kind::UnknownSubject,
                "no event of the catalogue has this subject".to_owned(),
            );
        };
        if tap.reply.is_some() && entry.stream.is_none() {
            return finding(Kind::AsksForReply, "asks for a reply".to_owned());
        }
        let Some(envelope) = &tap.envelope else {
            return finding(Kind::BadEvent, "has no CloudEvents headers".to_owned());
        };
        if envelope.event_type != entry.event_type || envelope.subject() != tap.subject {
            return finding(
                Kind::BadEvent,
                format!("carries an envelope of {}", envelope.subject()),
            );
        }
        let payload: Value = match serde_json::from_slice(&tap.payload) {
            Ok(payload) => payload,
            Err(error) => return finding(Kind::BadEvent, format!("is not JSON: {error}")),
        };
        let validator = self.schemas.get(entry.event_type)?;
        let error = validator.iter_errors(&payload).next()?;
        finding(
            Kind::BadEvent,
            format!("fails its schema at {}: {error}", error.instance_path()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bus::{Cause, Message};
    use events::WorkflowDeleted;
    use ids::{EventId, TenantId, UserId, WorkflowId};

    fn tap(change: impl FnOnce(&mut Tap)) -> Option<Finding> {
        let event = WorkflowDeleted {
            workflow_id: WorkflowId::generate(),
            actor: UserId::generate(),
        };
        let cause = Cause::root(TenantId::default_tenant());
        let message = Message::encode(
            "engine",
            &cause,
            &event,
            EventId::generate(),
            "2026-01-01T00:00:00Z".parse().unwrap(),
        );
        let message = message.unwrap();
        let mut tap = Tap {
            subject: message.subject,
            envelope: Some(message.envelope),
            payload: message.payload,
            reply: None,
        };
        change(&mut tap);
        Judge::new().find(&tap)
    }

    #[test]
    fn an_event_as_declared_is_fine() {
        assert_eq!(tap(|_| ()), None);
    }

    #[test]
    fn each_fault_is_found() {
        assert!(tap(|tap| tap.subject = "hello.world".to_owned()).is_some());
        assert!(tap(|tap| tap.envelope = None).is_some());
        assert!(tap(|tap| tap.payload = b"{}".to_vec().into()).is_some());
        assert!(tap(|tap| tap.payload = b"no json".to_vec().into()).is_some());
        let foreign = |tap: &mut Tap| tap.subject = tap.subject.replace("deleted", "rejected");
        assert!(tap(foreign).is_some());
    }
}
