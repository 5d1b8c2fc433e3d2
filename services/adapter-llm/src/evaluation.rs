//! Versions of prompts, tried on the cases that people's corrections are.

use crate::{
    Asker, Fault, Question,
    labels::Move,
    prompts::{Prompts, rejected},
    store::{
        evaluations,
        feedback::{self, CaseRow},
        labels, prompts,
    },
};
use ::store::{Apply, Error, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use chrono::Utc;
use events::{
    CaseResult, ErrorClass, LlmCall, PRODUCTION, PromptEvaluated, PromptEvaluationRequested,
};
use ids::{EvaluationId, PromptId, TenantId, UserId};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often is looked for what is to be tried.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Cases that a refusal names.
const NAMED: usize = 5;

/// A version that is to be tried.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) evaluation_id: EvaluationId,
    pub(crate) prompt_id: PromptId,
    pub(crate) version: i32,
    /// The label that moves to it, unless it does worse than what is in production.
    pub(crate) label: Option<String>,
    pub(crate) actor: Option<UserId>,
}

/// Stores what is to be tried.
pub(crate) async fn want(tx: &mut Tx, wanted: &Wanted) -> Result<(), Error> {
    let cause = tx.cause().clone();
    evaluations::add(tx.conn(), wanted, &cause).await
}

#[async_trait]
impl Apply<PromptEvaluationRequested> for Prompts {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<PromptEvaluationRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let prompt_id = event.prompt_id;
        let version = i32::try_from(event.version).unwrap_or(i32::MAX);
        let known = prompts::get(tx.conn(), prompt_id).await?;
        let is_there = known.is_some_and(|prompt| prompt.tenant == tenant.as_str());
        if !is_there || !prompts::has(tx.conn(), prompt_id, version).await? {
            let message = format!("the prompt has no version {version}");
            return Ok(rejected(tx, prompt_id, "prompt.version_unknown", &message)?);
        }
        let wanted = Wanted {
            evaluation_id: event.evaluation_id,
            prompt_id,
            version,
            label: None,
            actor: Some(event.actor),
        };
        Ok(want(tx, &wanted).await?)
    }
}

/// Tries what is wanted.
pub struct Evaluator {
    asker: Asker,
}

impl Evaluator {
    /// Tries versions by asking through `asker`.
    #[must_use]
    pub const fn new(asker: Asker) -> Self {
        Self { asker }
    }

