//! A language model that says what it is told to, over three protocols: the chat completions of `OpenAI`, Ollama's chat,
//! Anthropic's messages.

mod answer;
mod anthropic;
mod ollama;
mod openai;
mod script;
mod spoken;

pub use script::{Mind, ModelOptions, Script, Thought};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::Value;
use spoken::{Answer, Finish, Pace, Until, Voice, refusal};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

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
            .route("/v1/chat/completions", post(chat_openai))
            .route("/v1/messages", post(chat_anthropic))
            .route("/api/tags", get(ollama_models))
            .route("/api/chat", post(chat_ollama))
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

    /// What a client of the chat completions of `OpenAI` is configured with.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.root_url())
    }

    /// What a client of Ollama's or Anthropic's protocol is configured with.
    #[must_use]
    pub fn root_url(&self) -> String {
        format!("http://{}", self.address)
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

    /// The answer to who may not ask.
    fn rejects(&self, voice: &dyn Voice, headers: &HeaderMap) -> Option<Response> {
        let wanted = self.options.api_key.as_deref();
        let is_known = wanted.is_none() || voice.key(headers) == wanted;
        let message = "the key is not known";
        (!is_known).then(|| refusal(voice, StatusCode::UNAUTHORIZED, message))
    }

    /// What is wrong with the request.
    fn objects(&self, voice: &dyn Voice, headers: &HeaderMap, request: &Value) -> Option<&str> {
        let (asked, options) = (voice.asked(request), &self.options);
        let has_temperature =
            !request["temperature"].is_null() || !request["options"]["temperature"].is_null();
        if options.refuses_schemas && asked.constraint.is_some() {
            return Some("output schemas are not supported here");
        }
        if options.refuses_tools && !asked.tools.is_empty() {
            return Some("tools are not supported here");
        }
        if options.refuses_temperature && has_temperature {
            return Some("Temperature is not supported here");
        }
        voice.objects(headers, request)
    }
}

async fn models(state: State<Arc<Shared>>, headers: HeaderMap) -> Response {
    match headers.contains_key("anthropic-version") {
        true => list(&state, &anthropic::Anthropic, &headers),
        false => list(&state, &openai::OpenAi, &headers),
    }
}

async fn ollama_models(state: State<Arc<Shared>>, headers: HeaderMap) -> Response {
    list(&state, &ollama::Ollama, &headers)
}

fn list(shared: &Shared, voice: &dyn Voice, headers: &HeaderMap) -> Response {
    let rejected = shared.rejects(voice, headers);
    rejected.unwrap_or_else(|| Json(voice.models()).into_response())
}

async fn add_script(State(shared): State<Arc<Shared>>, Json(script): Json<Script>) -> StatusCode {
    shared.scripts().push_back(script);
    StatusCode::NO_CONTENT
}

async fn list_requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Value>> {
    Json(shared.requests().clone())
}

async fn chat_openai(
    state: State<Arc<Shared>>,
    headers: HeaderMap,
    request: Json<Value>,
) -> Response {
    chat(&state, &openai::OpenAi, &headers, request.0).await
}

async fn chat_ollama(
    state: State<Arc<Shared>>,
    headers: HeaderMap,
    request: Json<Value>,
) -> Response {
    chat(&state, &ollama::Ollama, &headers, request.0).await
}

async fn chat_anthropic(
    state: State<Arc<Shared>>,
    headers: HeaderMap,
    request: Json<Value>,
) -> Response {
    chat(&state, &anthropic::Anthropic, &headers, request.0).await
}

async fn chat(shared: &Shared, voice: &dyn Voice, headers: &HeaderMap, request: Value) -> Response {
    if let Some(rejected) = shared.rejects(voice, headers) {
        return rejected;
    }
    shared.requests().push(request.clone());
    if let Some(objection) = shared.objects(voice, headers, &request) {
        return refusal(voice, StatusCode::BAD_REQUEST, objection);
    }
    let script = shared.scripts().pop_front();
    perform(shared, voice, &request, script).await
}

/// What the script says; without one, the model's own answer.
async fn perform(
    shared: &Shared,
    voice: &dyn Voice,
    request: &Value,
    script: Option<Script>,
) -> Response {
    let (options, asked) = (&shared.options, voice.asked(request));
    let mut pace = Pace {
        pause: Duration::ZERO,
        cut_bytes: options.cut_bytes,
    };
    let mut until = Until::End;
    let mut answer = Answer {
        text: answer::to(&asked),
        ..Answer::default()
    };
    let mind = options.mind.as_ref().filter(|_| script.is_none());
    if let Some(Thought { text, calls }) = mind.and_then(|mind| mind.think(request)) {
        (answer.text, answer.calls) = (text, calls);
        return spoken::respond(voice, request, &answer, pace, &until).await;
    }
    match script {
        None => {
            let wanted = options.calls.iter();
            let wanted = wanted.filter(|(tool, _)| answer::wants(&asked, tool));
            answer.calls = wanted.cloned().collect();
            pace.pause = options.pause;
            if !answer.calls.is_empty() {
                answer.text.clear();
                tokio::time::sleep(options.pause).await;
                pace.pause = Duration::ZERO;
            }
        }
        Some(Script::Answer { text }) => answer.text = text,
        Some(Script::Calls { text, calls }) => (answer.text, answer.calls) = (text, calls),
        Some(Script::Slowly { text, pause_ms }) => {
            answer.text = text;
            pace.pause = Duration::from_millis(pause_ms);
        }
        Some(Script::Garbage) => "Sure! Happy to help.".clone_into(&mut answer.text),
        Some(Script::Fenced { value }) => {
            answer.text = format!("Here it is:\n\n```json\n{value:#}\n```\nAnything else?");
        }
        Some(Script::Truncated { text }) => {
            (answer.text, answer.finish) = (text, Finish::Cut);
        }
        Some(Script::Empty) => answer.text.clear(),
        Some(Script::Declined) => answer.finish = Finish::Declined,
        Some(Script::Late { after_ms }) => {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
        }
        Some(Script::RateLimited {
            retry_after_seconds,
        }) => return spoken::rate_limited(voice, retry_after_seconds),
        Some(Script::Refused { status }) => {
            let status = StatusCode::from_u16(status).expect("no HTTP status");
            return refusal(voice, status, "as the script says");
        }
        Some(Script::TooLong) => {
            return (StatusCode::BAD_REQUEST, Json(voice.too_long())).into_response();
        }
        Some(Script::Dropped) => until = Until::Broken,
        Some(Script::Ended) => until = Until::Ended,
        Some(Script::Fails { message }) => until = Until::Error(message),
    }
    spoken::respond(voice, request, &answer, pace, &until).await
}
