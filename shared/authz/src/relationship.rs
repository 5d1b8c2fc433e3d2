//! Relationships and their parts. As text: `workflow:01J…#owner@user:01J…`.

use crate::{Error, Relation, ResourceKind};
use ids::{AccountId, ApiKeyId, ConversationId, GroupId, PromptId, TenantId, UserId, WorkflowId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Something that is owned. Made of typed ids only, so its text is always valid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Resource {
    kind: ResourceKind,
    id: String,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(UserId);

/// Who holds a relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grantee {
    /// One person.
    User(UserId),
    /// Every person, now and later.
    Everyone,
    /// Whoever is in the group.
    Members(GroupId),
    /// Whoever administers the tenant.
    Admins(TenantId),
    /// The tenant itself, for the relation `tenant`.
    Tenant(TenantId),
}

/// One fact: `grantee` is `relation` of `resource`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Relationship {
    /// What it is about.
    pub resource: Resource,
    /// How they are tied.
    pub relation: Relation,
    /// Who holds it.
    pub grantee: Grantee,
}

/// Which relationships to delete: those of one kind that match every part that is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The kind of resource.
    pub kind: ResourceKind,
    /// One resource only.
    pub id: Option<String>,
    /// One relation only.
    pub relation: Option<Relation>,
    /// One holder only.
    pub grantee: Option<Grantee>,
}

impl Resource {
    /// From a kind and the text of an id, such as a part of a URL.
    ///
    /// # Errors
    /// `Text` when the text is not an id of that kind.
    pub fn parse(kind: ResourceKind, id: &str) -> Result<Self, Error> {
        let parsed = match kind {
            ResourceKind::Tenant => id.parse::<TenantId>().map(|id| Self::from(&id)),
            ResourceKind::Group => id.parse::<GroupId>().map(Self::from),
            ResourceKind::IntegrationAccount => id.parse::<AccountId>().map(Self::from),
            ResourceKind::Workflow => id.parse::<WorkflowId>().map(Self::from),
            ResourceKind::Conversation => id.parse::<ConversationId>().map(Self::from),
            ResourceKind::Prompt => id.parse::<PromptId>().map(Self::from),
            ResourceKind::ApiKey => id.parse::<ApiKeyId>().map(Self::from),
        };
        parsed.map_err(|_| Error::Text {
            given: id.to_owned(),
            expected: "an id",
        })
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> ResourceKind {
        self.kind
    }

    /// Its id as text.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The relationship that makes `owner` its owner.
    #[must_use]
    pub fn owned_by(self, owner: UserId) -> Relationship {
        self.granted(Relation::Owner, Grantee::User(owner))
    }

    /// The relationship that puts it into `tenant`.
    #[must_use]
    pub fn in_tenant(self, tenant: TenantId) -> Relationship {
        self.granted(Relation::Tenant, Grantee::Tenant(tenant))
    }

    /// Any relationship of it.
    #[must_use]
    pub const fn granted(self, relation: Relation, grantee: Grantee) -> Relationship {
        Relationship {
            resource: self,
            relation,
            grantee,
        }
    }
}

macro_rules! resources {
    ($($id:ident => $kind:ident,)+) => {$(
        impl From<$id> for Resource {
            fn from(id: $id) -> Self {
                Self { kind: ResourceKind::$kind, id: id.to_string() }
            }
        }
    )+};
}

resources! {
    GroupId => Group,
    AccountId => IntegrationAccount,
    WorkflowId => Workflow,
    ConversationId => Conversation,
    PromptId => Prompt,
    ApiKeyId => ApiKey,
}

impl From<&TenantId> for Resource {
    fn from(id: &TenantId) -> Self {
        Self {
            kind: ResourceKind::Tenant,
            id: id.to_string(),
        }
    }
}

impl Subject {
    /// A person.
    #[must_use]
    pub const fn user(id: UserId) -> Self {
        Self(id)
    }

    /// The person's id.
    #[must_use]
    pub const fn id(self) -> UserId {
        self.0
    }
}

impl Grantee {
    /// Type, id and relation, as SpiceDB takes them; the relation is empty for the object itself.
    pub(crate) fn parts(&self) -> (&'static str, String, &'static str) {
        match self {
            Self::User(id) => ("user", id.to_string(), ""),
            Self::Everyone => ("user", "*".to_owned(), ""),
            Self::Members(id) => ("group", id.to_string(), "member"),
            Self::Admins(id) => ("tenant", id.to_string(), "admin"),
            Self::Tenant(id) => ("tenant", id.to_string(), ""),
        }
    }
}

impl Filter {
    /// Everything about one resource, for when it is removed.
    #[must_use]
    pub fn of(resource: Resource) -> Self {
        Self {
            kind: resource.kind,
            id: Some(resource.id),
            relation: None,
            grantee: None,
        }
    }

