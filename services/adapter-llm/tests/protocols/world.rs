//! One adapter, and a model for each protocol that is named as its protocol is.

use adapter::conformance::{Answer, Bench};
use adapter_llm::{Asker, Catalogue, Llm, MIGRATIONS, manifest, sync};
use events::{ChatMessage, ChatRole, LlmCall, LlmCallRequested, LlmDelta, Told, ToolOffer};
use ids::{ConversationId, MessageId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::{ModelOptions, Script, ScriptedModel};

pub(crate) const PROTOCOLS: [&str; 3] = ["openai", "ollama", "anthropic"];

pub(crate) struct World {
    pub(crate) bench: Bench<Llm>,
    models: BTreeMap<&'static str, ScriptedModel>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(&ModelOptions::default()).await
    }

    /// Models of these options, each with an account.
    pub(crate) async fn with(options: &ModelOptions) -> Self {
        let mut world = Self::apart(options).await;
        for protocol in PROTOCOLS {
            world.connect(protocol, Some(protocol)).await;
        }
        world
    }

    /// Models that nobody has connected.
    pub(crate) async fn apart(options: &ModelOptions) -> Self {
        let bench = Bench::start(manifest(), &MIGRATIONS, |parts| {
            let catalogue = Catalogue::new(
                parts.database.clone(),
                parts.accounts.clone(),
                parts.egress.http(),
                Duration::from_secs(2),
                None,
            );
            let asker = Asker::new(parts.database.clone(), Arc::new(catalogue));
            Llm::new(asker, Arc::clone(&parts.bus))
        })
        .await;
        sync(&bench.database).await.unwrap();
        let mut models = BTreeMap::new();
        for protocol in PROTOCOLS {
            models.insert(protocol, ScriptedModel::start_with(options.clone()).await);
        }
        Self { bench, models }
    }

    pub(crate) async fn connect(&mut self, protocol: &str, model: Option<&str>) {
        let base_url = match protocol {
            "openai" => self.model(protocol).base_url(),
            _ => self.model(protocol).root_url(),
        };
        let mut settings = json!({ "base_url": base_url, "model": model, "input_price": 1.0 });
        // It is what is meant when nothing is said.
        if protocol != "openai" {
            settings["protocol"] = json!(protocol);
        }
        let key = json!({ "api_key": "sk-test" });
        self.bench.connect(settings, &key, &["127.0.0.1"]).await;
    }

    pub(crate) fn model(&self, protocol: &str) -> &ScriptedModel {
        &self.models[protocol]
    }

    /// The last question as it went out.
    pub(crate) fn last(&self, protocol: &str) -> Value {
        self.model(protocol).requests().pop().unwrap()
    }

    /// The answer to a question of this name.
    pub(crate) async fn ask(&self, name: &str, call: LlmCall) -> Answer {
        let key = format!("{name} of {}", call.model.as_deref().unwrap_or_default());
        let origin = self.bench.origin(&key);
        self.bench.request(&LlmCallRequested { origin, call }).await;
        self.bench.answer(&key, 1).await
    }

    /// The answer that comes after this script.
    pub(crate) async fn ask_after(&self, script: Script, name: &str, call: LlmCall) -> Answer {
        let protocol = call.model.clone().unwrap();
        self.model(&protocol).then(script);
        self.ask(name, call).await
    }

    /// The text that its pieces make, and how many there are.
    pub(crate) fn told(&self, message: MessageId) -> (String, usize) {
        let heard = self.bench.heard::<LlmDelta>().into_iter();
        let deltas = heard.map(|payload| serde_json::from_value::<LlmDelta>(payload).unwrap());
        let deltas = deltas.filter(|delta| delta.message_id == message);
        let by_seq: BTreeMap<u64, LlmDelta> = deltas.map(|delta| (delta.seq, delta)).collect();
        let text = by_seq.values().map(|delta| delta.text.as_str()).collect();
        (text, by_seq.len())
    }
}

pub(crate) fn says(protocol: &str, text: &str) -> LlmCall {
    LlmCall {
        prompt: "assistant".into(),
        variables: json!({ "today": "2026-11-21" }),
        messages: vec![ChatMessage::said(ChatRole::User, text)],
        tools: Vec::new(),
        output_schema: None,
        model: Some(protocol.into()),
        need: None,
        temperature: Some(0.5),
        max_tokens: None,
        told: None,
    }
}

/// A conversation follows it.
pub(crate) fn followed(call: LlmCall) -> LlmCall {
    LlmCall {
        told: Some(Told {
            conversation_id: ConversationId::generate(),
            message_id: MessageId::generate(),
        }),
        ..call
    }
}

pub(crate) fn with_tools(protocol: &str, messages: Vec<ChatMessage>) -> LlmCall {
    LlmCall {
        messages,
        tools: vec![ToolOffer {
            name: "look".into(),
            description: "Looks something up.".into(),
            input: json!({ "type": "object", "properties": { "q": { "type": "string" } } }),
        }],
        ..says(protocol, "")
    }
}

pub(crate) fn of_shape(protocol: &str, schema: Value) -> LlmCall {
    LlmCall {
        output_schema: Some(schema),
        ..says(protocol, "The server is down, act ASAP!")
    }
}
