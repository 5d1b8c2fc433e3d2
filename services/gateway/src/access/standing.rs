//! What an open stream rests on, looked at again and again.

use super::{Access, Requires, guard};
use crate::{App, edge::Problem};
use axum::{extract::FromRequestParts, http::request::Parts};
use rand::RngExt;
use std::{sync::Arc, time::Duration};

/// Why a request was let in.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(super) access: Access,
    pub(super) requires: Requires,
    /// The path's `id`.
    pub(super) id: Option<Arc<str>>,
}

impl Standing {
    /// Returns once the person has signed out, or lost the key or the permission, or nobody can tell: then the stream
    /// ends, and who comes again is told why.
    pub(crate) async fn lost(self, app: App) {
        loop {
            tokio::time::sleep(spread(app.settings.recheck_every)).await;
            if let Err(problem) = guard::again(&app, &self).await {
                tracing::debug!(code = problem.code(), "stream ended");
                return;
            }
        }
    }
}

/// A quarter more or less, so that streams which began together are not looked at together.
fn spread(every: Duration) -> Duration {
    every.mul_f64(rand::rng().random_range(0.75..1.25))
}

impl<S: Send + Sync> FromRequestParts<S> for Standing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Access::missing)
    }
}
