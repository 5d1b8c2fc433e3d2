//! Our types to SpiceDB's messages, and its answers back. Pure.

use super::refused;
use crate::{
    Consistency, Error, Filter, Grantee, Permission, Relationship, Resource, Subject, ZedToken,
};
use spicedb_grpc_tonic::v1::{
    self, CheckBulkPermissionsPair, CheckBulkPermissionsRequestItem, LookupPermissionship,
    ObjectReference, RelationshipFilter, RelationshipUpdate, ResolvedSubject, SubjectFilter,
    SubjectReference, check_bulk_permissions_pair::Response,
    check_permission_response::Permissionship, consistency::Requirement,
    relationship_update::Operation, subject_filter::RelationFilter,
};

pub(super) fn update(relationship: &Relationship) -> RelationshipUpdate {
    RelationshipUpdate {
        operation: Operation::Touch.into(),
        relationship: Some(v1::Relationship {
            resource: Some((&relationship.resource).into()),
            relation: relationship.relation.to_string(),
            subject: Some((&relationship.grantee).into()),
            ..Default::default()
        }),
    }
}

pub(super) fn item(
    subject: Subject,
    permission: Permission,
    resource: &Resource,
) -> CheckBulkPermissionsRequestItem {
    CheckBulkPermissionsRequestItem {
        resource: Some(resource.into()),
        permission: permission.to_string(),
        subject: Some(subject.into()),
        context: None,
    }
}

/// Only a plain yes is a yes: a conditional one needs caveats, which the schema does not have.
pub(super) fn has_permission(permissionship: i32) -> bool {
    permissionship == i32::from(Permissionship::HasPermission)
}

pub(super) fn bulk_answer(attempted: &str, pair: CheckBulkPermissionsPair) -> Result<bool, Error> {
    match pair.response {
        Some(Response::Item(item)) => Ok(has_permission(item.permissionship)),
        Some(Response::Error(status)) => Err(refused(attempted, &status.message)),
        None => Err(refused(attempted, "one of the questions was not answered")),
    }
}

pub(super) fn token(attempted: &str, token: Option<v1::ZedToken>) -> Result<ZedToken, Error> {
    let token = token.ok_or_else(|| refused(attempted, "the answer has no token"))?;
    Ok(ZedToken::from(token.token))
}

/// A person that was looked up; only a plain yes is one.
pub(super) fn person(attempted: &str, subject: &ResolvedSubject) -> Result<Subject, Error> {
    if subject.subject_object_id == "*" {
        return Err(refused(attempted, "everybody has it"));
    }
    if subject.permissionship != i32::from(LookupPermissionship::HasPermission) {
        return Err(refused(attempted, "an answer is conditional"));
    }
    subject
        .subject_object_id
        .parse()
        .map(Subject::user)
        .map_err(|_| refused(attempted, "a person has no id of ours"))
}

impl From<&Resource> for ObjectReference {
    fn from(resource: &Resource) -> Self {
        Self {
            object_type: resource.kind().to_string(),
            object_id: resource.id().to_owned(),
        }
    }
}

impl From<Subject> for SubjectReference {
    fn from(subject: Subject) -> Self {
        (&Grantee::User(subject.id())).into()
    }
}

impl From<&Grantee> for SubjectReference {
    fn from(grantee: &Grantee) -> Self {
        let (kind, id, relation) = grantee.parts();
        Self {
            object: Some(ObjectReference {
                object_type: kind.to_owned(),
                object_id: id,
            }),
            optional_relation: relation.to_owned(),
        }
    }
}

impl From<&Consistency> for v1::Consistency {
    fn from(consistency: &Consistency) -> Self {
        let requirement = match consistency {
            Consistency::Fully => Requirement::FullyConsistent(true),
            Consistency::AtLeast(token) => Requirement::AtLeastAsFresh(v1::ZedToken {
                token: token.as_str().to_owned(),
            }),
        };
        Self {
            requirement: Some(requirement),
        }
    }
}

impl From<&Filter> for RelationshipFilter {
    fn from(filter: &Filter) -> Self {
        Self {
            resource_type: filter.kind.to_string(),
            optional_resource_id: filter.id.clone().unwrap_or_default(),
            optional_relation: filter
                .relation
                .map(|relation| relation.to_string())
                .unwrap_or_default(),
            optional_subject_filter: filter.grantee.as_ref().map(subject_filter),
            ..Default::default()
        }
    }
}

fn subject_filter(grantee: &Grantee) -> SubjectFilter {
    let (kind, id, relation) = grantee.parts();
    SubjectFilter {
        subject_type: kind.to_owned(),
        optional_subject_id: id,
        optional_relation: Some(RelationFilter {
            relation: relation.to_owned(),
        }),
    }
}
