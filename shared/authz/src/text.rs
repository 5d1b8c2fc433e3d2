//! Relationships and their parts as text, in SQL, JSON and logs: `workflow:01J…#owner@user:01J…`.

use crate::{Error, Grantee, Relationship, Resource, Subject};
use std::{fmt, str::FromStr};

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.id())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user:{}", self.id())
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
    use crate::Relation;
    use ids::{GroupId, PromptId, TenantId, UserId, WorkflowId};

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
