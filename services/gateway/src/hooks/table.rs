//! The routes in memory: looked up without a lock, replaced as a whole.

use super::{
    secrets, store,
    verify::{Proof, Verifier},
};
use crate::App;
use ::store::Error;
use arc_swap::ArcSwap;
use axum::http::Method;
use bus::Cause;
use ids::{NodeId, TenantId, TriggerId, VersionId, WorkflowId};
use sqlx::postgres::PgListener;
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Where calls of one path and method go.
pub(super) struct Route {
    pub(super) trigger: TriggerId,
    pub(super) tenant: TenantId,
    pub(super) workflow: WorkflowId,
    pub(super) version: VersionId,
    pub(super) node: NodeId,
    method: Method,
    /// Whether the caller waits for the run's answer.
    pub(super) waits: bool,
    pub(super) enabled: bool,
    pub(super) verifier: Verifier,
}

impl Route {
    /// A call of it begins a story.
    pub(super) fn cause(&self) -> Cause {
        Cause::root(self.tenant.clone())
    }
}

/// All routes, by path.
#[derive(Default)]
pub(super) struct Table(ArcSwap<HashMap<String, Vec<Arc<Route>>>>);

/// What a path leads to.
pub(super) enum Found {
    Route(Arc<Route>),
    OtherMethod,
    Nothing,
}

impl Table {
    pub(super) fn find(&self, path: &str, method: &Method) -> Found {
        let routes = self.0.load();
        match routes.get(path) {
            None => Found::Nothing,
            Some(methods) => methods
                .iter()
                .find(|route| route.method == *method)
                .map_or(Found::OtherMethod, |route| Found::Route(Arc::clone(route))),
        }
    }
}

/// How often routes are read again although nobody announced a change.
const LOOK_EVERY: Duration = Duration::from_secs(10);
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// Reads all routes. The old ones serve until the new ones are whole.
pub(super) async fn reload(app: &App) -> Result<(), Error> {
    let rows = store::routes(app.database.pool()).await?;
    let mut table: HashMap<String, Vec<Arc<Route>>> = HashMap::with_capacity(rows.len());
    for row in rows {
        let path = row.path.clone();
        match route(app, row) {
            Ok(route) => table.entry(path).or_default().push(Arc::new(route)),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "webhook route not served"
            ),
        }
    }
    app.hooks.0.table.0.store(Arc::new(table));
    Ok(())
}

fn route(app: &App, row: store::Row) -> Result<Route, Error> {
    let stored = |cause: String| Error::Stored {
        what: "webhook route",
        cause,
    };
    let tenant: TenantId = row
        .tenant_id
        .parse()
        .map_err(|error: ids::InvalidId| stored(error.to_string()))?;
    let trigger = TriggerId::from_uuid(row.trigger_id);
    let secret = match (row.sealed, row.secret_version) {
        (Some(sealed), Some(version)) => secrets::open(app, &tenant, trigger, &sealed.0, version),
        _ => None,
    };
    Ok(Route {
        trigger,
        workflow: WorkflowId::from_uuid(row.workflow_id),
        version: VersionId::from_uuid(row.version_id),
        node: row
            .node
            .parse()
            .map_err(|error: ids::InvalidId| stored(error.to_string()))?,
        method: row
            .method
            .parse()
            .map_err(|_| stored(format!("method {}", row.method)))?,
        waits: row.waits,
        enabled: row.enabled,
        verifier: Verifier::new(&row.auth.0, Proof::from(secret)),
        tenant,
    })
}

/// Reloads whenever a change is announced, until the gateway drains.
pub(super) async fn watch(app: &App) {
    while !app.shutdown.is_cancelled() {
        if let Err(error) = follow(app).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "webhook routes not followed, will be tried again"
            );
            tokio::select! { () = app.shutdown.cancelled() => {}, () = tokio::time::sleep(RETRY_EVERY) => {} }
        }
    }
}

async fn follow(app: &App) -> Result<(), Error> {
    let failed = || Error::query("listen for webhook routes");
    let mut heard = PgListener::connect_with(app.database.pool())
        .await
        .map_err(failed())?;
    heard.listen(store::CHANNEL).await.map_err(failed())?;
    loop {
        reload(app).await?;
        tokio::select! {
            () = app.shutdown.cancelled() => return Ok(()),
            news = heard.recv() => drop(news.map_err(failed())?),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
