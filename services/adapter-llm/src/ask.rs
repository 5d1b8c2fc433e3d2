//! From a prompt and its variables to an answer of the right shape: by the first model that can.

use crate::{
    Fault, Listener, Record, Shape, Template,
    catalogue::Catalogue,
    choice::{Candidate, Choice},
    client::Patience,
    invocation::Try,
    question::{Knows, Question},
    routing::Wish,
    store::prompts,
    trial::Trial,
};
use ::store::Database;
use async_trait::async_trait;
use events::{ErrorClass, FellBack};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
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
        record.latency_ms = millis(started.elapsed());
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
            fell_back = record.fell_back_from.len(),
            "model asked"
        );
        metrics::counter!("st_llm_calls_total", "outcome" => outcome).increment(1);
        record
    }

    async fn answer(
        &self,
        question: &Question<'_>,
        listener: Option<&mut dyn Listener>,
        record: &mut Record,
    ) -> Result<Value, Fault> {
        let template = self.prompt(question, record).await?;
        let shape = question.shape()?;
        record.schema_hash = shape.as_ref().map(Shape::hash);
        let length = question.asked(&template, shape.as_ref(), ("", Knows::default()), false);
        let wish = Wish {
            model: question.model,
            need: question.need,
            tokens: length.tokens(),
        };
        let chosen = self.catalogue.choose(question.tenant, &wish).await?;
        let trial = Trial {
            catalogue: &self.catalogue,
            question,
            template: &template,
            shape: shape.as_ref(),
        };
        first_answer(&trial, chosen, listener, record).await
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
}

/// Asks one after the other, until one answers or fails for a reason of the call's own. Who has heard words of one hears none
/// of another.
async fn first_answer(
    trial: &Trial<'_>,
    Choice { candidates, passed }: Choice,
    listener: Option<&mut dyn Listener>,
    record: &mut Record,
) -> Result<Value, Fault> {
    record.fell_back_from = passed;
    let mut overheard = listener.map(|listener| Overheard {
        listener,
        has_words: false,
    });
    let mut left = candidates.iter();
    while let Some(candidate) = left.next() {
        let is_last = left.len() == 0;
        let patience = match is_last {
            true => Patience::ALONE,
            false => Patience::AMONG_OTHERS,
        };
        let heard = overheard.as_mut().map(|heard| heard as &mut dyn Listener);
        let fault = match tried(trial, candidate, (patience, heard), record).await {
            Ok(value) => return Ok(value),
            Err(fault) => fault,
        };
        let has_words = overheard.as_ref().is_some_and(|heard| heard.has_words);
        if is_last || has_words || !fault.is_about_server() {
            return Err(fault);
        }
        note(record, &fault, candidate);
    }
    Err(Fault::not_configured())
}

/// Asks one model, and keeps what it did: in the record, and of its server.
async fn tried(
    trial: &Trial<'_>,
    candidate: &Candidate,
    (patience, listener): (Patience, Option<&mut dyn Listener>),
    record: &mut Record,
) -> Result<Value, Fault> {
    let Candidate { endpoint, model } = candidate;
    endpoint.rest().tried(Instant::now());
    record.model = Some(model.clone());
    record.repaired = false;
    let (started, before) = (Instant::now(), record.output_tokens);
    let result = trial.of(candidate, patience, listener, record).await;
    record.tries.push(Try {
        account: endpoint.account().map(|account| account.id),
        model: model.clone(),
        latency_ms: millis(started.elapsed()),
        output_tokens: record.output_tokens - before,
        error_code: result.as_ref().err().map(|fault| fault.error.code.clone()),
    });
    match &result {
        Err(fault) if fault.is_about_server() => {
            let wanted = fault.error.retry_after_ms.map(Duration::from_millis);
            endpoint.rest().failed(Instant::now(), wanted);
        }
        Ok(_) | Err(_) => endpoint.rest().answered(),
    }
    result
}

/// Notes that another model is asked now.
fn note(record: &mut Record, fault: &Fault, Candidate { endpoint, model }: &Candidate) {
    tracing::info!(model, code = fault.error.code, "another model is asked");
    metrics::counter!("st_llm_fallbacks_total", "code" => fault.error.code.clone()).increment(1);
    record.fell_back_from.push(FellBack {
        model: model.clone(),
        account_id: endpoint.account().map(|account| account.id),
        code: fault.error.code.clone(),
    });
}

/// Knows whether there was anything to hear.
struct Overheard<'a> {
    listener: &'a mut dyn Listener,
    has_words: bool,
}

#[async_trait]
impl Listener for Overheard<'_> {
    async fn heard(&mut self, text: &str) {
        self.has_words = true;
        self.listener.heard(text).await;
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