    /// Looks for what is to be tried, until `stop`.
    pub async fn keep(self, stop: CancellationToken) {
        loop {
            let did = tokio::select! {
                () = stop.cancelled() => return,
                did = self.try_next() => did,
            };
            match did {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "prompt not evaluated"
                ),
            }
            tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(LOOK_EVERY) => {} }
        }
    }

    /// Tries the oldest that nobody works on; false when there is none.
    ///
    /// # Errors
    /// `Query` when the database cannot be reached; it is tried again later then.
    pub async fn try_next(&self) -> Result<bool, Error> {
        let database = &self.asker.database;
        let Some((wanted, cause)) = evaluations::take(database.pool()).await? else {
            return Ok(false);
        };
        let found = feedback::cases(database.pool(), wanted.prompt_id, &cause.tenant).await?;
        let tried = self.try_all(&wanted, &cause.tenant, &found).await?;
        let mut tx = database.begin(cause).await?;
        prompts::lock(tx.conn()).await?;
        if evaluations::end(tx.conn(), wanted.evaluation_id).await? {
            tell(&mut tx, &wanted, tried).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn try_all(
        &self,
        wanted: &Wanted,
        tenant: &TenantId,
        cases: &[CaseRow],
    ) -> Result<Result<Tried, Fault>, Error> {
        let pool = self.asker.database.pool();
        let mut conn = pool
            .acquire()
            .await
            .map_err(Error::query("look for a prompt"))?;
        let prompt = prompts::get(&mut conn, wanted.prompt_id).await?;
        drop(conn);
        let Some(prompt) = prompt else {
            return Ok(Err(Fault::prompt_unknown("")));
        };
        let mut tried = Tried {
            against: prompt.production,
            cases: Vec::new(),
            cost_micros: 0,
        };
        for row in cases {
            evaluations::renew(pool, wanted.evaluation_id).await?;
            match self
                .compare(&prompt.name, (wanted.version, tried.against), tenant, row)
                .await
            {
                Ok((case, cost)) => {
                    tried.cases.push(case);
                    tried.cost_micros += cost;
                }
                Err(fault) => return Ok(Err(fault)),
            }
        }
        Ok(Ok(tried))
    }

    /// How two versions of a prompt do on a case, and what asking cost. One is not asked twice to be compared with itself.
    async fn compare(
        &self,
        prompt: &str,
        (version, against): (i32, i32),
        tenant: &TenantId,
        row: &CaseRow,
    ) -> Result<(CaseResult, u64), Fault> {
        let (passed, cost) = self
            .try_one(&format!("{prompt}@{version}"), tenant, row)
            .await?;
        let (passed_before, more) = match version == against {
            true => (passed, 0),
            false => {
                self.try_one(&format!("{prompt}@{against}"), tenant, row)
                    .await?
            }
        };
        let case = CaseResult {
            feedback_id: row.id(),
            passed,
            passed_before,
        };
        Ok((case, cost + more))
    }

    /// Whether a version passes a case, and what asking cost. An answer of another shape passes none; that a server is away
    /// says nothing of the prompt.
    async fn try_one(
        &self,
        reference: &str,
        tenant: &TenantId,
        row: &CaseRow,
    ) -> Result<(bool, u64), Fault> {
        let call = LlmCall {
            prompt: reference.to_owned(),
            // The same question gets the same answer, as far as a model can do that.
            temperature: Some(0.0),
            ..row.call.0.clone()
        };
        let record = self
            .asker
            .ask(&Question::of(&call, tenant, Utc::now()), None)
            .await;
        let cost = record.cost_micros;
        match record.result {
            Ok(output) => Ok((row.case().passes(&output), cost)),
            Err(fault) if fault.error.class == ErrorClass::Schema => Ok((false, cost)),
            Err(fault) => Err(fault),
        }
    }
}

/// What came of all cases.
struct Tried {
    against: i32,
    cases: Vec<CaseResult>,
    cost_micros: u64,
}

impl Tried {
    /// Cases that only the version in production passes, when the other one passes fewer altogether.
    fn lost(&self) -> Vec<String> {
        let passed = self.cases.iter().filter(|case| case.passed).count();
        let before = self.cases.iter().filter(|case| case.passed_before).count();
        let lost = self
            .cases
            .iter()
            .filter(|case| passed < before && case.passed_before && !case.passed);
        lost.map(|case| case.feedback_id.to_string()).collect()
    }
}

async fn tell(tx: &mut Tx, wanted: &Wanted, tried: Result<Tried, Fault>) -> Result<(), Error> {
    let (prompt_id, version) = (wanted.prompt_id, wanted.version);
    let production = labels::current(tx.conn(), prompt_id, PRODUCTION).await?;
    let refused = match &tried {
        Err(fault) => Some((
            "prompt.not_evaluated",
            format!(
                "version {version} could not be tried on its cases: {}",
                fault.error.message
            ),
        )),
        Ok(tried) => wanted
            .label
            .as_deref()
            .and_then(|label| refusal(label, version, tried, production)),
    };
    let tried = tried.unwrap_or_else(|_| Tried {
        against: production.unwrap_or_default(),
        cases: Vec::new(),
        cost_micros: 0,
    });
    tracing::info!(prompt.id = %prompt_id, version, cases = tried.cases.len(), refused = refused.is_some(), "prompt evaluated");
    tx.emit(&PromptEvaluated {
        evaluation_id: wanted.evaluation_id,
        prompt_id,
        version: version.unsigned_abs(),
        against: tried.against.unsigned_abs(),
        label: wanted.label.clone(),
        cases: tried.cases,
        problem: refused.as_ref().map(|(_, message)| message.clone()),
        cost_micros: tried.cost_micros,
        actor: wanted.actor,
        evaluated_at: Utc::now(),
    })?;
    match (refused, &wanted.label) {
        (Some((code, message)), _) => rejected(tx, prompt_id, code, &message),
        (None, None) => Ok(()),
        (None, Some(label)) => {
            let wanted = Move {
                prompt_id,
                label,
                version,
                actor: wanted.actor,
            };
            wanted.make(tx).await
        }
    }
}

/// Why the label does not move, as code and sentence.
fn refusal(
    label: &str,
    version: i32,
    tried: &Tried,
    production: Option<i32>,
) -> Option<(&'static str, String)> {
    let (lost, against) = (tried.lost(), tried.against);
    if !lost.is_empty() {
        let named: Vec<&str> = lost.iter().take(NAMED).map(String::as_str).collect();
        let message = format!(
            "version {version} does worse than version {against} on {} of {} answers that people corrected, so `{label}` stays \
             where it is; it fails {}{}",
            lost.len(),
            tried.cases.len(),
            named.join(", "),
            if lost.len() > NAMED {
                " and others"
            } else {
                ""
            }
        );
        return Some(("prompt.worse", message));
    }
    if production != Some(against) {
        let message = format!(
            "`{PRODUCTION}` was moved while version {version} was tried against version {against}; try again"
        );
        return Some(("prompt.conflict", message));
    }
    None
}
