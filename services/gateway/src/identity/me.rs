//! The person who is signed in.

use super::store::{self, Person};
use crate::{
    App,
    access::{Access, Requires, Routes},
    edge::{Id, Problem},
};
use authz::{Consistency, Permission, Resource, Subject};
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
        let tenant = person.tenant()?;
        let since = Consistency::AtLeast(person.zed_token.clone().into());
        let is_admin = app
            .authz
            .check(
                Subject::user(person.id()),
                Permission::Administer,
                &Resource::from(&tenant),
                &since,
            )
            .await?;
        Ok(Self {
            id: person.id(),
            email: person.email,
            name: person.name,
            tenant,
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
