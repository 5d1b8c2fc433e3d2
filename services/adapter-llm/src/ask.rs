//! From a prompt and its variables to an answer of the right shape.

use crate::{
    Endpoint, Fault, Listener, Record, Shape, Template,
    catalogue::Catalogue,
    client::{Reply, with_usage},
    store::prompts,
    tools,
    wire::{ChatRequest, Said, constraint, offered},
};
use ::store::Database;
use adapter::Health;
use events::{ChatMessage, ChatRole, ErrorClass, Round, ToolOffer};
use http::StatusCode;
use ids::TenantId;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// One question to a model.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub tenant: &'a TenantId,
    /// `name`, `name@label` or `name@version`.
    pub prompt: &'a str,
    pub variables: &'a Value,
    /// The exchange that follows the prompt.
    pub messages: &'a [ChatMessage],
    /// What the model may want done; the answer is then a [`Round`].
    pub tools: &'a [ToolOffer],
    /// What the answer must satisfy; absent for free text.
    pub output_schema: Option<&'a Value>,
    pub model: Option<&'a str>,
    pub temperature: Option<f64>,
    pub max_tokens: Option<u32>,
}

/// Asks models.
pub struct Asker {
    pub(crate) database: Database,
    pub(crate) catalogue: Arc<Catalogue>,
}

impl Asker {
    /// Asks these models with the prompts of `database`.
    #[must_use]
    pub const fn new(database: Database, catalogue: Arc<Catalogue>) -> Self {
        Self {
            database,
            catalogue,
        }
    }

    /// Asks, and says what came of it; a `listener` hears the answer as it comes.
    pub async fn ask(
        &self,
        question: &Question<'_>,
        listener: Option<&mut dyn Listener>,
    ) -> Record {
        let started = Instant::now();
        let mut record = Record::of(question.prompt);
        record.result = self.answer(question, listener, &mut record).await;
        record.latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let outcome = record
            .result
            .as_ref()
            .map_or_else(|fault| fault.error.code.clone(), |_| "completed".to_owned());
        tracing::info!(
            prompt = record.prompt,
            model = record.model,
            outcome,
            duration_ms = record.latency_ms,
            tokens = record.input_tokens + record.output_tokens,
            "model asked"
        );
        metrics::counter!("st_llm_calls_total", "outcome" => outcome).increment(1);
        record
    }

    async fn answer(
        &self,
        question: &Question<'_>,
        mut listener: Option<&mut dyn Listener>,
        record: &mut Record,
    ) -> Result<Value, Fault> {
        let template = self.prompt(question, record).await?;
        let shape = question.output_schema.map(shape).transpose()?;
        record.schema_hash = shape.as_ref().map(Shape::hash);
        let chosen = self.catalogue.choose(question.tenant, question.model).await;
        let (endpoint, model) = chosen?;
        record.model = Some(model.clone());
        let is_streamed = listener.is_some();
        let build = |knows: bool| {
            let mut request = request(question, &template, shape.as_ref(), &model, knows);
            request.stream = is_streamed;
            request.stream_options = (is_streamed && knows).then(with_usage);
            request
        };
        let heard = listener.as_mut().map(|heard| &mut **heard as _);
        let (mut request, reply) = self.say(&endpoint, &build, heard, record).await?;
        let said = reply.text;
        let Some(shape) = shape else {
            let knew_tools = !request.tools.is_empty();
            let round = match question.tools.is_empty() || knew_tools {
                true => Round {
                    text: said.trim().to_owned(),
                    calls: reply.calls.whole(),
                },
                false => tools::read(said.trim().to_owned()),
            };
            return match round {
                Round { text, calls } if text.is_empty() && calls.is_empty() => {
                    Err(Fault::empty(&model))
                }
                round if question.tools.is_empty() => Ok(round.text.into()),
                round => Ok(json!(round)),
            };
        };
        let violations = match shape.read(&said) {
            Ok(value) => return Ok(value),
            Err(violations) => violations,
        };
        record.repaired = true;
        request.messages.push(Said::new(ChatRole::Assistant, said));
        let complaint = Shape::complaint(&violations);
        request.messages.push(Said::new(ChatRole::User, complaint));
        let (_, reply) = self
            .say(&endpoint, &|_| request.clone(), None, record)
            .await?;
        shape
            .read(&reply.text)
            .map_err(|violations| Fault::shape(&model, &violations, &reply.text))
    }

