//! What is configured.

use crate::read::status::Tally;
use ::store::Error;
use sqlx::PgConnection;

/// The models that can be used, the default first.
pub(crate) async fn models(conn: &mut PgConnection) -> Result<Vec<String>, Error> {
    let models: Option<Vec<String>> = sqlx::query_scalar("SELECT models FROM llm_catalogue")
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read the model catalogue"))?;
    Ok(models.unwrap_or_default())
}

/// How the tenant's accounts of an adapter do.
pub(in crate::read) async fn tally(conn: &mut PgConnection, adapter: &str) -> Result<Tally, Error> {
    let (healthy, connecting, unwell): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE state = 'healthy'), count(*) FILTER (WHERE state = 'connecting'),
             count(*) FILTER (WHERE state IN ('degraded', 'reauth_needed'))
         FROM accounts WHERE adapter = $1 AND name IS NOT NULL AND removed_at IS NULL",
    )
    .bind(adapter)
    .fetch_one(conn)
    .await
    .map_err(Error::query("count accounts"))?;
    Ok(Tally {
        healthy,
        connecting,
        unwell,
    })
}
