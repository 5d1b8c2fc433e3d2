//! One effect, from its ledger row to its result.
//!
//! | row | what happens | becomes |
//! |---|---|---|
//! | intent | something is wrong before the call | failed |
//! | intent | about to call what does not recognise a repeat | dispatched |
//! | dispatched | the call came to nothing on the way | intent, or failed when it will not pass |
//! | dispatched | the call worked, or was refused | confirmed, failed |
//! | dispatched | interrupted; the other side recognises a repeat | dispatched again |
//! | dispatched | interrupted; it does not | unknown |

use crate::{
    Account, AccountKind, Call, Done, Effect, Effects, Failed, Health, Protocol, Reach, fault,
    redact::Redaction,
    store::ledger::{self, Open, Recorded},
};
use authz::{Permission, editors_may};
use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use bus::Cause;
use events::{EffectOrigin, ErrorClass, RunError};
use std::time::Duration;
use store::Error;

type Credentials<P> = <<P as Protocol>::Accounts as AccountKind>::Credentials;

/// Everything a call needs.
struct Prepared<P: Protocol> {
    outgoing: P::Outgoing,
    account: Option<Account<P::Accounts>>,
    credentials: Option<Credentials<P>>,
    redaction: Redaction,
}

/// What is to be recorded.
pub(crate) struct Settlement {
    pub(crate) state: &'static str,
    pub(crate) recorded: Recorded,
    pub(crate) health: Option<Health>,
}

/// An effect whose result is to be recorded.
pub(crate) struct Finished<P: Protocol> {
    pub(crate) effect_key: String,
    pub(crate) origin: EffectOrigin,
    /// What the event that tells the result follows from.
    pub(crate) cause: Cause,
    pub(crate) settlement: Settlement,
    pub(crate) account: Option<Account<P::Accounts>>,
    /// In which it was done; what is said of it belongs there.
    pub(crate) span: tracing::Span,
}

impl Settlement {
    pub(crate) fn failed(error: RunError) -> Self {
        Self {
            state: "failed",
            recorded: Recorded::Failed(error),
            health: None,
        }
    }

    fn unknown(cause: &str) -> Self {
        let mut error = fault(
            ErrorClass::Unknown,
            "effect.unknown",
            "the call was interrupted, and nobody can tell from here whether it took effect",
            Some("look at the other side, then let the run go on or run the node again"),
        );
        error.detail = Some(serde_json::json!({ "cause": cause }));
        Self {
            state: "unknown",
            recorded: Recorded::Failed(error),
            health: None,
        }
    }
}

impl<P: Protocol> Effects<P> {
    /// Works on a row that this process has taken. `None` when another process has it, or nobody can be told.
    pub(crate) async fn perform(&self, row: &Open, owner: i32) -> Option<Finished<P>> {
        let effect: P::Effect = match serde_json::from_value(row.request.0.clone()) {
            Ok(effect) => effect,
            Err(error) => return give_back(row, &error),
        };
        let prepared = self.prepare(row, &effect).await;
        let settlement = match (&prepared, row.state == "dispatched") {
            (Ok(ready), true) if !self.protocol.is_idempotent(&ready.outgoing) => {
                Some(Settlement::unknown("the adapter stopped during the call"))
            }
            (Err(error), true) => Some(Settlement::unknown(&error.message)),
            (Err(error), false) => Some(Settlement::failed(error.clone())),
            (Ok(ready), _) => self.call(row, owner, ready).await,
        };
        let Some(settlement) = settlement else {
            tracing::warn!(
                effect.key = row.effect_key,
                "another process took the effect over"
            );
            return None;
        };
        let account = prepared.ok().and_then(|prepared| prepared.account);
        Some(finished(row, effect.origin().clone(), settlement, account))
    }

    /// Everything that can be wrong before the call.
    async fn prepare(&self, row: &Open, effect: &P::Effect) -> Result<Prepared<P>, RunError> {
        let account = match effect.account_id() {
            None => None,
            Some(_) => Some(self.account(row, effect).await?),
        };
        let outgoing = self.protocol.translate(effect, account.as_ref())?;
        let open = match &account {
            None => None,
            Some(account) => {
                if let Some(host) = self.protocol.host(&outgoing)
                    && !account.allows_host(host)
                {
                    return Err(fault(
                        ErrorClass::Permission,
                        "account.host_not_allowed",
                        format!(
                            "the credentials of account {} were not given for {host}",
                            account.name
                        ),
                        Some("change the address, or connect an account for this host"),
                    ));
                }
                self.accounts.open_with_redaction(account).map_err(|error| {
                    tracing::error!(error = &error as &dyn std::error::Error, account.id = %account.id, "credentials do not open");
                    fault(
                        ErrorClass::Auth,
                        "account.credentials_unusable",
                        format!("the credentials of account {} cannot be used", account.name),
                        Some("enter the credentials of the account again"),
                    )
                })?
            }
        };
        let (credentials, redaction) = open.unzip();
        Ok(Prepared {
            outgoing,
            account,
            credentials,
            redaction: redaction.unwrap_or_default(),
        })
    }

