//! The person who is signed in.

use super::store::{self, Person};
use crate::{
    App,
    access::{Access, Requires, Routes},
    edge::{Id, Problem},
};
use authz::Permission;
use axum::{Json, extract::State};
use ids::{TenantId, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// The signed-in person.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    #[schema(value_type = Id)]
    id: UserId,
    email: String,
    name: String,
    #[schema(value_type = String)]
    tenant: TenantId,
    /// Whether they administer the tenant.
    is_admin: bool,
}

impl Me {
    pub(super) async fn of(app: &App, person: Person) -> Result<Self, Problem> {
        let access = Access {
            user: person.id(),
            tenant: person.tenant()?,
            scopes: None,
            since: Some(person.zed_token.clone().into()),
            session: None,
        };
        let is_admin = access.has(app, Permission::Administer).await?;
        Ok(Self {
            id: access.user,
            email: person.email,
            name: person.name,
            tenant: access.tenant,
            is_admin,
        })
    }
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(Requires::signed_in(), routes!(get_me))
}

/// Who is signed in
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", tag = "identity",
    responses((status = 200, body = Me), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get_me(access: Access, State(app): State<App>) -> Result<Json<Me>, Problem> {
    let person = store::person(app.database.pool(), access.user)
        .await?
        .ok_or_else(Access::missing)?;
    Ok(Json(Me::of(&app, person).await?))
}
