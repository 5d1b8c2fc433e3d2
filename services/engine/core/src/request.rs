//! Effects as adapters receive them.

use crate::{child::ENGINE, key};
use events::{
    AssistantCallRequested, ChildRunRequested, EffectOrigin, EmailSendRequested,
    HttpRequestRequested, Json, LlmCall, LlmCallRequested, LlmNeed, MessageSendRequested, Privacy,
    Reach, RememberRequested,
};
use serde_json::{Map, Value};
use workflow::{
    config::{self, Need, SendEmail, SendMessage},
    kinds::{self, EffectClass},
    plan::Work,
};

/// Work for one adapter.
#[derive(Debug, Clone, PartialEq)]
pub enum AdapterRequest {
    Http(HttpRequestRequested),
    Smtp(EmailSendRequested),
    Llm(LlmCallRequested),
    Bridge(MessageSendRequested),
    Child(ChildRunRequested),
    Remember(RememberRequested),
    Assistant(AssistantCallRequested),
}

const ORIGIN: [&str; 4] = ["run_id", "workflow_id", "node", "effect_key"];

impl AdapterRequest {
    /// What a node's rendered config asks of an adapter; `None` when none is asked that need only know this.
    pub(crate) fn of(work: Work, origin: EffectOrigin) -> Option<Self> {
        Some(match work {
            Work::HttpRequest(http) => Self::Http(HttpRequestRequested {
                origin,
                method: http.method.as_str().to_owned(),
                url: http.url,
                headers: http.headers,
                query: http.query.into_iter().map(|(k, v)| (k, text(v))).collect(),
                body: http.body,
                account_id: http.account_id,
                timeout_ms: http.timeout_ms,
            }),
            Work::SendEmail(mail) => Self::smtp(mail, origin),
            Work::Llm(call) => Self::Llm(LlmCallRequested {
                origin,
                call: LlmCall {
                    prompt: call.prompt,
                    variables: call.variables,
                    messages: Vec::new(),
                    tools: Vec::new(),
                    output_schema: call.output_schema,
                    model: call.model,
                    need: call.need.map(need),
                    temperature: call.temperature,
                    max_tokens: call.max_tokens,
                    told: None,
                },
            }),
            Work::SendMessage(message) => Self::bridge(message, origin),
            Work::Coordinate(_)
            | Work::Notify(_)
            | Work::Log(_)
            | Work::Reply(_)
            | Work::HttpResponse(_)
            | Work::Wait(_)
            | Work::Stop(_)
            | Work::Fail(_)
            | Work::SubWorkflow(_)
            | Work::Approval(_)
            | Work::Ask(_) => return None,
        })
    }

    pub(crate) fn smtp(mail: SendEmail, origin: EffectOrigin) -> Self {
        Self::Smtp(EmailSendRequested {
            origin,
            account_id: mail.account_id,
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            in_reply_to: mail.in_reply_to,
            references: mail.references,
            attachments: mail.attachments,
        })
    }

    pub(crate) fn bridge(message: SendMessage, origin: EffectOrigin) -> Self {
        Self::Bridge(MessageSendRequested {
            origin,
            account_id: message.account_id,
            to: message.to,
            text: message.text,
        })
    }

    /// Where it comes from.
    #[must_use]
    pub const fn origin(&self) -> &EffectOrigin {
        match self {
            Self::Http(request) => &request.origin,
            Self::Smtp(request) => &request.origin,
            Self::Llm(request) => &request.origin,
            Self::Bridge(request) => &request.origin,
            Self::Child(request) => &request.origin,
            Self::Remember(request) => &request.origin,
            Self::Assistant(request) => &request.origin,
        }
    }

    /// The same for a further try, which has a key of its own: so has the run that it asks for.
    pub(crate) fn of_try(mut self, now_ms: i64) -> Self {
        if let Self::Child(child) = &mut self {
            let origin = &child.origin;
            child.child_run_id = key::child(origin.run_id, &origin.effect_key, now_ms);
        }
        self
    }

    /// The same once a person has seen it and agreed: what it hands over is theirs.
    pub(crate) fn agreed(mut self) -> Self {
        if let Self::Child(child) = &mut self {
            child.tainted = Vec::new();
        }
        self
    }

