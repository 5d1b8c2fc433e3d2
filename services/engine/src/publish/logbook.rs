//! The log of runs as messages: stored together, because a stored message costs more than a step; told one by one, because
//! who listens wants one run.

use super::{Story, derived, hashed};
use crate::{manifest::SERVICE, store::flush::FrameRow};
use bus::{Envelope, Message};
use engine_core::Identity;
use events::{Event, RunEvents, RunLogged};
use ids::{EventId, RunId, Shard, TenantId};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Longest payload of several frames, in bytes. A frame of its own may be longer.
const TOGETHER_BYTES: usize = 128 * 1024;

/// Durable frames on their way out.
#[derive(Default)]
pub(crate) struct Logbook {
    /// What is being filled, by tenant.
    open: BTreeMap<TenantId, Page>,
    stored: Vec<Message>,
    told: Vec<Message>,
}

/// One message of several frames.
struct Page {
    first: (RunId, Shard),
    payload: String,
    /// Of what it holds: the same frames are the same message, others are another one.
    hash: Sha256,
}

impl Logbook {
    /// Adds a frame; frames of a shard come in the order of `pos`.
    pub(crate) fn add(&mut self, story: &Story, identity: &Identity, frame: &FrameRow) {
        let text = payload(identity, frame);
        let is_full = |page: &Page| page.payload.len() + text.len() > TOGETHER_BYTES;
        if self.open.get(&story.tenant).is_some_and(is_full)
            && let Some(page) = self.open.remove(&story.tenant)
        {
            self.stored.push(page.close(story.tenant.clone()));
        }
        let page = self
            .open
            .entry(story.tenant.clone())
            .and_modify(|page| page.payload.push(','))
            .or_insert_with(|| Page {
                first: (frame.run_id, frame.shard),
                payload: String::from(r#"{"frames":["#),
                hash: Sha256::new(),
            });
        page.payload.push_str(&text);
        page.hash.update(frame.run_id.as_u128().to_be_bytes());
        page.hash.update(frame.first_seq.to_be_bytes());
        self.told.push(told(story, identity, frame, text));
    }

    /// What is stored, then what is only told.
    pub(crate) fn close(mut self) -> impl Iterator<Item = Message> {
        let open = self.open.into_iter();
        self.stored
            .extend(open.map(|(tenant, page)| page.close(tenant)));
        self.stored.into_iter().chain(self.told)
    }
}

impl Page {
    fn close(mut self, tenant: TenantId) -> Message {
        self.payload.push_str("]}");
        let (run, shard) = self.first;
        let id = hashed(run, self.hash);
        message::<RunLogged>(id, tenant, shard.to_string(), self.payload)
    }
}

/// `run.events` of one frame.
pub(crate) fn run_events(story: &Story, identity: &Identity, frame: &FrameRow) -> Message {
    told(story, identity, frame, payload(identity, frame))
}

/// A frame as both events carry it; the stored text travels as it is.
fn payload(identity: &Identity, frame: &FrameRow) -> String {
    let Identity {
        run_id,
        workflow_id,
        version_id,
    } = identity;
    let FrameRow {
        shard,
        pos,
        first_seq,
        frame,
        ..
    } = frame;
    format!(
        r#"{{"shard":{},"pos":{pos},"run_id":"{run_id}","workflow_id":"{workflow_id}","version_id":"{version_id}","first_seq":{first_seq},"events":{frame}}}"#,
        shard.index()
    )
}

fn told(story: &Story, identity: &Identity, frame: &FrameRow, payload: String) -> Message {
    let id = derived(identity.run_id, frame.first_seq, RunEvents::TYPE, 0);
    let key = format!("{}.{}", identity.workflow_id, identity.run_id);
    let mut message = message::<RunEvents>(id, story.tenant.clone(), key, payload);
    message.envelope.correlation_id = story.correlation_id;
    message.envelope.causation_id = Some(story.causation_id);
    message.envelope.traceparent.clone_from(&story.traceparent);
    message
}

/// An event whose payload is text already.
fn message<E: Event>(id: EventId, tenant: TenantId, key: String, payload: String) -> Message {
    let envelope = Envelope {
        id,
        event_type: E::TYPE.to_owned(),
        version: E::VERSION,
        source: SERVICE.to_owned(),
        tenant,
        key,
        time: chrono::Utc::now(),
        correlation_id: id,
        causation_id: None,
        traceparent: None,
        zed_token: None,
        receipt_to: None,
    };
    Message {
        subject: envelope.subject(),
        envelope,
        payload: payload.into(),
        stored: E::STREAM.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::RunEvent;
    use ids::{VersionId, WorkflowId};

    fn identity() -> Identity {
        Identity {
            run_id: RunId::generate(),
            workflow_id: WorkflowId::generate(),
            version_id: VersionId::generate(),
        }
    }

    fn story(tenant: &str) -> Story {
        Story {
            tenant: tenant.parse().unwrap(),
            correlation_id: EventId::generate(),
            causation_id: EventId::generate(),
            traceparent: None,
        }
    }

    fn frame(identity: &Identity, pos: u64, events: &[RunEvent]) -> FrameRow {
        FrameRow {
            shard: Shard::of(identity.run_id),
            pos,
            run_id: identity.run_id,
            first_seq: 3,
            last_seq: 3,
            frame: serde_json::to_string(&events).unwrap(),
        }
    }

    fn ended(output: &str) -> Vec<RunEvent> {
        vec![RunEvent::RunCompleted {
            at_ms: 7,
            output: serde_json::json!(output).into(),
            stopped: None,
        }]
    }

    fn book(frames: &[(&Story, &Identity, &FrameRow)]) -> Vec<Message> {
        let mut book = Logbook::default();
        for (story, identity, frame) in frames {
            book.add(story, identity, frame);
        }
        book.close().collect()
    }

    #[test]
    fn frames_travel_as_the_events_that_the_catalogue_declares() {
        let (one, two) = (identity(), identity());
        let (first, second) = (frame(&one, 4, &ended("a")), frame(&two, 5, &ended("b")));
        let story = story("default");
        let messages = book(&[(&story, &one, &first), (&story, &two, &second)]);
        let stored: Vec<bool> = messages.iter().map(|message| message.stored).collect();
        assert_eq!(stored, [true, false, false]);
        let told: Vec<RunEvents> = messages[1..]
            .iter()
            .map(|message| message.decode().unwrap())
            .collect();
        assert_eq!(told[1].events, ended("b"));
        assert_eq!(messages[2].envelope.key, told[1].key().as_str());
        let logged: RunLogged = messages[0].decode().unwrap();
        assert_eq!(messages[0].envelope.key, logged.key().as_str());
        assert_eq!(logged.frames, told);
    }

    #[test]
    fn the_same_frames_are_one_message_and_others_are_another() {
        let (one, two) = (identity(), identity());
        let (first, second) = (frame(&one, 4, &ended("a")), frame(&two, 5, &ended("b")));
        let story = story("default");
        let id = |frames: &[_]| book(frames)[0].envelope.id;
        let both = [(&story, &one, &first), (&story, &two, &second)];
        assert_eq!(id(&both), id(&both));
        assert_ne!(id(&both), id(&both[..1]));
    }

    #[test]
    fn no_message_holds_two_tenants_or_more_than_it_can_carry() {
        let long = "x".repeat(TOGETHER_BYTES / 2);
        let (a, b) = (story("a"), story("b"));
        let runs = [identity(), identity(), identity()];
        let frames: Vec<FrameRow> = runs
            .iter()
            .map(|run| frame(run, 1, &ended(&long)))
            .collect();
        let messages = book(&[
            (&a, &runs[0], &frames[0]),
            (&b, &runs[1], &frames[1]),
            (&a, &runs[2], &frames[2]),
        ]);
        let tenants: Vec<&str> = messages
            .iter()
            .filter(|message| message.stored)
            .map(|message| message.envelope.tenant.as_str())
            .collect();
        assert_eq!(tenants, ["a", "a", "b"]);
    }
}
