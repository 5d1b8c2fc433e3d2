//! Model calls of runs: effects of the ledger. Those that a conversation follows are told as they come.

use crate::{
    Asker, Credentials, Ended, Endpoint, Listener, LlmAccount, Question, Record, Shape,
    invocation_id,
    store::{
        invocations::{self, Claim, End},
        tries,
    },
    teller::Teller,
};
use ::store::Error;
use adapter::{Account, Call, Done, Failed, Health, Protocol};
use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use bus::Bus;
use events::{ErrorClass, LlmCall, LlmCallRequested, LlmOrigin, RunError, Timestamp, Told};
use ids::{InvocationId, RunId, TenantId};
use serde_json::json;

/// The protocol as the effect ledger drives it.
pub struct Llm {
    asker: Asker,
    bus: Bus,
}

/// A call, ready to be made.
pub struct Outgoing {
    invocation: InvocationId,
    origin: LlmOrigin,
    call: LlmCall,
    /// When its run began: labels of prompts mean what they meant then, so that a run keeps its versions.
    begun: Timestamp,
}

impl Llm {
    /// Effects that ask through `asker`, and tell conversations through `bus`.
    #[must_use]
    pub const fn new(asker: Asker, bus: Bus) -> Self {
        Self { asker, bus }
    }

    async fn ask(
        &self,
        outgoing: &Outgoing,
        tenant: &TenantId,
        listener: Option<&mut dyn Listener>,
    ) -> Record {
        let question = Question::of(&outgoing.call, tenant, outgoing.begun);
        self.asker.ask(&question, listener).await
    }

    /// The call's end, as it was recorded before or is now.
    async fn ended(&self, call: &Call<'_, Self>) -> Result<Ended, Error> {
        if let Some(ended) = self.recorded(call.outgoing.invocation).await? {
            return Ok(ended);
        }
        if let Some(told) = call.outgoing.call.told {
            return self.tell(call, told).await;
        }
        self.ask_unheard(call).await
    }

    async fn ask_unheard(&self, call: &Call<'_, Self>) -> Result<Ended, Error> {
        let record = self.ask(call.outgoing, &call.cause.tenant, None).await;
        self.record(call, &record, None).await
    }

    /// Asks, and tells the words as they come.
    async fn tell(&self, call: &Call<'_, Self>, told: Told) -> Result<Ended, Error> {
        let (database, tenant) = (&self.asker.database, &call.cause.tenant);
        let invocation = call.outgoing.invocation;
        let taken = invocations::take_on(database.pool(), invocation, tenant).await?;
        let Some((claim, transcript)) = taken else {
            // Another process has ended it meanwhile, or its words are forgotten by now.
            return match self.recorded(invocation).await? {
                Some(ended) => Ok(ended),
                None => self.ask_unheard(call).await,
            };
        };
        let cause = call.cause.clone();
        let told = (claim, told, transcript);
        let mut teller = Teller::resume((database, &self.bus), told, cause).await;
        let record = self.ask(call.outgoing, tenant, Some(&mut teller)).await;
        teller.flush().await;
        self.record(call, &record, Some(claim)).await
    }

    async fn recorded(&self, invocation: InvocationId) -> Result<Option<Ended>, Error> {
        let look = || invocations::ended(self.asker.database.pool(), invocation);
        look.retry(ExponentialBuilder::default()).await
    }

    /// Records the end and tells it. What another process has recorded counts.
    async fn record(
        &self,
        call: &Call<'_, Self>,
        record: &Record,
        claim: Option<Claim>,
    ) -> Result<Ended, Error> {
        let invocation = call.outgoing.invocation;
        let ended = record.ended(invocation, call.outgoing.origin.clone());
        let store = || async {
            let mut tx = self.asker.database.begin(call.cause.clone()).await?;
            let tenant = &call.cause.tenant;
            let end = End {
                call: &call.outgoing.call,
                record,
                ended: &ended,
            };
            let is_new = match claim {
                Some(claim) => invocations::end(tx.conn(), claim, &end).await?,
                None => invocations::add_ended(tx.conn(), invocation, tenant, &end).await?,
            };
            if is_new {
                tries::add(tx.conn(), invocation, tenant, &record.tries).await?;
                match &ended {
                    Ended::Completed(event) => tx.emit(event)?,
                    Ended::Failed(event) => tx.emit(event)?,
                };
            }
            tx.commit().await.map(|_| is_new)
        };
        match store.retry(ExponentialBuilder::default()).await? {
            true => Ok(ended),
            false => Ok(self.recorded(invocation).await?.unwrap_or(ended)),
        }
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
            begun: begun(origin.run_id),
        })
    }

    fn host<'a>(&self, _: &'a Outgoing) -> Option<&'a str> {
        None
    }

    /// A question changes nothing outside, so an interrupted one is asked again.
    fn is_idempotent(&self, _: &Outgoing) -> bool {
        true
    }

    /// Who talks to the assistant does not wait for workflows, nor for others who talk.
    fn lane(&self, effect: &LlmCallRequested) -> String {
        match effect.call.told {
            Some(told) => told.conversation_id.to_string(),
            None => effect.call.model.clone().unwrap_or_default(),
        }
    }

    async fn call(&self, call: Call<'_, Self>) -> Result<Done, Failed> {
        let ended = self.ended(&call).await;
        let ended = ended.map_err(|error| unrecorded(&error))?;
        let (output, cost) = ended.result().map_err(Failed::answered)?;
        let is_free = call.outgoing.call.output_schema.is_none();
        let outcome = match output.as_str().filter(|_| is_free) {
            Some(text) => json!({ "text": text }),
            None => output,
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

/// The time in the run's id.
fn begun(run: RunId) -> Timestamp {
    i64::try_from(run.timestamp_ms())
        .ok()
        .and_then(Timestamp::from_timestamp_millis)
        .unwrap_or_default()
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