    /// The account, if the run may use it.
    async fn account(
        &self,
        row: &Open,
        effect: &P::Effect,
    ) -> Result<Account<P::Accounts>, RunError> {
        let unknown = || {
            fault(
                ErrorClass::Auth,
                "account.unknown",
                "the account that the node names does not exist, or is removed",
                Some("choose another account in the node"),
            )
        };
        let unavailable = |what: &str| {
            fault(
                ErrorClass::Unavailable,
                "account.unreadable",
                format!("{what} could not be asked about the account"),
                Some("try again later"),
            )
        };
        let id = effect.account_id().ok_or_else(unknown)?;
        let find = || self.accounts.get(id);
        let account = find
            .retry(self.pauses())
            .when(is_passing)
            .await
            .map_err(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, account.id = %id, "account not read");
                unavailable("the database")
            })?
            .filter(|account| account.tenant == row.story.tenant)
            .ok_or_else(unknown)?;
        let workflow = effect.origin().workflow_id;
        let account_of = id.into();
        let ask = || editors_may(self.authz.as_ref(), workflow, Permission::Use, &account_of);
        let may = ask
            .retry(self.pauses())
            .when(authz::Error::retryable)
            .await
            .map_err(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, account.id = %id, "denied, because the permission could not be checked");
                unavailable("the permission server")
            })?;
        if may {
            return Ok(account);
        }
        Err(fault(
            ErrorClass::Permission,
            "account.use_denied",
            format!(
                "not everybody who may edit this workflow may use account {}",
                account.name
            ),
            Some("share the account with them, or take them off the workflow"),
        ))
    }

    /// Calls until there is a result. `None` when another process owns the row.
    async fn call(&self, row: &Open, owner: i32, ready: &Prepared<P>) -> Option<Settlement> {
        let traceparent = bus::current_traceparent().or_else(|| row.story.traceparent.clone());
        let idempotent = self.protocol.is_idempotent(&ready.outgoing);
        let mut pauses = self.pauses().build();
        loop {
            // A repeat of an idempotent call does no harm, so nothing has to be noted before it.
            if !idempotent && !self.dispatched(row, owner).await {
                return None;
            }
            let call = Call {
                effect_key: &row.effect_key,
                outgoing: &ready.outgoing,
                account: ready.account.as_ref(),
                credentials: ready.credentials.as_ref(),
                traceparent: traceparent.as_deref(),
                cause: row.story.cause(),
            };
            let failed = match self.protocol.call(call).await {
                Ok(done) => return Some(confirmed(ready.redaction.done(done))),
                Err(failed) => ready.redaction.failed(failed),
            };
            let again = match failed.reach {
                Reach::Nothing => may_pass(failed.error.class),
                Reach::Maybe => idempotent,
                Reach::Answered => false,
            };
            let pause = again.then(|| pauses.next()).flatten();
            let Some(pause) = pause else {
                return Some(given_up(failed, idempotent));
            };
            tracing::info!(
                effect.key = row.effect_key,
                error = failed.error.message,
                "trying again"
            );
            if !idempotent && failed.reach == Reach::Nothing {
                self.withdrawn(row, owner).await;
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn dispatched(&self, row: &Open, owner: i32) -> bool {
        let note = || async {
            let mut conn = self.connection().await?;
            ledger::dispatch(&mut conn, &row.effect_key, owner).await
        };
        persistently(note, "effect not dispatched yet").await
    }

    async fn withdrawn(&self, row: &Open, owner: i32) {
        let note = || async {
            let mut conn = self.connection().await?;
            ledger::withdraw(&mut conn, &row.effect_key, owner).await
        };
        persistently(note, "effect not withdrawn yet").await;
    }

    async fn connection(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, Error> {
        self.database
            .pool()
            .acquire()
            .await
            .map_err(Error::query("connect for an effect"))
    }

    fn pauses(&self) -> ExponentialBuilder {
        ExponentialBuilder::default()
            .with_min_delay(self.limits.first_pause)
            .with_max_times(self.limits.retries)
            .with_jitter()
    }
}

/// For a row that an older version took and this one cannot read.
fn give_back<P: Protocol>(row: &Open, error: &serde_json::Error) -> Option<Finished<P>> {
    tracing::error!(
        effect.key = row.effect_key,
        error = error as &dyn std::error::Error,
        "stored effect cannot be read"
    );
    let unread = Settlement::unknown("this version cannot read what an older one took");
    let origin = serde_json::from_value(row.request.0.clone()).ok()?;
    Some(finished(row, origin, unread, None))
}

fn finished<P: Protocol>(
    row: &Open,
    origin: EffectOrigin,
    settlement: Settlement,
    account: Option<Account<P::Accounts>>,
) -> Finished<P> {
    Finished {
        effect_key: row.effect_key.clone(),
        origin,
        cause: row.story.cause(),
        settlement,
        account,
        span: tracing::Span::current(),
    }
}

fn confirmed(done: Done) -> Settlement {
    let Done { outcome, cost } = done;
    Settlement {
        state: "confirmed",
        recorded: Recorded::Completed { outcome, cost },
        health: Some(Health::Healthy),
    }
}

fn given_up(failed: Failed, idempotent: bool) -> Settlement {
    let mut settlement = match failed.reach {
        Reach::Maybe if !idempotent => Settlement::unknown(&failed.error.message),
        Reach::Nothing | Reach::Maybe | Reach::Answered => Settlement::failed(failed.error),
    };
    settlement.health = failed.health;
    settlement
}

/// Whether time alone may heal it.
const fn may_pass(class: ErrorClass) -> bool {
    matches!(
        class,
        ErrorClass::Unavailable | ErrorClass::Timeout | ErrorClass::RateLimit
    )
}

const fn is_passing(error: &Error) -> bool {
    !matches!(error, Error::Stored { .. })
}

/// Repeats until the database takes it: what has happened outside must not be forgotten.
pub(crate) async fn persistently<T, F>(mut work: impl FnMut() -> F, told: &'static str) -> T
where
    F: Future<Output = Result<T, Error>>,
{
    let mut pause = Duration::from_millis(100);
    loop {
        match work().await {
            Ok(value) => return value,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "{told}");
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}
