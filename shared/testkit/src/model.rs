//! A language model that says what it is told to, over the OpenAI-compatible chat API.

mod answer;
mod wire;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What the model does with one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Script {
    /// Says this.
    Answer { text: String },
    /// Says this, and wants these tools called with these arguments.
    Calls {
        #[serde(default)]
        text: String,
        calls: Vec<(String, Value)>,
    },
    /// Says this, resting before each word.
    Slowly { text: String, pause_ms: u64 },
    /// Says something that is no JSON.
    Garbage,
    /// Says this value inside a Markdown fence, with chatter around it.
    Fenced { value: Value },
    /// Says this and stops as if at the longest answer.
    Truncated { text: String },
    /// Says nothing.
    Empty,
    /// Begins to answer only after this time.
    Late { after_ms: u64 },
    /// 429 with `Retry-After`.
    RateLimited { retry_after_seconds: u64 },
    /// This status, with an error object.
    Refused { status: u16 },
    /// Says the first word and drops the connection.
    Dropped,
}

/// How a scripted model is.
#[derive(Debug, Clone, Default)]
pub struct ModelOptions {
    /// Answers 400 to `response_format`, as servers without constrained output do.
    pub refuses_schemas: bool,
    /// Answers 400 to `tools`.
    pub refuses_tools: bool,
    /// The tool that it calls by itself, with what, as long as nothing has come of a call.
    pub calls: Option<(String, Value)>,
    /// Answers 401 to everybody who does not present this key.
    pub api_key: Option<String>,
    /// Rests this long before each word that no script speaks of.
    pub pause: Duration,
}

/// The server. Requests use up the scripts in their order; without one the model answers by itself: it classifies by keywords,
/// fills a schema with plain values, and otherwise repeats what it was told. Dropping it closes its port.
pub struct ScriptedModel {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    options: ModelOptions,
    scripts: Mutex<VecDeque<Script>>,
    requests: Mutex<Vec<Value>>,
}

impl ScriptedModel {
    /// Starts a model that does all that servers do.
    pub async fn start() -> Self {
        Self::start_with(ModelOptions::default()).await
    }

    /// Starts a model with options.
    pub async fn start_with(options: ModelOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("no free port");
        Self::serve(listener, options)
    }

    /// Serves at an address of the caller's.
    #[must_use]
    pub fn serve(listener: TcpListener, options: ModelOptions) -> Self {
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            options,
            scripts: Mutex::default(),
            requests: Mutex::default(),
        });
        let router = Router::new()
            .route("/v1/models", get(models))
            .route("/v1/chat/completions", post(chat))
            .route("/scripts", post(add_script))
            .route("/requests", get(list_requests))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.ok();
        });
        Self {
            address,
            shared,
            task,
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client is configured with.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What it does with the next request that has no script yet.
    pub fn then(&self, script: Script) -> &Self {
        self.shared.scripts().push_back(script);
        self
    }

    /// As [`ScriptedModel::then`], for a plain answer.
    pub fn then_says(&self, text: &str) -> &Self {
        self.then(Script::Answer {
            text: text.to_owned(),
        })
    }

    /// The bodies of all chat requests so far, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        self.shared.requests().clone()
    }

    /// Serves until the process ends.
    pub async fn run(mut self) {
        (&mut self.task).await.ok();
    }
}

impl Drop for ScriptedModel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn scripts(&self) -> MutexGuard<'_, VecDeque<Script>> {
        self.scripts.lock().expect("a handler panicked")
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Value>> {
        self.requests.lock().expect("a handler panicked")
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        self.options
            .api_key
            .as_ref()
            .is_none_or(|key| given == Some(&format!("Bearer {key}")))
    }
}

async fn models(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if !shared.admits(&headers) {
        return wire::refusal(StatusCode::UNAUTHORIZED, "the key is not known");
    }
    let model = json!({ "id": "scripted", "object": "model", "created": 0, "owned_by": "testkit" });
    Json(json!({ "object": "list", "data": [model] })).into_response()
}

async fn add_script(State(shared): State<Arc<Shared>>, Json(script): Json<Script>) -> StatusCode {
    shared.scripts().push_back(script);
    StatusCode::NO_CONTENT
}

async fn list_requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Value>> {
    Json(shared.requests().clone())
}

async fn chat(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    if !shared.admits(&headers) {
        return wire::refusal(StatusCode::UNAUTHORIZED, "the key is not known");
    }
    shared.requests().push(request.clone());
    if shared.options.refuses_schemas && !request["response_format"].is_null() {
        return wire::refusal(
            StatusCode::BAD_REQUEST,
            "response_format is not supported here",
        );
    }
    if shared.options.refuses_tools && !request["tools"].is_null() {
        return wire::refusal(StatusCode::BAD_REQUEST, "tools are not supported here");
    }
    let script = shared.scripts().pop_front();
    let wanted = shared.options.calls.iter();
    let wanted: Vec<_> = wanted
        .filter(|(tool, _)| answer::wants(&request, tool))
        .cloned()
        .collect();
    if script.is_none() && !wanted.is_empty() {
        tokio::time::sleep(shared.options.pause).await;
        return wire::calls(&request, "", &wanted);
    }
    let own = || answer::to(&request);
    let (text, finish, pause) = match script {
        None => (own(), "stop", shared.options.pause),
        Some(Script::Answer { text }) => (text, "stop", Duration::ZERO),
        Some(Script::Calls { text, calls }) => return wire::calls(&request, &text, &calls),
        Some(Script::Slowly { text, pause_ms }) => (text, "stop", Duration::from_millis(pause_ms)),
        Some(Script::Garbage) => ("Sure! Happy to help.".to_owned(), "stop", Duration::ZERO),
        Some(Script::Fenced { value }) => (
            format!("Here it is:\n\n```json\n{value:#}\n```\nAnything else?"),
            "stop",
            Duration::ZERO,
        ),
        Some(Script::Truncated { text }) => (text, "length", Duration::ZERO),
        Some(Script::Empty) => (String::new(), "stop", Duration::ZERO),
        Some(Script::Late { after_ms }) => {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            (own(), "stop", Duration::ZERO)
        }
        Some(Script::RateLimited {
            retry_after_seconds,
        }) => return wire::rate_limited(retry_after_seconds),
        Some(Script::Refused { status }) => {
            let status = StatusCode::from_u16(status).expect("no HTTP status");
            return wire::refusal(status, "as the script says");
        }
        Some(Script::Dropped) => return wire::dropped(&request, &own()),
    };
    wire::completion(&request, &text, finish, pause).await
}
