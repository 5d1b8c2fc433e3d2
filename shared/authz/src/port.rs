//! The port: what every implementation can be asked.

use crate::{Error, Filter, Permission, Relationship, Resource, ResourceKind, Subject};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment in SpiceDB's history. Opaque; kept on the row that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZedToken(String);

impl ZedToken {
    /// As SpiceDB wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ZedToken {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for ZedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How fresh an answer must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consistency {
    /// As of now: for destructive actions, the use of credentials, and approvals.
    Fully,
    /// As of the token or later: for everything else, with the token of the row.
    AtLeast(ZedToken),
}

/// Answers who may do what, and records what makes it so.
#[async_trait::async_trait]
pub trait Authz: Send + Sync {
    /// True when `subject` has `permission` on `resource`.
    ///
    /// # Errors
    /// `Unavailable` (retryable); `Refused` for a permission that the kind does not have, or a token that is none.
    async fn check(
        &self,
        subject: Subject,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<bool, Error>;

    /// One answer for each of `asked`, in its order.
    ///
    /// # Errors
    /// As [`Authz::check`]; one refused question refuses all.
    async fn check_many(
        &self,
        subject: Subject,
        asked: &[(Permission, Resource)],
        consistency: &Consistency,
    ) -> Result<Vec<bool>, Error>;

    /// All resources of a kind on which `subject` has `permission`, in no order. A proposal: check before acting on it.
    ///
    /// # Errors
    /// As [`Authz::check`].
    async fn lookup_resources(
        &self,
        subject: Subject,
        permission: Permission,
        kind: ResourceKind,
        consistency: &Consistency,
    ) -> Result<Vec<Resource>, Error>;

    /// All people who have `permission` on `resource`, in no order.
    ///
    /// # Errors
    /// As [`Authz::check`]; `Refused` too when everybody has it, now and later.
    async fn lookup_subjects(
        &self,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<Vec<Subject>, Error>;

    /// Makes the relationships exist; those that do already stay. May be repeated. In chunks: after an error, repeat.
    /// Returns the moment from which on they hold.
    ///
    /// # Errors
    /// `Unavailable` (retryable); `Refused` for what the schema does not allow, or for none at all.
    async fn touch(&self, relationships: &[Relationship]) -> Result<ZedToken, Error>;

    /// Makes the matching relationships not exist. May be repeated.
    ///
    /// # Errors
    /// `Unavailable` (retryable); `Refused` for a filter that the schema does not allow.
    async fn delete(&self, filter: &Filter) -> Result<ZedToken, Error>;

    /// As [`Authz::check`], but an error is a no, and is logged.
    async fn allowed(
        &self,
        subject: Subject,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> bool {
        match self.check(subject, permission, resource, consistency).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, %permission, %resource, "denied, because the permission could not be checked");
                false
            }
        }
    }
}
