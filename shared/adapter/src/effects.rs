//! Effects from the bus into the ledger, and back as results.

use crate::{
    Accounts, Effect, Protocol,
    store::ledger::{self, Admitted, Recorded, Story},
};
use async_trait::async_trait;
use authz::Authz;
use bus::Received;
use events::{EffectFailure, EffectOrigin, EffectResult};
use std::{sync::Arc, time::Duration};
use store::{Apply, Database, Error, Failure, Tx};
use tokio::sync::Notify;

/// Bounds of one process.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls at the same time.
    pub calls: u16,
    /// Of these, calls of one lane (usually: account).
    pub calls_per_lane: u16,
    /// How often a call that came to nothing is tried again.
    pub retries: usize,
    /// The first pause before that; doubled each time, with jitter.
    pub first_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls: 64,
            calls_per_lane: 8,
            retries: 4,
            first_pause: Duration::from_millis(250),
        }
    }
}

/// Does the effects of one protocol: the consumer writes intents, [`Effects::dispatch`] works from the ledger.
pub struct Effects<P: Protocol> {
    pub(crate) database: Database,
    pub(crate) accounts: Accounts<P::Accounts>,
    pub(crate) authz: Arc<dyn Authz>,
    pub(crate) protocol: Arc<P>,
    pub(crate) limits: Limits,
    pub(crate) admitted: Arc<Notify>,
}

impl<P: Protocol> Effects<P> {
    /// Effects of `protocol` with these accounts.
    #[must_use]
    pub fn new(
        database: Database,
        accounts: Accounts<P::Accounts>,
        authz: Arc<dyn Authz>,
        protocol: Arc<P>,
        limits: Limits,
    ) -> Self {
        Self {
            database,
            accounts,
            authz,
            protocol,
            limits,
            admitted: Arc::default(),
        }
    }
}

/// Stages the event that tells what came of an effect.
pub(crate) fn tell<E: Effect>(
    tx: &mut Tx,
    origin: &EffectOrigin,
    recorded: Recorded,
) -> Result<(), Error> {
    let (run_id, workflow_id) = (origin.run_id, origin.workflow_id);
    let effect_key = origin.effect_key.clone();
    match recorded {
        Recorded::Completed { outcome, cost } => tx.emit(&E::completed(EffectResult {
            run_id,
            workflow_id,
            effect_key,
            outcome,
            cost,
        })),
        Recorded::Failed(error) => tx.emit(&E::failed(EffectFailure {
            run_id,
            workflow_id,
            effect_key,
            error,
            cost: None,
        })),
    }
    .map(drop)
}

#[async_trait]
impl<P: Protocol> Apply<P::Effect> for Effects<P> {
    async fn apply(&self, tx: &mut Tx, received: &Received<P::Effect>) -> Result<(), Failure> {
        let (effect, story) = (&received.event, Story::of(&received.envelope));
        let origin = effect.origin();
        let request = serde_json::to_value(effect).map_err(Failure::poison)?;
        let lane = self.protocol.lane(effect);
        match ledger::admit(tx.conn(), origin, &lane, &story, &request).await? {
            Admitted::New => tx.wake(&self.admitted),
            Admitted::Open => {}
            Admitted::Settled(recorded) => tell::<P::Effect>(tx, origin, recorded)?,
            Admitted::Foreign => {
                return Err(Failure::poison(format!(
                    "effect key {} belongs to another run",
                    origin.effect_key
                )));
            }
        }
        Ok(())
    }
}
