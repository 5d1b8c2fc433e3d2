//! Relationships and their parts.

use crate::{Error, Relation, ResourceKind};
use ids::{
    AccountId, ApiKeyId, ConversationId, GroupId, MemoryId, PromptId, TenantId, UserId, WorkflowId,
};
use serde::{Deserialize, Serialize};

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
            ResourceKind::Memory => id.parse::<MemoryId>().map(Self::from),
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
    MemoryId => Memory,
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
