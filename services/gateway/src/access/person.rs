//! Who is calling.

use crate::{App, access::Scopes, edge::Problem};
use authz::{Consistency, Permission, Resource, ResourceKind, Subject, ZedToken};
use axum::{extract::FromRequestParts, http::request::Parts};
use ids::{ApiKeyId, TenantId, UserId};
use std::sync::Arc;

/// The person behind a request, as the guard found them.
#[derive(Debug, Clone)]
pub struct Access {
    pub user: UserId,
    pub tenant: TenantId,
    /// What the API key may be used for; `None` for a session in a browser.
    pub scopes: Option<Scopes>,
    /// Since when SpiceDB knows the person.
    pub(crate) since: Option<ZedToken>,
    /// What proved who they are.
    pub(crate) credential: Credential,
}

/// What proves who is calling; it can be taken away.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// A session in a browser, by the hash of its token.
    Session(Arc<[u8]>),
    ApiKey(ApiKeyId),
    /// A run that works for the person and asks by an event; what it may see is looked up each time.
    Run,
}

impl Access {
    /// Of a run that works for a person.
    pub(crate) const fn of_run(tenant: TenantId, user: UserId) -> Self {
        Self {
            user,
            tenant,
            scopes: None,
            since: None,
            credential: Credential::Run,
        }
    }

    /// As SpiceDB knows them.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        Subject::user(self.user)
    }

    /// How fresh an answer about the tenant must be.
    pub(crate) fn consistency(&self) -> Consistency {
        self.since
            .clone()
            .map_or(Consistency::Fully, Consistency::AtLeast)
    }

    /// The ids of all resources of a kind that the person may view.
    ///
    /// # Errors
    /// 503 when SpiceDB is away.
    pub async fn visible(&self, app: &App, kind: ResourceKind) -> Result<Vec<String>, Problem> {
        let view = Permission::View;
        let found = app
            .authz
            .lookup_resources(self.subject(), view, kind, &Consistency::Fully)
            .await?;
        Ok(found
            .iter()
            .map(|resource| resource.id().to_owned())
            .collect())
    }

    /// For each resource whether the person may view it, as of now.
    ///
    /// # Errors
    /// 503 when SpiceDB is away.
    pub async fn may_view(&self, app: &App, resources: &[Resource]) -> Result<Vec<bool>, Problem> {
        let asked: Vec<_> = resources
            .iter()
            .map(|resource| (Permission::View, resource.clone()))
            .collect();
        let answers = app
            .authz
            .check_many(self.subject(), &asked, &Consistency::Fully)
            .await?;
        Ok(answers)
    }

    /// Whether the person has `permission` in their tenant; `fully`: as of now.
    ///
    /// # Errors
    /// 503 when SpiceDB is away.
    pub(crate) async fn has(
        &self,
        app: &App,
        permission: Permission,
        fully: bool,
    ) -> Result<bool, Problem> {
        let tenant = Resource::from(&self.tenant);
        let consistency = match fully {
            true => Consistency::Fully,
            false => self.consistency(),
        };
        let answer = app
            .authz
            .check(self.subject(), permission, &tenant, &consistency)
            .await?;
        Ok(answer)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Self::missing)
    }
}

impl Access {
    /// 401: nobody is signed in.
    pub(crate) fn missing() -> Problem {
        Problem::new(
            axum::http::StatusCode::UNAUTHORIZED,
            "session.missing",
            "Nobody is signed in",
        )
        .hint("sign in, or send an API key as `Authorization: Bearer st_…`")
    }
}