    async fn prompt(
        &self,
        question: &Question<'_>,
        record: &mut Record,
    ) -> Result<Template, Fault> {
        let found = prompts::find(self.database.pool(), question.tenant, question.prompt).await;
        let version = found
            .map_err(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "prompt not read");
                Fault::storage()
            })?
            .ok_or_else(|| Fault::prompt_unknown(question.prompt))?;
        record.prompt = version.reference();
        Template::parse(&version.text).map_err(|problem| {
            let message = format!("The prompt {} cannot be read: {problem}.", record.prompt);
            Fault::new(
                ErrorClass::Rejected,
                "prompt.invalid",
                message,
                "Change the prompt.",
            )
        })
    }

    /// Asks one server, without what it does not know; what it was asked, and what it said.
    async fn say(
        &self,
        endpoint: &Endpoint,
        build: &(dyn Fn(bool) -> ChatRequest + Sync),
        mut listener: Option<&mut dyn Listener>,
        record: &mut Record,
    ) -> Result<(ChatRequest, Reply), Fault> {
        let catalogue = &self.catalogue;
        let credentials = endpoint.credentials(&catalogue.accounts)?;
        let (http, timeout) = (&catalogue.http, catalogue.timeout);
        let server = endpoint.server(http, credentials.as_ref(), "chat/completions", timeout)?;
        let mut request = build(!endpoint.is_plain());
        let heard = listener.as_mut().map(|heard| &mut **heard as _);
        let mut reply = server.ask(&request, heard).await;
        let may_be_plain = !request.is_plain()
            && matches!(&reply, Err(refused) if matches!(
                refused.status,
                Some(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_IMPLEMENTED)
            ));
        if may_be_plain {
            request = build(false);
            reply = server.ask(&request, listener).await;
            if reply.is_ok() {
                tracing::info!(
                    "the model server knows no output schemas or tools; answers are parsed from now on"
                );
                endpoint.set_plain();
            }
        }
        match reply {
            Ok(reply) => {
                catalogue.learn(endpoint, &Health::Healthy).await;
                record.count(&request, &reply, endpoint.settings());
                Ok((request, reply))
            }
            Err(refused) => {
                if let Some(health) = &refused.fault.health {
                    catalogue.learn(endpoint, health).await;
                }
                Err(refused.fault)
            }
        }
    }
}

impl Record {
    /// Adds the tokens of one call, guessed where the server counted none.
    fn count(&mut self, request: &ChatRequest, reply: &Reply, settings: &crate::Settings) {
        let guess = |chars: usize| (chars as u64).div_ceil(4);
        let (input, output) = match reply.usage {
            Some(usage) => (usage.prompt_tokens, usage.completion_tokens),
            None => {
                self.estimated = true;
                (guess(request.chars()), guess(reply.text.chars().count()))
            }
        };
        self.input_tokens += input;
        self.output_tokens += output;
        self.cost_micros = settings.cost_micros(self.input_tokens, self.output_tokens);
    }
}

fn shape(schema: &Value) -> Result<Shape, Fault> {
    Shape::new(schema).map_err(|problem| {
        Fault::new(
            ErrorClass::Rejected,
            "llm.schema_invalid",
            format!("The output schema is no JSON Schema: {problem}."),
            "Correct the schema in the node.",
        )
    })
}

fn request(
    question: &Question<'_>,
    template: &Template,
    shape: Option<&Shape>,
    model: &str,
    knows: bool,
) -> ChatRequest {
    let mut rendered = template.render(question.variables);
    if let Some(shape) = shape {
        rendered.system = format!("{}\n\n{}", rendered.system, shape.instruction());
    }
    let in_words = !knows && !question.tools.is_empty();
    if in_words {
        let instruction = tools::instruction(question.tools);
        rendered.system = format!("{}\n\n{instruction}", rendered.system);
    }
    let opening = [
        (ChatRole::System, rendered.system.trim()),
        (ChatRole::User, rendered.user.as_str()),
    ];
    let mut messages: Vec<Said> = opening
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(role, text)| Said::new(role, text))
        .collect();
    match in_words {
        true => messages.extend(tools::in_words(question.messages).iter().map(Said::from)),
        false => messages.extend(question.messages.iter().map(Said::from)),
    }
    ChatRequest {
        model: model.to_owned(),
        messages,
        stream: false,
        stream_options: None,
        response_format: shape
            .filter(|_| knows)
            .map(|shape| constraint(shape.schema())),
        tools: match knows {
            true => question.tools.iter().map(offered).collect(),
            false => Vec::new(),
        },
        temperature: question.temperature,
        max_tokens: question.max_tokens,
    }
}