    /// The adapter that speaks it.
    #[must_use]
    pub const fn protocol(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Smtp(_) => "smtp",
            Self::Llm(_) => "llm",
            Self::Bridge(_) => "bridge",
            Self::Child(_) | Self::Remember(_) => ENGINE,
            Self::Assistant(_) => "assistant",
        }
    }

    /// What the adapter is to do.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::Http(_) => "request",
            Self::Smtp(_) | Self::Bridge(_) => "send",
            Self::Llm(_) | Self::Assistant(_) => "call",
            Self::Child(_) => "run",
            Self::Remember(_) => "remember",
        }
    }

    /// What it may do outside.
    pub(crate) fn reach(&self) -> Reach {
        match self {
            // What the assistant keeps for itself is seen, and taken back, by the person whose it is.
            Self::Llm(_) | Self::Remember(_) | Self::Assistant(_) => Reach::Read,
            Self::Http(request) => match kinds::effect_of_method(&request.method) {
                EffectClass::Read => Reach::Read,
                EffectClass::Write => Reach::Write,
                EffectClass::Irreversible => Reach::Irreversible,
            },
            Self::Child(_) => Reach::Write,
            Self::Smtp(_) | Self::Bridge(_) => Reach::Irreversible,
        }
    }

    /// Whether a person may edit it to this: what it says, not whom it speaks for or what the engine has worked out.
    pub(crate) fn may_become(&self, edited: &Self) -> bool {
        match (self, edited) {
            (Self::Child(asked), Self::Child(edited)) => {
                let input = edited.input.clone();
                ChildRunRequested {
                    input,
                    ..asked.clone()
                } == *edited
            }
            (Self::Assistant(asked), Self::Assistant(edited)) => {
                let arguments = edited.arguments.clone();
                AssistantCallRequested {
                    arguments,
                    ..asked.clone()
                } == *edited
            }
            (asked, edited) => {
                asked.protocol() == edited.protocol() && asked.operation() == edited.operation()
            }
        }
    }

    /// What the run log keeps: the request without what the log knows anyway.
    pub(crate) fn arguments(&self) -> Json {
        let value = match self {
            Self::Http(request) => serde_json::to_value(request),
            Self::Smtp(request) => serde_json::to_value(request),
            Self::Llm(request) => serde_json::to_value(request),
            Self::Bridge(request) => serde_json::to_value(request),
            Self::Child(request) => serde_json::to_value(request),
            Self::Remember(request) => serde_json::to_value(request),
            Self::Assistant(request) => serde_json::to_value(request),
        };
        let mut value = value.unwrap_or_default();
        if let Some(map) = value.as_object_mut() {
            map.retain(|name, value| !ORIGIN.contains(&name.as_str()) && !value.is_null());
        }
        Json::from(value)
    }

    /// The request that the run log keeps; `None` when an adapter that this version does not know was asked.
    pub(crate) fn read(protocol: &str, arguments: &Json, origin: &EffectOrigin) -> Option<Self> {
        let mut map: Map<String, Value> = arguments.read().ok()?;
        if let Value::Object(origin) = serde_json::to_value(origin).ok()? {
            map.extend(origin);
        }
        let value = Value::Object(map);
        match protocol {
            "http" => serde_json::from_value(value).ok().map(Self::Http),
            "smtp" => serde_json::from_value(value).ok().map(Self::Smtp),
            "llm" => serde_json::from_value(value).ok().map(Self::Llm),
            "bridge" => serde_json::from_value(value).ok().map(Self::Bridge),
            "assistant" => serde_json::from_value(value).ok().map(Self::Assistant),
            ENGINE if value.get("keys").is_some() => {
                serde_json::from_value(value).ok().map(Self::Remember)
            }
            ENGINE => serde_json::from_value(value).ok().map(Self::Child),
            _ => None,
        }
    }
}

/// What a document says that the model must be like, as the adapter reads it.
pub(crate) fn need(need: Need) -> LlmNeed {
    LlmNeed {
        privacy: need.privacy.map(|privacy| match privacy {
            config::Privacy::Local => Privacy::Local,
            config::Privacy::Remote => Privacy::Remote,
        }),
        max_p95_ms: need.max_p95_ms,
        max_price_micros: need.max_price_micros,
        min_context_tokens: need.min_context_tokens,
    }
}

/// A query parameter as an address writes it.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    }
}
