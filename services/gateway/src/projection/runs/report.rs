//! Tells the engine how far each shard's log is applied.

use super::{CONSUMER, positions};
use ::store::Database;
use bus::{Bus, Cause, Message};
use events::RunProjected;
use ids::{EventId, TenantId};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How soon a move is told.
const MOVED: Duration = Duration::from_secs(2);
/// How often the same positions are told again: what was lost is noticed by that.
const ALWAYS: Duration = Duration::from_secs(10);

/// Sends `run.projected` until `stop`.
pub(crate) async fn report(database: &Database, bus: &Bus, stop: &CancellationToken) {
    let mut told: Option<(BTreeMap<u8, u64>, Instant)> = None;
    loop {
        match positions(database).await {
            Ok(now) => {
                let known = told
                    .as_ref()
                    .is_some_and(|(before, at)| *before == now && at.elapsed() < ALWAYS);
                if !known && tell(database, bus, &now).await {
                    told = Some((now, Instant::now()));
                }
            }
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "positions of run logs are unknown"
            ),
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(MOVED) => {} }
    }
}

async fn tell(database: &Database, bus: &Bus, positions: &BTreeMap<u8, u64>) -> bool {
    let event = RunProjected {
        consumer: CONSUMER.to_owned(),
        positions: positions.clone(),
    };
    let cause = Cause::root(TenantId::default_tenant());
    let (id, now) = (EventId::generate(), chrono::Utc::now());
    let sent = match Message::encode(database.service(), &cause, &event, id, now) {
        Ok(mut message) => {
            if planted::bug("bad-payload") {
                message.payload = "{}".into();
            }
            bus.send(&message).await
        }
        Err(error) => Err(error),
    };
    sent.inspect_err(|error| {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "positions of run logs not told"
        );
    })
    .is_ok()
}
