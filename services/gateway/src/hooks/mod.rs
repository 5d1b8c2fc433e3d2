//! Webhooks in.

use crate::App;
use axum::Router;

/// Routes and waiters of webhooks.
#[derive(Clone, Default)]
pub struct Hooks;

pub(crate) fn router(_: App) -> Router {
    Router::new()
}

pub(crate) async fn start(_: &chassis::Tasks, _: &App) -> anyhow::Result<()> {
    Ok(())
}

pub(crate) async fn prune(_: &App) -> Result<(), store::Error> {
    Ok(())
}
