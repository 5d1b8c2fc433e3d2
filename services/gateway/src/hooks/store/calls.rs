//! Which calls were seen, and the events they became. Worker role.

use crate::hooks::verify::{Call, Repeat};
use ids::{EventId, TriggerId};
use sqlx::{PgConnection, PgPool, types::Uuid};
use std::time::Duration;
use store::Error;

/// How long repeats of a call are known, where no secret bounds it.
const KEYED_HOURS: i32 = 24;
const STANDARD_HOURS: i32 = 7 * 24;

/// What a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::hooks) enum Claim {
    /// This event: a new one, or that of the call it repeats.
    Event(EventId),
    /// A replay of the call that became this event.
    Replayed(EventId),
}

/// Claims a call for the event `fresh`, or finds what it was before. While it is held, the same again is a replay: for
/// `hold`, or for ever when this transaction accepts it.
pub(in crate::hooks) async fn claim(
    conn: &mut PgConnection,
    trigger: TriggerId,
    call: &Call,
    fresh: EventId,
    hold: Option<Duration>,
) -> Result<Claim, Error> {
    let (signed_at, hours) = match call.repeat {
        Repeat::Same => (None, Some(KEYED_HOURS)),
        Repeat::SignedAt(at) => (Some(at), Some(STANDARD_HOURS)),
        Repeat::Refused => (None, None),
    };
    let mine: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO webhook_calls AS c (trigger_id, call_hash, event_id, signed_at, held_until, expires_at)
         VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN coalesce(now() + make_interval(secs => $6), 'infinity') END,
             now() + make_interval(hours => $7))
         ON CONFLICT (trigger_id, call_hash) DO UPDATE SET
             event_id = CASE WHEN c.expires_at < now() THEN excluded.event_id ELSE c.event_id END,
             expires_at = CASE WHEN c.expires_at < now() THEN excluded.expires_at ELSE c.expires_at END,
             signed_at = greatest(c.signed_at, excluded.signed_at),
             held_until = excluded.held_until
         WHERE c.expires_at < now() OR c.held_until IS NULL OR c.held_until <= now() OR c.signed_at < excluded.signed_at
         RETURNING event_id",
    )
    .bind(trigger.uuid())
    .bind(call.hash.as_slice())
    .bind(fresh.uuid())
    .bind(signed_at)
    .bind(call.repeat != Repeat::Same)
    .bind(hold.map(|hold| hold.as_secs_f64()))
    .bind(hours)
    .fetch_optional(&mut *conn)
    .await
    .map_err(Error::query("claim a webhook call"))?;
    if let Some(id) = mine {
        return Ok(Claim::Event(EventId::from_uuid(id)));
    }
    let id: Uuid = sqlx::query_scalar(
        "SELECT event_id FROM webhook_calls WHERE trigger_id = $1 AND call_hash = $2",
    )
    .bind(trigger.uuid())
    .bind(call.hash.as_slice())
    .fetch_one(conn)
    .await
    .map_err(Error::query("look up a webhook call"))?;
    Ok(Claim::Replayed(EventId::from_uuid(id)))
}

/// Holds a call for ever once it was accepted; else lets it be repeated, as the same event.
pub(in crate::hooks) async fn settle(
    pool: &PgPool,
    trigger: TriggerId,
    call: &Call,
    accepted: bool,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE webhook_calls SET held_until = CASE WHEN $3 THEN 'infinity' ELSE now() END
         WHERE trigger_id = $1 AND call_hash = $2 AND held_until < 'infinity'",
    )
    .bind(trigger.uuid())
    .bind(call.hash.as_slice())
    .bind(accepted)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("settle a webhook call"))
}

/// Lets the calls be forgotten that were kept because of a secret that is no more: soon, when no replica believes it.
pub(in crate::hooks) async fn expire(
    conn: &mut PgConnection,
    trigger: TriggerId,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE webhook_calls SET expires_at = now() + interval '1 hour'
         WHERE trigger_id = $1 AND expires_at IS NULL",
    )
    .bind(trigger.uuid())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("let webhook calls expire"))
}

/// Forgets calls that are old enough.
pub(in crate::hooks) async fn prune(pool: &PgPool) -> Result<(), Error> {
    sqlx::query("DELETE FROM webhook_calls WHERE expires_at < now()")
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("forget webhook calls"))
}