    /// Everything that `grantee` holds on resources of one kind, for when a person or a group is removed.
    #[must_use]
    pub const fn held_by(grantee: Grantee, kind: ResourceKind) -> Self {
        Self {
            kind,
            id: None,
            relation: None,
            grantee: Some(grantee),
        }
    }

    pub(crate) fn matches(&self, relationship: &Relationship) -> bool {
        let Relationship {
            resource,
            relation,
            grantee,
        } = relationship;
        self.kind == resource.kind
            && self.id.as_ref().is_none_or(|id| *id == resource.id)
            && self.relation.is_none_or(|wanted| wanted == *relation)
            && self.grantee.as_ref().is_none_or(|wanted| wanted == grantee)
    }
}

impl From<&Relationship> for Filter {
    /// Exactly this relationship.
    fn from(relationship: &Relationship) -> Self {
        Self {
            relation: Some(relationship.relation),
            grantee: Some(relationship.grantee.clone()),
            ..Self::of(relationship.resource.clone())
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user:{}", self.0)
    }
}

impl fmt::Display for Grantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id, relation) = self.parts();
        let mark = if relation.is_empty() { "" } else { "#" };
        write!(f, "{kind}:{id}{mark}{relation}")
    }
}

impl fmt::Display for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}@{}", self.resource, self.relation, self.grantee)
    }
}

impl FromStr for Resource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (kind, id) = text
            .split_once(':')
            .ok_or_else(|| refused(text, "a resource such as workflow:01J…"))?;
        Self::parse(kind.parse()?, id)
    }
}

impl FromStr for Grantee {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = |text: &str| {
            if text == "user:*" {
                return Some(Self::Everyone);
            }
            let (kind, rest) = text.split_once(':')?;
            match (kind, rest.split_once('#')) {
                ("user", None) => Some(Self::User(rest.parse().ok()?)),
                ("tenant", None) => Some(Self::Tenant(rest.parse().ok()?)),
                ("group", Some((id, "member"))) => Some(Self::Members(id.parse().ok()?)),
                ("tenant", Some((id, "admin"))) => Some(Self::Admins(id.parse().ok()?)),
                _ => None,
            }
        };
        read(text).ok_or_else(|| refused(text, "a holder such as user:01J… or group:01J…#member"))
    }
}

impl FromStr for Relationship {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = || {
            let (tie, grantee) = text.split_once('@')?;
            let (resource, relation) = tie.split_once('#')?;
            Some((resource, relation, grantee))
        };
        let (resource, relation, grantee) = parts()
            .ok_or_else(|| refused(text, "a relationship such as workflow:01J…#owner@user:01J…"))?;
        Ok(Self {
            resource: resource.parse()?,
            relation: relation.parse()?,
            grantee: grantee.parse()?,
        })
    }
}

fn refused(given: &str, expected: &'static str) -> Error {
    Error::Text {
        given: given.to_owned(),
        expected,
    }
}

macro_rules! as_text {
    ($($name:ident,)+) => {$(
        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )+};
}

as_text! { Resource, Grantee, Relationship, }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relationship_reads_its_own_text() {
        let (user, group) = (UserId::generate(), GroupId::generate());
        let tenant = TenantId::default_tenant();
        for grantee in [
            Grantee::User(user),
            Grantee::Everyone,
            Grantee::Members(group),
            Grantee::Admins(tenant.clone()),
            Grantee::Tenant(tenant),
        ] {
            let fact = Resource::from(PromptId::generate()).granted(Relation::Viewer, grantee);
            let json = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Relationship>(&json).unwrap(), fact);
        }
    }

    #[test]
    fn text_that_is_no_relationship_is_refused() {
        let (user, workflow) = (UserId::generate(), WorkflowId::generate());
        for bad in [
            String::new(),
            format!("workflow:{workflow}#owner"),
            format!("workflow:{workflow}@user:{user}"),
            format!("workflow:*#owner@user:{user}"),
            format!("workflow:{workflow}#owns@user:{user}"),
            format!("robot:{workflow}#owner@user:{user}"),
            format!("workflow:{workflow}#owner@user:{user}#member"),
            format!("workflow:{workflow}#owner@group:{user}"),
        ] {
            assert!(bad.parse::<Relationship>().is_err(), "{bad}");
        }
    }
}
