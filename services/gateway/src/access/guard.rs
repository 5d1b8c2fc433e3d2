//! The check in front of every handler.

use crate::{
    App,
    access::{Access, Requires, Scope, Standing, Thing, requires::Who},
    edge::Problem,
    identity, read,
};
use authz::{Consistency, Permission, Resource, ZedToken};
use axum::{
    RequestExt,
    extract::{RawPathParams, Request},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// What must be viewable for a thing to be.
#[derive(Debug, Clone)]
pub struct Guarded {
    pub resource: Resource,
    /// Since when SpiceDB knows the resource; without it, SpiceDB is asked for the newest state.
    pub zed_token: Option<ZedToken>,
}

pub(crate) async fn guard(requires: Requires, request: Request, next: Next) -> Response {
    match admit(requires, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(requires: Requires, mut request: Request) -> Result<Request, Problem> {
    if let Who::Anyone { .. } = requires.who {
        return Ok(request);
    }
    let app = request
        .extensions()
        .get::<App>()
        .cloned()
        .ok_or_else(|| Problem::unavailable("the gateway is not ready"))?;
    let access = authenticate(&app, request.headers()).await?;
    allow_scope(&access, requires.scope)?;
    let params: Option<RawPathParams> = request.extract_parts().await.ok();
    let id = params.iter().flatten().find(|(name, _)| *name == "id");
    let id: Option<Arc<str>> = id.map(|(_, value)| value.into());
    decide(&app, &access, requires, id.as_deref()).await?;
    let extensions = request.extensions_mut();
    extensions.insert(access.clone());
    extensions.insert(Standing {
        access,
        requires,
        id,
    });
    Ok(request)
}

/// Whether what let a request in still does, as of now.
pub(super) async fn again(app: &App, standing: &Standing) -> Result<(), Problem> {
    if !identity::holds(app, &standing.access.credential).await? {
        return Err(Access::missing());
    }
    let (requires, id) = (standing.requires.fully(), standing.id.as_deref());
    decide(app, &standing.access, requires, id).await
}

async fn decide(
    app: &App,
    access: &Access,
    requires: Requires,
    id: Option<&str>,
) -> Result<(), Problem> {
    match requires.who {
        Who::Anyone { .. } | Who::SignedIn => Ok(()),
        Who::InTenant(permission) => match access.has(app, permission, requires.fully).await? {
            true => Ok(()),
            false => Err(forbidden(permission)),
        },
        Who::On(thing, permission) => {
            let id = id.ok_or_else(|| not_found(thing))?;
            check(app, access, thing, permission, requires.fully, id).await
        }
    }
}

/// Who is calling, by API key or session.
async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Access, Problem> {
    match identity::bearer(headers) {
        Some(key) => identity::by_api_key(app, key).await,
        None => identity::by_session(app, headers).await,
    }
}

fn allow_scope(access: &Access, scope: Scope) -> Result<(), Problem> {
    match &access.scopes {
        Some(scopes) if !scopes.allow(scope) => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "api_key.scope_missing",
            "The API key may not be used for this",
        )
        .detail(format!("it needs the scope `{}`", scope.as_str()))),
        Some(_) | None => Ok(()),
    }
}

async fn check(
    app: &App,
    access: &Access,
    thing: Thing,
    permission: Permission,
    fully: bool,
    id: &str,
) -> Result<(), Problem> {
    let guarded = match thing {
        Thing::ApiKey => identity::guarded_key(app, &access.tenant, id).await?,
        Thing::Workflow
        | Thing::Run
        | Thing::Question
        | Thing::Trigger
        | Thing::InboxItem
        | Thing::Notification
        | Thing::Conversation
        | Thing::Fact
        | Thing::Account
        | Thing::Prompt
        | Thing::Invocation
        | Thing::Backtest => read::guarded(&app.reader, &access.tenant, thing, id).await?,
    };
    let guarded = guarded.ok_or_else(|| not_found(thing))?;
    let consistency = match guarded.zed_token {
        Some(token) if !fully => Consistency::AtLeast(token),
        Some(_) | None => Consistency::Fully,
    };
    let asked = [
        (Permission::View, guarded.resource.clone()),
        (permission, guarded.resource),
    ];
    let answers = app
        .authz
        .check_many(access.subject(), &asked, &consistency)
        .await?;
    match answers.as_slice() {
        [true, true] => Ok(()),
        [true, _] => Err(forbidden(permission)),
        _ => Err(not_found(thing)),
    }
}

fn not_found(thing: Thing) -> Problem {
    let word = thing.word();
    Problem::not_found(
        format!("{word}.not_found"),
        format!("There is no such {}", word.replace('_', " ")),
    )
}

fn forbidden(permission: Permission) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "permission.denied",
        "You may not do this",
    )
    .detail(format!("it needs the permission `{permission}`"))
}
