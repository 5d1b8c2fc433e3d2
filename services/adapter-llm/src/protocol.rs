//! Model calls of runs: effects of the ledger.

use crate::{
    Asker, Credentials, Ended, Endpoint, LlmAccount, Question, Record, Shape, invocation_id,
    store::invocations,
};
use ::store::Error;
use adapter::{Account, Call, Done, Failed, Health, Protocol};
use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use events::{ErrorClass, LlmCall, LlmCallRequested, LlmOrigin, RunError};
use ids::{InvocationId, TenantId};
use serde_json::json;
use std::sync::Arc;

/// The protocol as the effect ledger drives it.
pub struct Llm {
    asker: Arc<Asker>,
}

/// A call, ready to be made.
pub struct Outgoing {
    invocation: InvocationId,
    origin: LlmOrigin,
    call: LlmCall,
}

impl Llm {
    /// Effects that ask through `asker`.
    #[must_use]
    pub const fn new(asker: Arc<Asker>) -> Self {
        Self { asker }
    }

    async fn ask(&self, outgoing: &Outgoing, tenant: &TenantId) -> Record {
        let call = &outgoing.call;
        let question = Question {
            tenant,
            prompt: &call.prompt,
            variables: &call.variables,
            messages: &[],
            output_schema: call.output_schema.as_ref(),
            model: call.model.as_deref(),
            temperature: call.temperature,
            max_tokens: call.max_tokens,
        };
        self.asker.ask(&question, None).await
    }

    async fn recorded(&self, invocation: InvocationId) -> Result<Option<Ended>, Error> {
        let look = || invocations::ended(self.asker.database.pool(), invocation);
        look.retry(ExponentialBuilder::default()).await
    }

    /// Records the end and tells it; a repeat is left as it is.
    async fn record(
        &self,
        call: &Call<'_, Self>,
        record: &Record,
        ended: &Ended,
    ) -> Result<(), Error> {
        let store = || async {
            let mut tx = self.asker.database.begin(call.cause.clone()).await?;
            let id = call.outgoing.invocation;
            if invocations::add_ended(tx.conn(), id, &call.cause.tenant, record, ended).await? {
                match ended {
                    Ended::Completed(event) => tx.emit(event)?,
                    Ended::Failed(event) => tx.emit(event)?,
                };
            }
            tx.commit().await
        };
        store.retry(ExponentialBuilder::default()).await
    }
}

#[async_trait]
impl Protocol for Llm {
    type Accounts = LlmAccount;
    type Effect = LlmCallRequested;
    type Outgoing = Outgoing;

    fn translate(
        &self,
        effect: &LlmCallRequested,
        _: Option<&Account<LlmAccount>>,
    ) -> Result<Outgoing, RunError> {
        let (origin, call) = (&effect.origin, &effect.call);
        if let Some(problem) = call
            .output_schema
            .as_ref()
            .and_then(|s| Shape::new(s).err())
        {
            return Err(adapter::fault(
                ErrorClass::Rejected,
                "llm.schema_invalid",
                format!("The output schema is no JSON Schema: {problem}."),
                Some("Correct the schema in the node."),
            ));
        }
        Ok(Outgoing {
            invocation: invocation_id(origin.run_id, &origin.effect_key),
            origin: LlmOrigin::Run {
                run_id: origin.run_id,
                workflow_id: origin.workflow_id,
                effect_key: origin.effect_key.clone(),
            },
            call: call.clone(),
        })
    }

    fn host<'a>(&self, _: &'a Outgoing) -> Option<&'a str> {
        None
    }

    /// A question changes nothing outside, so an interrupted one is asked again.
    fn is_idempotent(&self, _: &Outgoing) -> bool {
        true
    }

    fn lane(&self, effect: &LlmCallRequested) -> String {
        effect.call.model.clone().unwrap_or_default()
    }

    async fn call(&self, call: Call<'_, Self>) -> Result<Done, Failed> {
        let outgoing = call.outgoing;
        let known = self.recorded(outgoing.invocation).await;
        let ended = match known.map_err(|error| unrecorded(&error))? {
            Some(ended) => ended,
            None => {
                let record = self.ask(outgoing, &call.cause.tenant).await;
                let ended = record.ended(outgoing.invocation, outgoing.origin.clone());
                self.record(&call, &record, &ended)
                    .await
                    .map_err(|error| unrecorded(&error))?;
                ended
            }
        };
        let (output, cost) = ended.result().map_err(Failed::answered)?;
        let outcome = match outgoing.call.output_schema {
            Some(_) => output,
            None => json!({ "text": output }),
        };
        Ok(Done {
            outcome: outcome.into(),
            cost: Some(cost),
        })
    }

    async fn verify(
        &self,
        account: &Account<LlmAccount>,
        _: Option<Credentials>,
    ) -> Option<Health> {
        let catalogue = &self.asker.catalogue;
        let found = catalogue.accounts.get(account.id).await.ok()??;
        match catalogue.list(&Endpoint::of_account(found)).await {
            Ok(_) => Some(Health::Healthy),
            // Without a list of models, only use can tell.
            Err(fault) => fault.health,
        }
    }
}

fn unrecorded(error: &Error) -> Failed {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "model call not recorded"
    );
    let message = "The database could not be reached to record the model call.";
    let hint = Some("Try again later.");
    Failed::during(adapter::fault(
        ErrorClass::Unavailable,
        "llm.storage_unavailable",
        message,
        hint,
    ))
}
