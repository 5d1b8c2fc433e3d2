//! Work for adapters. Each request carries the stable key under which its result is recorded.

use crate::{
    About, Budget, ChatMessage, Event, HistorySearch, Json, Key, LlmNeed, Stream, TaintStep, Told,
    ToolOffer,
};
use ids::{AccountId, MessageId, NodeId, RunId, UserId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// What every effect request says about where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectOrigin {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub node: NodeId,
    /// Stable across retries: a repeat gets the recorded result.
    pub effect_key: String,
}

macro_rules! effects {
    ($($(#[$doc:meta])* $name:ident: $type:literal { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            #[serde(flatten)]
            pub origin: EffectOrigin,
            $($(#[$field_doc])* pub $field: $ty,)*
        }

        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Effect);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                Key::of(self.origin.run_id)
            }
        }
    )+};
}

effects! {
    /// Call an HTTP API.
    HttpRequestRequested: "effect.http.request.requested" {
        method: String,
        url: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        query: BTreeMap<String, String>,
        #[serde(default)]
        body: Option<Value>,
        /// The account whose credentials sign the call.
        #[serde(default)]
        account_id: Option<AccountId>,
        #[serde(default)]
        timeout_ms: Option<u64>,
    }
    /// Send an e-mail.
    EmailSendRequested: "effect.smtp.send.requested" {
        account_id: AccountId,
        to: Vec<String>,
        subject: String,
        text: String,
        #[serde(default)]
        html: Option<String>,
        #[serde(default)]
        in_reply_to: Option<String>,
        #[serde(default)]
        references: Vec<String>,
        /// Files, each a value with `$artifact`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Value>,
    }
    /// Call a language model.
    LlmCallRequested: "effect.llm.call.requested" {
        #[serde(flatten)]
        call: LlmCall,
    }
    /// Run another workflow; its end is the effect's result.
    ChildRunRequested: "effect.engine.run.requested" {
        /// The same for the same effect key.
        child_run_id: RunId,
        child_workflow_id: WorkflowId,
        /// The version's number; the published one when absent.
        #[serde(default)]
        version: Option<u32>,
        /// What the child's trigger puts out.
        input: Value,
        /// How many runs will be above the child.
        depth: u32,
        /// The person who started the run that asks.
        #[serde(default)]
        actor: Option<UserId>,
        /// What is left of what the run that asks may use.
        #[serde(default)]
        budget: Option<Budget>,
        /// How the input may have come from outside; empty when it did not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tainted: Vec<TaintStep>,
        /// Whether it is called as something that only looks.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reads: bool,
    }
    /// Let through what no earlier run of the workflow has let through this node; that is the effect's result.
    RememberRequested: "effect.engine.remember.requested" {
        items: Vec<Value>,
        /// One for each item, all different: 32 hexadecimal characters.
        keys: Vec<String>,
        /// After so many days a key counts as new again.
        days: u32,
        /// How many keys are remembered, the newest.
        most: u32,
        /// The run that this one repeats, whose keys do not count; those of its other repeats do not either.
        #[serde(default)]
        repeats: Option<RunId>,
    }
    /// Let the assistant do something for its person.
    AssistantCallRequested: "effect.assistant.call.requested" {
        /// Such as `draft`.
        operation: String,
        arguments: Value,
        /// The person whom the run works for.
        #[serde(default)]
        actor: Option<UserId>,
    }
    /// Look through what runs did, or what came in: a call of a person's assistant, whose result is what was found.
    HistorySearchRequested: "effect.history.search.requested" {
        search: HistorySearch,
        /// Whose assistant it is: what they may view is searched, and nothing else.
        person: UserId,
        /// The answer that may rest on what is found; absent when the run answers nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<MessageId>,
    }
    /// Send a message through a bridge.
    MessageSendRequested: "effect.bridge.send.requested" {
        account_id: AccountId,
        to: String,
        text: String,
    }
}

/// Whether `request` is what an adapter of this protocol takes, as the run log keeps it.
///
/// # Errors
/// What is wrong with it, in words.
pub fn check_request(protocol: &str, request: &Json) -> Result<(), String> {
    fn check<T: DeserializeOwned>(request: Value) -> Result<(), String> {
        let read = serde_json::from_value::<T>(request);
        read.map(drop).map_err(|error| error.to_string())
    }
    let mut request = request.value();
    let Some(fields) = request.as_object_mut() else {
        return Err("it is no object".to_owned());
    };
    let origin = EffectOrigin {
        run_id: RunId::from_u128(0),
        workflow_id: WorkflowId::from_u128(0),
        node: "n".parse().map_err(|error| format!("{error}"))?,
        effect_key: String::new(),
    };
    if let Ok(Value::Object(origin)) = serde_json::to_value(origin) {
        fields.extend(origin);
    }
    match protocol {
        "http" => check::<HttpRequestRequested>(request),
        "smtp" => check::<EmailSendRequested>(request),
        "llm" => check::<LlmCallRequested>(request),
        "bridge" => check::<MessageSendRequested>(request),
        "assistant" => check::<AssistantCallRequested>(request),
        "engine" => check::<ChildRunRequested>(request),
        other => Err(format!("there is no protocol `{other}`")),
    }
}

/// One call of a language model: a named prompt and its variables, or messages as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmCall {
    /// `name` or `name@label`; resolved to a version by the LLM adapter.
    pub prompt: String,
    /// What the prompt's text refers to.
    pub variables: Value,
    /// The exchange that follows the prompt, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<ChatMessage>,
    /// What the model may ask to be done; the result is then a `Round`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolOffer>,
    /// JSON Schema that the answer must satisfy; absent for free text.
    #[serde(default)]
    pub output_schema: Option<Value>,
    /// Absent: the installation's default model, or whichever meets the need. Named without a need, no other is asked.
    #[serde(default)]
    pub model: Option<String>,
    /// What the model must be like. With a need, even an empty one, any model that meets it may answer when those before it
    /// cannot; without one, a question that was meant for a local model is answered by none that is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<LlmNeed>,
    #[serde(default)]
    pub temperature: Option<f64>,
    #[serde(default)]
    pub max_tokens: Option<u32>,
    /// Who sees the words as they come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}
