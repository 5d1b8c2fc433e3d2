//! What earlier runs have let through, asked for by nodes that remove duplicates across runs.

use crate::store::seen;
use async_trait::async_trait;
use bus::Received;
use events::{
    EffectFailure, EffectResult, EngineEffectCompleted, EngineEffectFailed, ErrorClass, Json,
    RememberRequested, RunError,
};
use store::{Apply, Failure, Tx};

/// Handles the requests of the consumer group `memory`.
pub struct Seen;

#[async_trait]
impl Apply<RememberRequested> for Seen {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<RememberRequested>,
    ) -> Result<(), Failure> {
        let asked = &received.event;
        if asked.items.len() != asked.keys.len() {
            return refuse(tx, asked);
        }
        let (tenant, at) = (&received.envelope.tenant, received.envelope.time);
        seen::limit(tx.conn(), tenant, asked, at.date_naive()).await?;
        let new = seen::admit(tx.conn(), tenant, asked, at).await?;
        let items = asked.items.iter().zip(&asked.keys);
        let items = items.filter(|(_, key)| new.contains(*key));
        let items: Vec<_> = items.map(|(item, _)| item).collect();
        tx.emit(&EngineEffectCompleted(EffectResult {
            run_id: asked.origin.run_id,
            workflow_id: asked.origin.workflow_id,
            effect_key: asked.origin.effect_key.clone(),
            outcome: Json::of(&items).map_err(Failure::poison)?,
            cost: None,
        }))?;
        Ok(())
    }
}

fn refuse(tx: &mut Tx, asked: &RememberRequested) -> Result<(), Failure> {
    let message = "there is not one key for each item";
    tx.emit(&EngineEffectFailed(EffectFailure {
        run_id: asked.origin.run_id,
        workflow_id: asked.origin.workflow_id,
        effect_key: asked.origin.effect_key.clone(),
        error: RunError::new(ErrorClass::Rejected, "seen.misfit", message),
        cost: None,
    }))?;
    Ok(())
}
