//! The twin: evaluates the same schema text over relationships in memory.

use crate::{
    Authz, Consistency, Error, Filter, Grantee, Permission, Relationship, Resource, ResourceKind,
    SCHEMA, Subject, ZedToken,
    schema::{Definition, Schema, Term},
};
use ids::UserId;
use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Relationships in memory, for tests of everything above this crate.
#[derive(Debug)]
pub struct Memory {
    schema: Schema,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    facts: BTreeSet<Relationship>,
    revision: u64,
}

impl Memory {
    /// Knows the schema and no relationship.
    #[must_use]
    pub fn new() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the schema is a constant that the tests of this crate parse"
        )]
        let schema = Schema::parse(SCHEMA).expect("schema.zed is well formed");
        Self {
            schema,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn definition(&self, kind: ResourceKind, attempted: &str) -> Result<&Definition, Error> {
        self.schema
            .definition(kind.as_str())
            .ok_or_else(|| refused(attempted, &format!("there is no definition `{kind}`")))
    }

    /// Refuses what SpiceDB would refuse about a question.
    fn admit(
        &self,
        permission: Permission,
        kind: ResourceKind,
        consistency: &Consistency,
    ) -> Result<(), Error> {
        let attempted = format!("check {kind}#{permission}");
        let definition = self.definition(kind, &attempted)?;
        if !definition.permissions.contains_key(permission.as_str()) {
            return Err(refused(&attempted, "there is no such permission"));
        }
        match consistency {
            Consistency::Fully => Ok(()),
            Consistency::AtLeast(token) => token
                .as_str()
                .parse::<u64>()
                .map(drop)
                .map_err(|_| refused(&attempted, "the token is none of mine")),
        }
    }

    /// True when the person is, directly or through others, `name` of the resource.
    fn holds(
        &self,
        facts: &BTreeSet<Relationship>,
        resource: &Resource,
        name: &str,
        user: UserId,
    ) -> bool {
        let Some(definition) = self.schema.definition(resource.kind().as_str()) else {
            return false;
        };
        let of = |relation: &str| {
            let relation = relation.to_owned();
            facts
                .iter()
                .filter(move |fact| {
                    fact.resource == *resource && fact.relation.as_str() == relation
                })
                .map(|fact| &fact.grantee)
        };
        if definition.relations.contains_key(name) {
            return of(name).any(|grantee| match grantee {
                Grantee::User(holder) => *holder == user,
                Grantee::Everyone => true,
                Grantee::Members(group) => {
                    self.holds(facts, &Resource::from(*group), "member", user)
                }
                Grantee::Admins(tenant) => {
                    self.holds(facts, &Resource::from(tenant), "admin", user)
                }
                Grantee::Tenant(_) => false,
            });
        }
        definition.permissions.get(name).into_iter().flatten().any(|term| match term {
            Term::Own(name) => self.holds(facts, resource, name, user),
            Term::Through { relation, permission } => of(relation).any(|grantee| {
                matches!(grantee, Grantee::Tenant(tenant) if self.holds(facts, &Resource::from(tenant), permission, user))
            }),
        })
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn next(&mut self) -> ZedToken {
        self.revision += 1;
        ZedToken::from(self.revision.to_string())
    }
}

#[async_trait::async_trait]
impl Authz for Memory {
    async fn check(
        &self,
        subject: Subject,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<bool, Error> {
        self.admit(permission, resource.kind(), consistency)?;
        Ok(self.holds(
            &self.state().facts,
            resource,
            permission.as_str(),
            subject.id(),
        ))
    }

    async fn check_many(
        &self,
        subject: Subject,
        asked: &[(Permission, Resource)],
        consistency: &Consistency,
    ) -> Result<Vec<bool>, Error> {
        let mut answers = Vec::with_capacity(asked.len());
        for (permission, resource) in asked {
            answers.push(
                self.check(subject, *permission, resource, consistency)
                    .await?,
            );
        }
        Ok(answers)
    }

    async fn lookup_resources(
        &self,
        subject: Subject,
        permission: Permission,
        kind: ResourceKind,
        consistency: &Consistency,
    ) -> Result<Vec<Resource>, Error> {
        self.admit(permission, kind, consistency)?;
        let facts = &self.state().facts;
        let known: BTreeSet<_> = facts
            .iter()
            .map(|fact| &fact.resource)
            .filter(|resource| resource.kind() == kind)
            .collect();
        let visible =
            |resource: &&&Resource| self.holds(facts, resource, permission.as_str(), subject.id());
        Ok(known
            .iter()
            .filter(visible)
            .map(|&resource| resource.clone())
            .collect())
    }

    async fn lookup_subjects(
        &self,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<Vec<Subject>, Error> {
        self.admit(permission, resource.kind(), consistency)?;
        let facts = &self.state().facts;
        let has = |user: &UserId| self.holds(facts, resource, permission.as_str(), *user);
        if has(&UserId::generate()) {
            let attempted = format!("look up who has {permission} on {resource}");
            return Err(refused(&attempted, "everybody has it"));
        }
        let known: BTreeSet<UserId> = facts
            .iter()
            .filter_map(|fact| match fact.grantee {
                Grantee::User(user) => Some(user),
                Grantee::Everyone
                | Grantee::Members(_)
                | Grantee::Admins(_)
                | Grantee::Tenant(_) => None,
            })
            .collect();
        Ok(known.into_iter().filter(has).map(Subject::user).collect())
    }

    async fn touch(&self, relationships: &[Relationship]) -> Result<ZedToken, Error> {
        if relationships.is_empty() {
            return Err(refused("write relationships", "there are none"));
        }
        for fact in relationships {
            let attempted = format!("write {fact}");
            let definition = self.definition(fact.resource.kind(), &attempted)?;
            let (kind, id, relation) = fact.grantee.parts();
            if !definition.accepts(fact.relation.as_str(), (kind, &id, relation)) {
                return Err(refused(&attempted, "the schema does not allow it"));
            }
        }
        let mut state = self.state();
        state.facts.extend(relationships.iter().cloned());
        Ok(state.next())
    }

    async fn delete(&self, filter: &Filter) -> Result<ZedToken, Error> {
        let attempted = format!("delete relationships of {}", filter.kind);
        let definition = self.definition(filter.kind, &attempted)?;
        if filter
            .relation
            .is_some_and(|relation| !definition.relations.contains_key(relation.as_str()))
        {
            return Err(refused(&attempted, "there is no such relation"));
        }
        let mut state = self.state();
        state.facts.retain(|fact| !filter.matches(fact));
        Ok(state.next())
    }
}

fn refused(attempted: &str, reason: &str) -> Error {
    Error::Refused {
        attempted: attempted.to_owned(),
        reason: reason.to_owned(),
    }
}
