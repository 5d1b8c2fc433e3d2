//! Effects from the bus into the ledger, and back as results.

use crate::{
    Accounts, Effect, Protocol,
    desk::{Desk, Place},
    store::ledger::{self, Admitted, Intent, Open, Recorded, Story},
};
use async_trait::async_trait;
use authz::Authz;
use bus::{Cause, Received};
use events::{EffectFailure, EffectOrigin, EffectResult};
use sqlx::types::Json;
use std::{sync::Arc, time::Duration};
use store::{ApplyBatch, Database, Error, Failure, Tx};

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
    pub(crate) desk: Arc<Desk>,
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
            desk: Arc::default(),
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
impl<P: Protocol> ApplyBatch<P::Effect> for Effects<P> {
    async fn apply_batch(
        &self,
        tx: &mut Tx,
        received: &[Received<P::Effect>],
    ) -> Result<(), Failure> {
        let (mut intents, mut places) = (Vec::new(), Vec::new());
        for Received { envelope, event } in received {
            let lane = self.protocol.lane(event);
            let place = self.desk.place(&lane);
            let origin = event.origin();
            intents.push(Intent {
                run: origin.run_id,
                owner: place.as_ref().map(|place| place.owner),
                row: Open {
                    effect_key: origin.effect_key.clone(),
                    lane,
                    state: "intent".to_owned(),
                    request: Json(serde_json::to_value(event).map_err(Failure::poison)?),
                    story: Json(Story::of(envelope)),
                },
            });
            places.push(place);
        }
        let admitted = ledger::admit(tx.conn(), &intents).await?;
        for (((intent, place), admitted), received) in
            intents.into_iter().zip(places).zip(admitted).zip(received)
        {
            match admitted {
                Admitted::New => self.hand_over(tx, intent.row, place),
                Admitted::Open => {}
                Admitted::Settled(recorded) => {
                    tx.set_cause(Cause::of(&received.envelope));
                    tell::<P::Effect>(tx, received.event.origin(), recorded)?;
                }
                Admitted::Foreign => {
                    return Err(Failure::poison(format!(
                        "effect key {} belongs to another run",
                        intent.row.effect_key
                    )));
                }
            }
        }
        Ok(())
    }
}

impl<P: Protocol> Effects<P> {
    /// Once it is durable, to the loop of this process, or to whoever next looks into the ledger.
    fn hand_over(&self, tx: &mut Tx, row: Open, place: Option<Place>) {
        let desk = Arc::clone(&self.desk);
        tx.afterwards(move || match place {
            Some(place) => place.hand(row),
            None => desk.left.notify_one(),
        });
    }
}
