//! What begins with a mail.

use super::{
    Fault, Wish,
    build::{Made, Maker, notify},
    text,
};
use serde_json::{Value, json};

/// What a model reads of a mail.
const READ: &str =
    "Subject: {{ nodes.mail.subject }}\n\n{{ $substring(nodes.mail.text, 0, 8000) }}";

/// The trigger of a wish about mails that come.
pub(super) fn trigger(wish: &Wish, faults: &mut Vec<Fault>) -> Value {
    let mut conditions = Vec::new();
    for (slot, given, of) in [
        (
            "from",
            &wish.from,
            "trigger.from.name & ' ' & trigger.from.address",
        ),
        ("subject", &wish.subject, "trigger.subject"),
    ] {
        if let Some(part) = text::optional(slot, given.as_deref(), faults) {
            let part = text::literal(&part.to_lowercase());
            conditions.push(format!("$contains($lowercase({of}), {part})"));
        }
    }
    let filter = format!("{{{{ {} }}}}", conditions.join(" and "));
    let filter = (!conditions.is_empty()).then_some(filter);
    let config = json!({ "event_type": "integration.email.received", "filter": filter });
    json!({ "id": "mail", "node_type": "trigger.integration_event", "config": config })
}

impl Maker<'_> {
    pub(super) fn sort_mail(&mut self) -> Made {
        let categories = &self.wish.categories;
        if categories.len() < 2 {
            let message = "at least two are needed, of which every mail is one";
            self.faults.push(Fault::new("categories", message));
        }
        for category in categories {
            self.optional("categories", Some(category));
        }
        let wanted = self.wanted("wanted", self.wish.wanted.as_deref());
        if !categories.iter().any(|category| category == wanted) {
            self.faults
                .push(Fault::new("wanted", "it is none of the categories"));
        }
        let condition = format!("{{{{ input.category = {} }}}}", text::literal(wanted));
        let nodes = vec![
            self.mail(),
            json!({ "id": "sort", "node_type": "classify", "config": { "text": READ, "categories": categories } }),
            json!({ "id": "is_meant", "node_type": "branch", "config": { "condition": condition } }),
            notify(
                "{{ nodes.sort.category }}: {{ nodes.mail.subject }}",
                "From {{ nodes.mail.from.address }}",
            ),
        ];
        (
            "Sort my mail",
            "Sorts each mail that comes and tells of one kind.",
            nodes,
        )
    }

    pub(super) fn extract(&mut self) -> Made {
        let field = self.wanted("field", self.wish.field.as_deref());
        let key: String = field
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        let is_number = self.wish.over.is_some();
        let kind = if is_number { "number" } else { "string" };
        let schema = json!({ "type": "object", "properties": { &key: { "type": kind, "description": field } }, "required": [&key] });
        let mut nodes = vec![
            self.mail(),
            json!({ "id": "read", "node_type": "extract", "config": { "text": READ, "schema": schema } }),
        ];
        if let Some(over) = self.wish.over {
            let condition = format!("{{{{ input.{key} > {over} }}}}");
            nodes.push(json!({ "id": "is_much", "node_type": "branch", "config": { "condition": condition } }));
            let title = format!("{field}: {{{{ input.{key} }}}}. Go on?");
            nodes.push(json!({ "id": "agree", "node_type": "approval", "config": {
                "title": title, "text": "{{ nodes.mail.subject }}, from {{ nodes.mail.from.address }}" } }));
        }
        let title = format!("{field}: {{{{ $string(nodes.read.{key}) }}}}");
        nodes.push(notify(
            &title,
            "{{ nodes.mail.subject }}, from {{ nodes.mail.from.address }}",
        ));
        (
            "Pull out of mails",
            "Pulls something out of each mail that is meant, and tells it.",
            nodes,
        )
    }

    pub(super) fn answer_mail(&mut self) -> Made {
        let how = self.wanted("text", self.wish.text.as_deref());
        let instructions = format!("Write an answer to this mail, in its language. {how}");
        let mut send = self.send(
            &json!(["{{ nodes.mail.from.address }}"]),
            "Re: {{ nodes.mail.subject }}",
            "{{ nodes.write.text }}",
        );
        if let Some(config) = send.get_mut("config").and_then(Value::as_object_mut) {
            config.insert(
                "in_reply_to".to_owned(),
                json!("{{ nodes.mail.message_id }}"),
            );
        }
        if let Some(node) = send.as_object_mut() {
            let approval = json!({ "title": "Send this answer to {{ nodes.mail.from.address }}?" });
            node.insert("approval".to_owned(), approval);
        }
        let write = json!({ "id": "write", "node_type": "generate", "config": { "instructions": instructions, "text": READ } });
        (
            "Answer mails",
            "Writes an answer to each mail that is meant, and sends it once you agree.",
            vec![self.mail(), write, send],
        )
    }
}
