//! What callers sign with: sealed to the gateway's own key, opened into memory with the routes.

use super::store::{self, calls};
use crate::{
    App,
    edge::{Problem, ProblemItem},
};
use axum::http::StatusCode;
use bus::Cause;
use ids::{TenantId, TriggerId};
use seal::{SealContext, Sealed, Secret};

/// The shortest secret, in bytes.
const MIN_BYTES: usize = 16;

/// Stores what the callers of a trigger sign with, instead of what was there.
///
/// # Errors
/// 422 when it is too short or not as Standard Webhooks writes it, 503 when the gateway has no key to seal with.
pub(crate) async fn set_secret(
    app: &App,
    tenant: &TenantId,
    trigger: TriggerId,
    secret: &Secret,
) -> Result<(), Problem> {
    if secret.expose().len() < MIN_BYTES {
        let message = format!("it must have {MIN_BYTES} bytes or more");
        return Err(Problem::refused("secret.weak", "The secret is too short")
            .item(ProblemItem::new("/secret", "secret.length", message)));
    }
    if !super::verify::is_readable(secret) {
        let message = "what follows `whsec_` is not base64";
        return Err(
            Problem::refused("secret.malformed", "The secret cannot be used")
                .item(ProblemItem::new("/secret", "secret.base64", message)),
        );
    }
    let keys = app.settings.keys.as_ref().ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "seal.not_configured",
            "Secrets cannot be taken",
        )
        .hint("set SEAL_KEY_FILE to what the provisioner wrote")
    })?;
    let mut tx = app.database.begin(Cause::root(tenant.clone())).await?;
    let version = store::next_secret(tx.conn(), trigger).await?;
    let sealed = keys
        .seal_own(&context(tenant, trigger, version), secret.expose())
        .map_err(|error| Problem::internal(&error))?;
    store::put_secret(tx.conn(), tenant, trigger, &sealed, version).await?;
    calls::expire(tx.conn(), trigger).await?;
    store::announce(tx.conn()).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens a stored secret; `None`, and a log line, when it does not open: then no call of the route is believed.
pub(super) fn open(
    app: &App,
    tenant: &TenantId,
    trigger: TriggerId,
    sealed: &Sealed,
    version: i64,
) -> Option<Secret> {
    let keys = app.settings.keys.as_ref()?;
    keys.open_own(sealed, &context(tenant, trigger, version))
        .inspect_err(
            |error| tracing::error!(%error, trigger.id = %trigger, "webhook secret does not open"),
        )
        .ok()
}

fn context(tenant: &TenantId, trigger: TriggerId, version: i64) -> SealContext {
    SealContext {
        tenant: tenant.clone(),
        account: format!("webhook/{trigger}"),
        adapter: "gateway".to_owned(),
        version: version.unsigned_abs(),
        allowed_hosts: Vec::new(),
    }
}
