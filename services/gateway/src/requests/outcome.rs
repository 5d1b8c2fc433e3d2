//! What became of a request, and waiting for it.

use super::store;
use crate::App;
use ::store::Error;
use events::WorkflowProblem;
use ids::EventId;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// It was done; the read model shows it.
    Done,
    /// It was refused.
    Rejected {
        code: String,
        message: String,
        problems: Vec<WorkflowProblem>,
    },
}

/// Tells this replica's waiters that there may be news. Other replicas' waiters look for themselves.
#[derive(Clone, Default)]
pub struct Outcomes(Arc<Notify>);

/// The longest pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The pause before the second look.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

impl Outcomes {
    /// To be notified after commits that settle requests.
    #[must_use]
    pub const fn notify(&self) -> &Arc<Notify> {
        &self.0
    }

    /// Looks until there is something or `wait` is over.
    pub(crate) async fn look<T, E, F>(
        &self,
        wait: Duration,
        mut look: impl FnMut() -> F,
    ) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let deadline = Instant::now() + wait;
        let mut pause = FIRST_PAUSE;
        loop {
            let news = self.0.notified();
            if let Some(found) = look().await? {
                return Ok(Some(found));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            tokio::select! { () = news => {}, () = sleep(pause) => {} }
            pause = (pause * 2).min(LOOK_EVERY);
        }
    }
}

/// Notes, in the projection's transaction, what became of the request that `correlation` began. Nobody may have asked.
///
/// # Errors
/// `Query`; retryable.
pub async fn settle(
    conn: &mut PgConnection,
    correlation: EventId,
    outcome: &Outcome,
) -> Result<(), Error> {
    let value = serde_json::to_value(outcome).map_err(|error| stored(&error))?;
    store::settle(conn, correlation, value).await
}

/// What became of a request, waiting for it as long as `wait`.
pub(super) async fn wait_for(
    app: &App,
    correlation: EventId,
    wait: Duration,
) -> Result<Option<Outcome>, Error> {
    let pool = app.database.pool();
    let found = app
        .outcomes
        .look(wait, || store::outcome(pool, correlation))
        .await?;
    found
        .map(serde_json::from_value)
        .transpose()
        .map_err(|error| stored(&error))
}

fn stored(error: &serde_json::Error) -> Error {
    Error::Stored {
        what: "outcome",
        cause: error.to_string(),
    }
}
