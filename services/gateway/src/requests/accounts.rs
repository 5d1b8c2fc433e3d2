//! Connecting, changing and removing accounts. Credentials are sealed to the adapter here and forgotten.

use super::{
    Correlation, Prefer,
    account_settings::AdapterKind,
    submit::{Settled, reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::{AccountConnectRequested, AccountRemoveRequested};
use ids::{AccountId, EventId};
use seal::{SealContext, Secret};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use utoipa_axum::routes;

/// An account that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// `imap`, `smtp`, `llm`, `http` or `bridge`.
    adapter: String,
    name: String,
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// Never shown again.
    #[schema(value_type = Object)]
    credentials: Option<Box<RawValue>>,
}

/// A change of an account; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountPatch {
    name: Option<String>,
    #[schema(value_type = Object)]
    settings: Option<Map<String, Value>>,
    /// Never shown again.
    #[schema(value_type = Object)]
    credentials: Option<Box<RawValue>>,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::in_tenant(Permission::Create).scope(Scope::Admin),
            routes!(create_account),
        )
        .add(
            Requires::on(Thing::Account, Permission::Manage),
            routes!(update_account),
        )
        .add(
            Requires::on(Thing::Account, Permission::Manage),
            routes!(delete_account),
        )
}

/// Connect an account
#[utoipa::path(post, path = "/api/v1/accounts", operation_id = "create_account", tag = "accounts", request_body = NewAccount,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Account), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_account(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wanted): Body<NewAccount>,
) -> Result<Response, Problem> {
    let kind = AdapterKind::named(&wanted.adapter).map_err(refused)?;
    let change = Change {
        id: AccountId::from_u128(correlation.as_u128()),
        kind,
        name: wanted.name,
        secret: kind
            .credentials(wanted.credentials.as_deref())
            .map_err(refused)?,
        settings: wanted.settings,
    };
    let id = change.id;
    let settled = change.submit(&app, &access, correlation, prefer).await?;
    answer(&app, &access, settled, prefer, StatusCode::CREATED, id).await
}

/// Change an account
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", operation_id = "update_account", tag = "accounts", request_body = AccountPatch,
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Account), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update_account(
    access: Access,
    State(app): State<App>,
    Path(id): Path<AccountId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(patch): Body<AccountPatch>,
) -> Result<Response, Problem> {
    let known = account(&app, &access, id).await?;
    let kind = AdapterKind::named(&known.adapter).map_err(refused)?;
    let secret = match patch.credentials {
        Some(given) => kind.credentials(Some(&given)).map_err(refused)?,
        None => None,
    };
    let stored: Map<String, Value> =
        serde_json::from_str(known.settings.get()).map_err(|error| Problem::internal(&error))?;
    let change = Change {
        id,
        kind,
        name: patch.name.unwrap_or(known.name),
        settings: patch.settings.unwrap_or(stored),
        secret,
    };
    let settled = change.submit(&app, &access, correlation, prefer).await?;
    answer(&app, &access, settled, prefer, StatusCode::OK, id).await
}

/// Remove an account and its credentials
#[utoipa::path(delete, path = "/api/v1/accounts/{id}", operation_id = "delete_account", tag = "accounts",
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 204), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete_account(
    access: Access,
    State(app): State<App>,
    Path(id): Path<AccountId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
) -> Result<Response, Problem> {
    let event = AccountRemoveRequested {
        account_id: id,
        adapter: account(&app, &access, id).await?.adapter,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let gone = settled.resource(async { Ok(Some(())) }).await?;
    Ok(reply(prefer, StatusCode::NO_CONTENT, &location(id), gone))
}

/// An account as it should become.
struct Change {
    id: AccountId,
    kind: &'static AdapterKind,
    name: String,
    settings: Map<String, Value>,
    /// Absent: the credentials stay.
    secret: Option<Secret>,
}

impl Change {
    async fn submit(
        self,
        app: &App,
        access: &Access,
        correlation: EventId,
        prefer: Prefer,
    ) -> Result<Settled, Problem> {
        let name = self.name.trim().to_owned();
        if !(1..=200).contains(&name.chars().count()) {
            let message = "it must have 1 to 200 characters";
            return Err(refused(ProblemItem::new("/name", "name.length", message)));
        }
        let allowed_hosts = self.kind.hosts(&self.settings).map_err(refused)?;
        // Milliseconds: raised by each change without asking what was there.
        let version = correlation.timestamp_ms();
        let context = SealContext {
            tenant: access.tenant.clone(),
            account: self.id.to_string(),
            adapter: format!("adapter-{}", self.kind.name),
            version,
            allowed_hosts,
        };
        let event = AccountConnectRequested {
            account_id: self.id,
            adapter: self.kind.name.to_owned(),
            name,
            settings: Value::Object(self.settings),
            sealed: self
                .secret
                .map(|secret| seal(app, &context, &secret))
                .transpose()?,
            version,
            actor: access.user,
        };
        submit(app, access, correlation, prefer, &event).await
    }
}

fn seal(app: &App, context: &SealContext, secret: &Secret) -> Result<Value, Problem> {
    let unavailable = || {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "seal.not_configured",
            "Credentials cannot be taken",
        )
        .detail("the gateway does not know the adapter's key")
        .hint("set SEAL_KEY_FILE and SEAL_PUBLIC_KEYS_FILE to what the provisioner wrote")
    };
    let keys = app.settings.keys.as_ref().ok_or_else(unavailable)?;
    let recipient = app
        .settings
        .public_keys
        .current(&context.adapter)
        .ok_or_else(unavailable)?;
    let sealed = seal::seal(keys.current(), recipient, context, secret.expose())
        .map_err(|error| Problem::internal(&error))?;
    serde_json::to_value(sealed).map_err(|error| Problem::internal(&error))
}

async fn account(app: &App, access: &Access, id: AccountId) -> Result<read::Account, Problem> {
    read::account(app, &access.tenant, id)
        .await?
        .ok_or_else(|| Problem::not_found("account.not_found", "There is no such account"))
}

async fn answer(
    app: &App,
    access: &Access,
    settled: Settled,
    prefer: Prefer,
    status: StatusCode,
    id: AccountId,
) -> Result<Response, Problem> {
    let found = settled
        .resource(read::account(app, &access.tenant, id))
        .await?;
    Ok(reply(prefer, status, &location(id), found))
}

fn location(id: AccountId) -> String {
    format!("/api/v1/accounts/{id}")
}

fn refused(item: ProblemItem) -> Problem {
    Problem::refused("account.invalid", "The account cannot be connected so").item(item)
}
