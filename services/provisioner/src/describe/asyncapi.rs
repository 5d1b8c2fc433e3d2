//! The bus as an `AsyncAPI` document. Source: `AsyncAPI` 3.1.0, NATS bindings 0.1.0.

use bus::Manifest;
use events::{EventType, catalogue};
use serde_json::{Map, Value, json};

/// Every event as a channel; who sends it and who receives it as operations.
#[must_use]
pub fn asyncapi(manifests: &[Manifest]) -> Value {
    let catalogue = catalogue();
    let channels: Map<String, Value> = catalogue
        .iter()
        .map(|event| (name(event.event_type), channel(event)))
        .collect();
    let messages: Map<String, Value> = catalogue
        .iter()
        .map(|event| (name(event.event_type), message(event)))
        .collect();
    json!({
        "asyncapi": "3.1.0",
        "info": {
            "title": "silver-telegram",
            "version": "1.0.0",
            "description": "Everything the services say to each other. Generated from the event catalogue and the manifests.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations(manifests),
        "components": { "messages": messages, "schemas": { "headers": headers() } },
    })
}

/// An event type as a component's name.
fn name(event_type: &str) -> String {
    event_type.replace('.', "_")
}

fn channel(event: &EventType) -> Value {
    let reference = json!({ "$ref": format!("#/components/messages/{}", name(event.event_type)) });
    let mut channel = json!({
        "address": format!("{}.{{tenant}}.{{key}}", event.event_type),
        "messages": { "event": reference },
        "parameters": {
            "tenant": { "description": "The isolated household or organisation." },
            "key": { "description": "The ids that the event is ordered by." },
        },
    });
    if let (Some(stream), Some(fields)) = (event.stream, channel.as_object_mut()) {
        fields.insert("x-jetstream".to_owned(), json!({ "stream": stream.name() }));
    }
    channel
}

fn message(event: &EventType) -> Value {
    json!({
        "name": event.event_type,
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/headers" },
        "payload": { "$ref": format!("./events/{}", event.schema_name()) },
    })
}

/// The NATS headers of every message. Source: CloudEvents 1.0.2, NATS protocol binding, binary mode.
fn headers() -> Value {
    let text = |meaning: &str| json!({ "type": "string", "description": meaning });
    let ulid = |meaning: &str| json!({ "type": "string", "pattern": "^[0-9A-Z]{26}$", "description": meaning });
    json!({
        "type": "object",
        "properties": {
            "ce-specversion": { "const": "1.0" },
            "ce-id": ulid("The event."),
            "ce-type": text("Its type, the first part of the subject."),
            "ce-source": text("The service that published it, behind a slash."),
            "ce-time": { "type": "string", "format": "date-time" },
            "ce-subject": text("What it is ordered by, the last part of the subject."),
            "ce-dataschema": text("The schema of its payload, with the version."),
            "ce-tenantid": text("The isolated household or organisation."),
            "ce-correlationid": ulid("The event that began the story."),
            "ce-causationid": ulid("The event that it follows from."),
            "ce-zedtoken": text("Permissions at least as new as this are in force."),
            "ce-receiptto": text("Who waits for the receipt."),
        },
        "required": [
            "ce-specversion", "ce-id", "ce-type", "ce-source", "ce-time", "ce-subject",
            "ce-dataschema", "ce-tenantid", "ce-correlationid",
        ],
    })
}

fn operations(manifests: &[Manifest]) -> Map<String, Value> {
    let mut operations = Map::new();
    let operation = |action: &str, event_type: &str, extra: Value| {
        json!({
            "action": action,
            "channel": { "$ref": format!("#/channels/{}", name(event_type)) },
            "x-jetstream": extra,
        })
    };
    for manifest in manifests {
        let service = &manifest.service;
        for event_type in &manifest.publishes {
            let key = format!("{service}_sends_{}", name(event_type));
            operations.insert(key, operation("send", event_type, Value::Null));
        }
        for consumer in &manifest.consumers {
            for event_type in &consumer.events {
                let key = format!("{}_receives_{}", consumer.name, name(event_type));
                operations.insert(
                    key,
                    operation("receive", event_type, json!({ "durable": consumer.name })),
                );
            }
        }
    }
    operations
}
