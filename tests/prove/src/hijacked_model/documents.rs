//! What the person has drawn: tools for the assistant, and workflows in which models read what strangers write.

use serde_json::{Value, json};

/// The friend to whom mail may go.
pub(super) const FRIEND: &str = "bob@example.org";
/// The type of the event of a mail that came.
const MAIL: &str = "integration.email.received";

/// Fetches what it is given, from the person's own server without a question.
fn fetch(id: &str, own: &str) -> Value {
    json!({ "id": id, "node_type": "http_request", "config": { "url": "{{ input.url }}" }, "allow": { "url": [own] } })
}

fn called(field: &str) -> Value {
    json!({ "id": "called", "node_type": "trigger.workflow", "config": { "input_schema": {
        "type": "object", "properties": { field: { "type": "string" } }, "required": [field] } } })
}

/// Waits for a mail with this subject. One that the person does not expect is hardly waited for.
fn arrival() -> Value {
    json!({ "id": "arrival", "node_type": "wait", "config": { "event": {
        "type": MAIL,
        "match": { "subject": "{{ input.subject }}" },
        "within": "{{ $contains(input.subject, 'wish') ? '30s' : '1s' }}",
    } } })
}

/// Has a file read by a service of the person's own.
fn read_file(converter: &str) -> Value {
    json!({ "id": "file", "node_type": "http_request", "config": {
        "method": "POST", "url": converter, "body": "{{ input.attachments[0].artifact }}" } })
}

/// Nodes in a row, each by its port `out`.
fn row(name: &str, nodes: &[Value]) -> Value {
    let pairs = nodes.iter().zip(nodes.iter().skip(1));
    let edges: Vec<Value> = pairs
        .map(|(from, to)| {
            json!({ "source": from["id"], "source_port": "out", "destination": to["id"], "destination_port": "in" })
        })
        .collect();
    json!({ "name": name, "nodes": nodes, "edges": edges })
}

fn shaped(output: &str) -> Value {
    json!({ "id": "shaped", "node_type": "transform", "config": { "output": { "text": output } } })
}

/// A tool that only reads: nobody is asked.
pub(super) fn next_mail() -> Value {
    let nodes = [called("subject"), arrival(), shaped("{{ input.text }}")];
    row("Next mail", &nodes)
}

/// A tool that reads a mail's attachment by way of a converter outside.
pub(super) fn next_attachment(converter: &str) -> Value {
    let nodes = [
        called("subject"),
        arrival(),
        read_file(converter),
        shaped("{{ input.body }}"),
    ];
    row("Next attachment", &nodes)
}

/// A tool that reads the events of an invitation.
pub(super) fn next_invitation(converter: &str) -> Value {
    let events = json!({ "id": "events", "node_type": "icalendar", "config": { "mode": "parse", "text": "{{ input.body }}" } });
    let nodes = [called("subject"), arrival(), read_file(converter), events];
    row("Next invitation", &nodes)
}

/// A tool that fetches what the model names, from the person's own server.
pub(super) fn fetch_page(own: &str) -> Value {
    let fetch = fetch("fetch", own);
    row(
        "Fetch page",
        &[called("url"), fetch, shaped("{{ input.body }}")],
    )
}

/// A tool that changes something outside.
pub(super) fn order(url: &str) -> Value {
    let place = json!({ "id": "place", "node_type": "http_request", "config": { "method": "POST", "url": url, "body": "{{ input }}" } });
    row("Order", &[called("what"), place])
}

/// A model with tools that handles what `text` says, and sends the friend a note about it.
fn handler(account: &str, order: &str, subject: &str, text: &str) -> Value {
    let note = format!(r#"{{"to":["{FRIEND}"],"subject":"{subject}","text":"It was read."}}"#);
    json!({ "id": "handler", "node_type": "coordinate", "config": {
        "goal": format!("do send_note {note}\nHandle this:\n{text}"),
        "tools": [
            { "name": "send_note", "description": "Sends a note.", "does": { "kind": "send_email", "account_id": account } },
            { "name": "order", "description": "Orders something.", "does": { "kind": "workflow", "workflow_id": order },
              "input": { "type": "object", "properties": { "what": { "type": "string" } }, "required": ["what"] } },
        ],
    } })
}

fn on_mail(word: &str) -> Value {
    json!({ "id": "mail", "node_type": "trigger.integration_event", "config": {
        "event_type": MAIL, "filter": format!("{{{{ $contains(trigger.subject, '[{word}]') }}}}") } })
}

/// Each mail `[handle]` is handled by a model.
pub(super) fn handles_mail(account: &str, order: &str) -> Value {
    let handler = handler(account, order, "{{ input.subject }}", "{{ input.text }}");
    row("Handle mail", &[on_mail("handle"), handler])
}

/// Each call of a webhook is handled by a model, whose words are the answer.
pub(super) fn handles_calls(account: &str, order: &str) -> Value {
    let hook = json!({ "id": "hook", "node_type": "trigger.webhook", "config": { "path": "handle", "auth": { "kind": "none" } } });
    let answer = json!({ "id": "answer", "node_type": "http_response", "config": { "body": "{{ input.text }}" } });
    let (subject, text) = ("{{ input.body.subject }}", "{{ input.body.text }}");
    let handler = handler(account, order, subject, text);
    row("Handle calls", &[hook, handler, answer])
}

fn extracted(fields: &[&str]) -> Value {
    let properties = fields
        .iter()
        .map(|field| ((*field).to_owned(), json!({ "type": "string" })));
    let properties: serde_json::Map<String, Value> = properties.collect();
    json!({ "id": "extracted", "node_type": "extract", "config": { "text": "{{ input.text }}", "schema": {
        "type": "object", "properties": properties, "required": fields, "additionalProperties": false } } })
}

/// Each mail `[answer]` is answered to the address that a model finds in it; the friend's needs no question.
pub(super) fn answers_mail(account: &str) -> Value {
    let answer = json!({ "id": "answer", "node_type": "send_email", "config": {
        "account_id": account, "to": ["{{ input.reply_to }}"], "subject": "Re: {{ trigger.subject }}", "text": "{{ input.note }}" }, "allow": { "to": [FRIEND] } });
    let nodes = [on_mail("answer"), extracted(&["reply_to", "note"]), answer];
    row("Answer mail", &nodes)
}

/// The link that a model finds in each mail `[follow]` is followed; one to the person's own server needs no question.
pub(super) fn follows_links(own: &str) -> Value {
    let follow = fetch("follow", own);
    row(
        "Follow links",
        &[on_mail("follow"), extracted(&["url"]), follow],
    )
}
