//! `POST /v1/chat/completions`: any client of the `OpenAI` API talks to the assistant.

use super::{
    exchange::{Exchange, Said},
    frame::{self, Frame},
    models,
    turn::{self, Turn},
    words::Told,
};
use crate::{
    App,
    access::{Access, Standing},
    edge::{self, Body, Problem},
    read::{self, Usage},
    requests::{Correlation, Prefer},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response, sse::Event},
};
use futures::{Stream, StreamExt, stream};
use ids::{ConversationId, RunId};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What a client asks for; what is not named here (temperature, tools, …) is ignored: the assistant has its own.
#[derive(Deserialize, ToSchema)]
pub(super) struct CompletionRequest {
    /// `assistant`.
    model: String,
    /// The whole exchange, the user's message last.
    messages: Vec<Said>,
    /// Whether the words come one by one, as server-sent events.
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
}

/// What a stream says beside words.
#[derive(Deserialize, ToSchema)]
pub(super) struct StreamOptions {
    /// A last chunk with `usage`.
    #[serde(default)]
    include_usage: Option<bool>,
}

/// Talk to the assistant, as clients of the `OpenAI` API do
///
/// Tools are called here, not by the client, and what changes something outside waits until the person agrees. An exchange that
/// goes on is one conversation, which is shown among the others.
#[utoipa::path(post, path = "/v1/chat/completions", operation_id = "create_chat_completion", tag = "chat",
    request_body = CompletionRequest,
    responses((status = 200, description = "a `chat.completion`, or `chat.completion.chunk`s that end with `[DONE]`",
            content((Object = "application/json"), (String = "text/event-stream"))),
        (status = "default", description = "an error of that API", body = Object)))]
pub(super) async fn create_chat_completion(
    access: Access,
    standing: Standing,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(asked): Body<CompletionRequest>,
) -> Result<Response, Problem> {
    models::named(&asked.model)?;
    let exchange = Exchange::read(&asked.messages)?;
    let known = match exchange.before.is_empty() {
        true => None,
        false => turn::known(&app, &access, &exchange).await?,
    };
    let conversation = match known {
        Some(conversation) => conversation,
        None => turn::open(&app, &access, prefer, &exchange).await?,
    };
    let posting = (correlation, exchange.message.as_str(), None);
    let turn = turn::post(&app, &access, conversation, posting).await?;
    let talk = Talk {
        app: app.clone(),
        access,
        exchange,
        conversation,
        frame: Frame::of(turn.message),
        run: None,
        text: String::new(),
    };
    match asked.stream.unwrap_or_default() {
        true => {
            let options = asked
                .stream_options
                .and_then(|options| options.include_usage);
            let events = talk.streamed(turn, options.unwrap_or_default());
            Ok(edge::sse(&app, standing, events))
        }
        false => talk.whole(turn).await,
    }
}

/// An answer that a client gets.
struct Talk {
    app: App,
    access: Access,
    exchange: Exchange,
    conversation: ConversationId,
    frame: Frame,
    run: Option<RunId>,
    /// Its words so far.
    text: String,
}

impl Talk {
    async fn whole(mut self, mut turn: Turn) -> Result<Response, Problem> {
        loop {
            match turn.next().await {
                Told::Begun { run } => self.run = run.parse().ok(),
                Told::Words(words) => self.text.push_str(&words),
                Told::Failed { code, message } => {
                    let problem = Problem::new(StatusCode::BAD_GATEWAY, code, "There is no answer");
                    return Err(problem.detail(message));
                }
                Told::Done => break,
            }
        }
        let usage = self.finish().await?;
        Ok(Json(self.frame.completion(&self.text, &usage)).into_response())
    }

    fn streamed(self, turn: Turn, with_usage: bool) -> impl Stream<Item = Event> + Send + 'static {
        let first = self
            .frame
            .chunk(&json!({ "role": "assistant", "content": "" }), None);
        let told = Box::pin(turn.told());
        let rest = stream::unfold((self, told), move |(mut talk, mut told)| async move {
            let events = talk.events(told.next().await?, with_usage).await;
            Some((stream::iter(events), (talk, told)))
        });
        stream::iter([first]).chain(rest.flatten())
    }

    async fn events(&mut self, told: Told, with_usage: bool) -> Vec<Event> {
        match told {
            Told::Begun { run } => {
                self.run = run.parse().ok();
                Vec::new()
            }
            Told::Words(words) => {
                let chunk = self.frame.chunk(&json!({ "content": words }), None);
                self.text.push_str(&words);
                vec![chunk]
            }
            Told::Failed { code, message } => vec![frame::failed(&code, &message), frame::done()],
            Told::Done => match self.finish().await {
                Ok(usage) => {
                    let last = self.frame.chunk(&json!({}), Some("stop"));
                    let usage = with_usage.then(|| self.frame.used(&usage));
                    [Some(last), usage, Some(frame::done())]
                        .into_iter()
                        .flatten()
                        .collect()
                }
                Err(error) => vec![
                    frame::failed("database.unavailable", &error.to_string()),
                    frame::done(),
                ],
            },
        }
    }

    /// Remembers how far the exchange has come; what the models used, as far as it is known by now.
    async fn finish(&self) -> Result<Usage, ::store::Error> {
        let whose = (&self.app, &self.access);
        turn::remember(whose, self.conversation, self.exchange.clone(), &self.text).await?;
        read::usage(&self.app, &self.access.tenant, self.run).await
    }
}
