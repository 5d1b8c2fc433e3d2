//! What came of effects, into the ledger and onto the bus.

use crate::{
    Account, Effects, Health, Protocol, State,
    effects::tell,
    fault,
    perform::{Finished, Settlement, persistently},
    store::ledger,
};
use events::ErrorClass;
use std::{collections::BTreeSet, sync::Arc};
use store::Error;

/// What became of results that were to be recorded.
enum Recorded {
    /// All are durable, of these keys as this process's own.
    Own(BTreeSet<String>),
    /// None is: the one at this place cannot be told, and why.
    TooLarge(usize, String),
}

impl<P: Protocol> Finished<P> {
    fn row(&self) -> (&str, &str, &ledger::Recorded) {
        let Settlement {
            state, recorded, ..
        } = &self.settlement;
        (&self.effect_key, state, recorded)
    }
}

impl<P: Protocol> Effects<P> {
    /// Records results and tells them, in one transaction, as long as it takes. Their keys.
    pub(crate) async fn settle(
        self: Arc<Self>,
        mut finished: Vec<Finished<P>>,
        owner: i32,
    ) -> Vec<String> {
        let recorded = loop {
            let record = || self.record(&finished, owner);
            match persistently(record, "results of effects not recorded yet").await {
                Recorded::Own(keys) => break keys,
                Recorded::TooLarge(index, reason) => {
                    if let Some(done) = finished.get_mut(index) {
                        done.settlement = too_large(&reason);
                    }
                }
            }
        };
        let mut keys = Vec::with_capacity(finished.len());
        for done in finished {
            let Settlement { state, health, .. } = &done.settlement;
            if recorded.contains(&done.effect_key) {
                done.span.in_scope(|| {
                    tracing::info!(effect.key = done.effect_key, state, run.id = %done.origin.run_id, "effect settled");
                });
                metrics::counter!("st_effects_total", "state" => *state).increment(1);
            }
            if let (Some(account), Some(health)) = (&done.account, health) {
                self.learn(account, health).await;
            }
            keys.push(done.effect_key);
        }
        keys
    }

    async fn record(&self, finished: &[Finished<P>], owner: i32) -> Result<Recorded, Error> {
        let Some(first) = finished.first() else {
            return Ok(Recorded::Own(BTreeSet::new()));
        };
        let mut tx = self.database.begin(first.cause.clone()).await?;
        let settled: Vec<_> = finished.iter().map(Finished::row).collect();
        let own = ledger::settle(tx.conn(), owner, &settled).await?;
        for (index, done) in finished.iter().enumerate() {
            if !own.contains(&done.effect_key) {
                continue;
            }
            tx.set_cause(done.cause.clone());
            match tell::<P::Effect>(&mut tx, &done.origin, done.settlement.recorded.clone()) {
                Err(Error::Encode(error)) if !error.is_retryable() => {
                    return Ok(Recorded::TooLarge(index, error.to_string()));
                }
                told => told?,
            }
        }
        tx.commit().await?;
        Ok(Recorded::Own(own))
    }

    /// What an effect shows about its account. A lost word is said again by the next effect.
    async fn learn(&self, account: &Account<P::Accounts>, health: &Health) {
        if *health == Health::Healthy && account.status.state == State::Healthy {
            return;
        }
        if let Err(error) = self.accounts.report(account, health).await {
            tracing::warn!(error = &error as &dyn std::error::Error, account.id = %account.id, "account health not noted");
        }
    }
}

fn too_large(reason: &str) -> Settlement {
    Settlement::failed(fault(
        ErrorClass::Limit,
        "effect.result_too_large",
        format!("it was done, but its result cannot be passed on: {reason}"),
        Some("ask for less"),
    ))
}
