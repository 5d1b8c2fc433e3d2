//! Answers remembered by token, never by time.

use crate::{
    Authz, Consistency, Error, Filter, Permission, Relationship, Resource, ResourceKind, Subject,
    ZedToken,
};
use moka::future::Cache;

/// Remembers answers that were asked for at least as fresh as a token. The next token of a row asks anew; full consistency,
/// lookups and errors are never remembered.
pub struct Cached<A> {
    inner: A,
    answers: Cache<Question, bool>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    subject: Subject,
    permission: Permission,
    resource: Resource,
    token: ZedToken,
}

impl<A: Authz> Cached<A> {
    /// Remembers up to `capacity` answers of `inner`.
    pub fn new(inner: A, capacity: u64) -> Self {
        Self {
            inner,
            answers: Cache::new(capacity),
        }
    }
}

#[async_trait::async_trait]
impl<A: Authz> Authz for Cached<A> {
    async fn check(
        &self,
        subject: Subject,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<bool, Error> {
        let Consistency::AtLeast(token) = consistency else {
            return self
                .inner
                .check(subject, permission, resource, consistency)
                .await;
        };
        let question = Question {
            subject,
            permission,
            resource: resource.clone(),
            token: token.clone(),
        };
        if let Some(answer) = self.answers.get(&question).await {
            return Ok(answer);
        }
        let answer = self
            .inner
            .check(subject, permission, resource, consistency)
            .await?;
        self.answers.insert(question, answer).await;
        Ok(answer)
    }

    async fn check_many(
        &self,
        subject: Subject,
        asked: &[(Permission, Resource)],
        consistency: &Consistency,
    ) -> Result<Vec<bool>, Error> {
        self.inner.check_many(subject, asked, consistency).await
    }

    async fn lookup_resources(
        &self,
        subject: Subject,
        permission: Permission,
        kind: ResourceKind,
        consistency: &Consistency,
    ) -> Result<Vec<Resource>, Error> {
        self.inner
            .lookup_resources(subject, permission, kind, consistency)
            .await
    }

    async fn lookup_subjects(
        &self,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<Vec<Subject>, Error> {
        self.inner
            .lookup_subjects(permission, resource, consistency)
            .await
    }

    async fn touch(&self, relationships: &[Relationship]) -> Result<ZedToken, Error> {
        self.inner.touch(relationships).await
    }

    async fn delete(&self, filter: &Filter) -> Result<ZedToken, Error> {
        self.inner.delete(filter).await
    }
}
