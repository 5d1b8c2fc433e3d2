//! From a prompt and its variables to an answer of the right shape.

use crate::{
    Endpoint, Fault, Listener, Record, Shape, Template,
    catalogue::Catalogue,
    client::Reply,
    question::{Knows, Question},
    store::prompts,
    tools,
    wire::{Asked, End},
};
use ::store::Database;
use adapter::Health;
use events::{ChatMessage, ChatRole, ErrorClass, Round};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

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
        let shape = question.shape()?;
        record.schema_hash = shape.as_ref().map(Shape::hash);
        let chosen = self.catalogue.choose(question.tenant, question.model).await;
        let (endpoint, model) = chosen?;
        record.model = Some(model.clone());
        let is_streamed = listener.is_some();
        let build = |knows| question.asked(&template, shape.as_ref(), (&model, knows), is_streamed);
        let heard = listener.as_mut().map(|heard| &mut **heard as _);
        let (mut asked, reply) = self.say(&endpoint, &build, heard, record).await?;
        let Some(shape) = shape else {
            return round(question, &asked, reply);
        };
        let said = reply.text;
        let violations = match shape.read(&said) {
            Ok(value) => return Ok(value),
            Err(violations) => violations,
        };
        record.repaired = true;
        let complaint = Shape::complaint(&violations);
        asked.messages.extend([
            ChatMessage::said(ChatRole::Assistant, said),
            ChatMessage::said(ChatRole::User, complaint),
        ]);
        let again = |knows: Knows| Asked {
            schema: asked.schema.clone().filter(|_| knows.extras),
            tools: match knows.extras {
                true => asked.tools.clone(),
                false => Vec::new(),
            },
            temperature: asked.temperature.filter(|_| knows.temperature),
            ..asked.clone()
        };
        let (_, reply) = self.say(&endpoint, &again, None, record).await?;
        shape
            .read(&reply.text)
            .map_err(|violations| Fault::shape(&model, &violations, &reply.text))
    }

    async fn prompt(
        &self,
        question: &Question<'_>,
        record: &mut Record,
    ) -> Result<Template, Fault> {
        let found = prompts::find(
            self.database.pool(),
            question.tenant,
            question.prompt,
            question.at,
        )
        .await;
        let version = found
            .map_err(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "prompt not read");
                Fault::storage()
            })?
            .ok_or_else(|| Fault::prompt_unknown(question.prompt))?;
        record.prompt = version.reference();
        record.version = Some((version.prompt(), version.version));
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
        build: &(dyn Fn(Knows) -> Asked + Sync),
        mut listener: Option<&mut dyn Listener>,
        record: &mut Record,
    ) -> Result<(Asked, Reply), Fault> {
        let catalogue = &self.catalogue;
        let credentials = endpoint.credentials(&catalogue.accounts)?;
        let server = endpoint.chat(&catalogue.http, credentials.as_ref(), catalogue.timeout)?;
        let model = record.model.clone().unwrap_or_default();
        let first = endpoint.knows(&model);
        let mut knows = first;
        let mut asked = build(knows);
        let reply = loop {
            let heard = listener.as_mut().map(|heard| &mut **heard as _);
            let refused = match server.ask(&asked, heard).await {
                Ok(reply) => break Ok(reply),
                Err(refused) => refused,
            };
            let fewer = Knows {
                temperature: knows.temperature && !refused.is_about_temperature(),
                extras: knows.extras && refused.is_about_temperature(),
            };
            let plainer = build(fewer);
            let is_same = server.speech.body(&plainer) == server.speech.body(&asked);
            if is_same || !refused.is_beyond_it() {
                break Err(refused);
            }
            (knows, asked) = (fewer, plainer);
        };
        match reply {
            Ok(reply) => {
                let lasting = Knows {
                    extras: knows.extras || !server.speech.varies(),
                    ..knows
                };
                if lasting != first {
                    tracing::info!(
                        model,
                        "the model does not know all that it was asked for; it is asked for less from now on"
                    );
                    endpoint.set_knows(&model, lasting);
                }
                catalogue.learn(endpoint, &Health::Healthy).await;
                record.count(&asked, &reply, endpoint.settings());
                match reply.end {
                    Some(End::Declined) => Err(Fault::declined(&model)),
                    Some(End::Done | End::Cut) | None => Ok((asked, reply)),
                }
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
    fn count(&mut self, asked: &Asked, reply: &Reply, settings: &crate::Settings) {
        let guess = |chars: usize| (chars as u64).div_ceil(4);
        let usage = reply.usage;
        self.estimated |= usage.input.is_none() || usage.output.is_none();
        self.input_tokens += usage.input.unwrap_or_else(|| guess(asked.chars()));
        self.output_tokens += usage
            .output
            .unwrap_or_else(|| guess(reply.text.chars().count()));
        self.cost_micros = settings.cost_micros(self.input_tokens, self.output_tokens);
    }
}

/// Free text, or what a model with tools says and wants.
fn round(question: &Question<'_>, asked: &Asked, reply: Reply) -> Result<Value, Fault> {
    let said = reply.text.trim().to_owned();
    let knew_tools = !asked.tools.is_empty();
    let before = question.messages.iter().map(|said| said.calls.len()).sum();
    let round = match question.tools.is_empty() || knew_tools {
        true => Round {
            text: said,
            calls: reply.calls.whole(before),
        },
        false => tools::read(said, before),
    };
    if round.text.is_empty() && round.calls.is_empty() {
        return Err(Fault::empty(&asked.model, reply.end == Some(End::Cut)));
    }
    match question.tools.is_empty() {
        true => Ok(round.text.into()),
        false => Ok(json!(round)),
    }
}
