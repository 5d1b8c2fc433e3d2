//! The workflow that answers a person: asked, coordinated, replied. A person may open it, see its runs, and change it. Pure.

use events::{Artifact, ArtifactValue, ChatMessage, ChatRole};
use ids::{ConversationId, MessageId, TenantId, UserId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::types::Uuid;
use workflow::config::Tool;

/// The trigger node of the document.
pub(crate) const TRIGGER: &str = "asked";

/// What a run gets to know.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) conversation: ConversationId,
    /// The answer's own message.
    pub(crate) answer: MessageId,
    /// Ends with the message that is answered.
    pub(crate) exchange: Vec<ChatMessage>,
    /// What came along with that message: as long as the run is kept, so are they.
    pub(crate) files: Vec<Artifact>,
    /// What kind of thing the answer is to be.
    pub(crate) deliverable: Option<String>,
    /// What is known of the person, as text.
    pub(crate) memory: Option<String>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) today: chrono::NaiveDate,
    pub(crate) max_tokens: Option<u32>,
}

/// The same for the same person.
pub(crate) fn id(tenant: &TenantId, person: UserId) -> Uuid {
    let mut hash = Sha256::new();
    hash.update("assistant");
    hash.update(tenant.as_str());
    hash.update(person.as_u128().to_be_bytes());
    let digest = hash.finalize();
    let bits = digest.iter().take(16);
    Uuid::from_u128(bits.fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
}

/// The document that people get who have not changed theirs.
pub(crate) fn document() -> Value {
    json!({
        "name": "Assistant",
        "description": "Answers what you write in a conversation.",
        "nodes": [
            { "id": TRIGGER, "node_type": "trigger.manual", "config": {} },
            { "id": "assistant", "node_type": "coordinate", "timeout_seconds": 86_400, "config": {
                "prompt": "assistant",
                "variables": "{{ input.variables }}",
                "messages": "{{ input.messages }}",
                "goal": "{{ input.goal }}",
                "tools": "{{ input.tools }}",
                "max_tokens": "{{ input.max_tokens }}",
                "told": "{{ input.told }}",
            } },
            { "id": "reply", "node_type": "reply", "config": {
                "to": "{{ trigger.told }}",
                "text": "{{ input.text }}",
            } },
        ],
        "edges": [
            { "source": TRIGGER, "source_port": "out", "destination": "assistant", "destination_port": "in" },
            { "source": "assistant", "source_port": "out", "destination": "reply", "destination_port": "in" },
        ],
    })
}

/// What the trigger puts out.
pub(crate) fn input(question: Question) -> Value {
    let mut exchange = question.exchange;
    let goal = exchange
        .pop()
        .map(|message| message.text)
        .unwrap_or_default();
    let messages: Vec<Value> = exchange
        .into_iter()
        .map(|message| {
            let role = match message.role {
                ChatRole::Assistant => "assistant",
                ChatRole::System | ChatRole::User | ChatRole::Tool => "user",
            };
            json!({ "role": role, "text": message.text })
        })
        .collect();
    let files = question.files.into_iter();
    let files: Vec<ArtifactValue> = files.map(|artifact| ArtifactValue { artifact }).collect();
    let told = json!({ "conversation_id": question.conversation, "message_id": question.answer });
    let variables = json!({ "today": question.today, "memory": question.memory, "deliverable": question.deliverable });
    json!({
        "goal": goal,
        "messages": messages,
        "variables": variables,
        "tools": question.tools,
        "max_tokens": question.max_tokens,
        "told": told,
        "files": files,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_can_be_executed() {
        let document = workflow::Document::read(&document()).unwrap();
        assert_eq!(workflow::validate(&document), []);
        workflow::compile(&document).unwrap();
    }

    #[test]
    fn everybody_has_an_assistant_of_their_own() {
        let tenant = TenantId::default_tenant();
        let (a, b) = (UserId::from_u128(1), UserId::from_u128(2));
        assert_eq!(id(&tenant, a), id(&tenant, a));
        assert_ne!(id(&tenant, a), id(&tenant, b));
    }

    #[test]
    fn the_last_message_is_the_goal() {
        let said = |role, text: &str| ChatMessage::said(role, text);
        let question = Question {
            conversation: ConversationId::from_u128(1),
            answer: MessageId::from_u128(2),
            exchange: vec![
                said(ChatRole::User, "a"),
                said(ChatRole::Assistant, "b"),
                said(ChatRole::User, "c"),
            ],
            files: Vec::new(),
            deliverable: None,
            memory: None,
            tools: Vec::new(),
            today: chrono::NaiveDate::default(),
            max_tokens: None,
        };
        let input = input(question);
        assert_eq!(input["goal"], "c");
        assert_eq!(
            input["messages"],
            json!([{ "role": "user", "text": "a" }, { "role": "assistant", "text": "b" }])
        );
    }
}
