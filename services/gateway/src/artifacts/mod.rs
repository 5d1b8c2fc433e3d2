//! Files: sent by people, carried by runs as references, read by whoever may see what refers to them.
//!
//! The bytes lie in the artifact store (`artifacts`); the read models know who refers to them. Who sent a file may read it for
//! some days; who may view a workflow may read what its runs refer to, as long as these are kept. What nothing refers to is
//! swept.

mod download;
mod range;
mod reading;
mod store;
mod sweep;
mod upload;

pub(crate) use download::{attached, streamed};
pub(crate) use reading::read_along;
pub(crate) use store::refer;
pub use sweep::sweep;
pub(crate) use upload::ArtifactOf;

use crate::{
    App,
    access::{Requires, Routes, Scope},
    edge::Problem,
};
use ::artifacts::Shelf;
use axum::http::StatusCode;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::signed_in().scope(Scope::Write),
            routes!(upload::upload_artifact),
        )
        .add(Requires::signed_in(), routes!(download::get_artifact))
}

/// Sweeps once an hour until told to stop. Several replicas may do it at once.
pub(crate) async fn keep(app: App) {
    let Some(shelf) = app.shelf.clone() else {
        return;
    };
    loop {
        let now = std::time::SystemTime::now();
        if let Err(error) = sweep(app.database.pool(), shelf.artifacts.as_ref(), now).await {
            tracing::warn!(
                error = error.as_ref() as &dyn std::error::Error,
                "artifacts not swept, will be tried again"
            );
        }
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(sweep::EVERY) => {}
        }
    }
}

fn shelf(app: &App) -> Result<&Shelf, Problem> {
    app.shelf.as_ref().ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "artifacts.not_configured",
            "There is no place for files",
        )
        .hint("set ARTIFACTS_DIR")
    })
}

/// The store failed.
pub(crate) fn away(error: &::artifacts::Error) -> Problem {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "artifact store failed"
    );
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "artifacts.unavailable",
        "The file cannot be reached at the moment",
    )
    .retry_after(5)
}
