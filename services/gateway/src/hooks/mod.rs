//! Webhooks in: `/hooks/<path>`, any method.
//!
//! A call is verified from its raw bytes and becomes one event. A repeat that its sender means is the same event, and so
//! the same run; a signed call that comes again as it was is refused (DECISIONS 24). Two ways: **accepted**, committed to
//! the outbox and answered 202; or **last**, sent straight to the engine while this replica holds the socket, and answered
//! when the run's HTTP Response is durable. The second needs no table but for repeats: acceptance is the engine's commit.

mod answer;
mod payload;
mod projected;
mod receive;
mod secrets;
mod store;
mod table;
mod trial;
mod verify;
mod waiters;

pub use projected::{deleted, published, switched};

pub(crate) use receive::router;
pub(crate) use secrets::set_secret;
pub(crate) use trial::routes;

use crate::App;
use std::sync::Arc;

/// Routes and waiters of this replica.
#[derive(Clone, Default)]
pub struct Hooks(Arc<Parts>);

#[derive(Default)]
struct Parts {
    table: table::Table,
    waiters: waiters::Waiters,
}

/// Loads the routes; serving without them would turn callers away.
///
/// # Errors
/// `Query` when they cannot be read.
pub async fn load(app: &App) -> Result<(), ::store::Error> {
    table::reload(app).await
}

/// Keeps routes and answers coming until the gateway drains.
pub async fn keep(app: App) {
    tokio::join!(table::watch(&app), waiters::listen(&app));
}

/// Forgets callers' ids that are old enough.
pub(crate) async fn prune(app: &App) -> Result<(), ::store::Error> {
    store::calls::prune(app.database.pool()).await
}
