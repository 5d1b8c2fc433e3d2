//! SpiceDB over gRPC.

mod convert;

use crate::{
    Authz, Consistency, Error, Filter, Permission, Relationship, Resource, ResourceKind, SCHEMA,
    Subject, ZedToken,
};
use convert::{bulk_answer, has_permission, token};
use spicedb_grpc_tonic::v1::{
    CheckBulkPermissionsRequest, CheckPermissionRequest, DeleteRelationshipsRequest,
    LookupResourcesRequest, LookupSubjectsRequest, ReadSchemaRequest, WriteRelationshipsRequest,
    WriteSchemaRequest, permissions_service_client::PermissionsServiceClient,
    schema_service_client::SchemaServiceClient,
};
use std::{future::Future, time::Duration};
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, ClientTlsConfig, Endpoint},
};

const CONNECT: Duration = Duration::from_secs(2);
/// For one call; a lookup of everything may take longer than a check, and still ends here.
const CALL: Duration = Duration::from_secs(5);
/// A half-open connection is noticed after this and `CONNECT`.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Updates in one write, and questions in one bulk check. SpiceDB's own bounds are 1,000 and 10,000.
const CHUNK: usize = 500;

/// Connects when first asked, and again whenever the connection is lost. Cheap to clone.
#[derive(Clone)]
pub struct SpiceDb {
    permissions: PermissionsServiceClient<Channel>,
    schema: SchemaServiceClient<Channel>,
    bearer: MetadataValue<Ascii>,
}

impl SpiceDb {
    /// A client for `url` (`http://host:port` in clear, `https://…` with the system's authorities) and its preshared key.
    /// Must be called on a tokio runtime.
    ///
    /// # Errors
    /// `Text` when the URL is none or the key has characters that no header may have.
    pub fn new(url: &str, key: &str) -> Result<Self, Error> {
        let refused = |expected| Error::Text {
            given: url.to_owned(),
            expected,
        };
        let expected = "the URL of a SpiceDB, such as http://127.0.0.1:50051";
        let mut endpoint = Endpoint::from_shared(url.to_owned())
            .map_err(|_| refused(expected))?
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(CONNECT)
            .tcp_nodelay(true);
        if url.starts_with("https://") {
            let tls = ClientTlsConfig::new().with_native_roots();
            endpoint = endpoint.tls_config(tls).map_err(|_| refused(expected))?;
        } else if !url.starts_with("http://") {
            return Err(refused(expected));
        }
        let mut bearer: MetadataValue<Ascii> =
            format!("Bearer {key}").parse().map_err(|_| Error::Text {
                given: "the preshared key of SpiceDB".to_owned(),
                expected: "text that fits into a header",
            })?;
        bearer.set_sensitive(true);
        let channel = endpoint.connect_lazy();
        Ok(Self {
            permissions: PermissionsServiceClient::new(channel.clone()),
            schema: SchemaServiceClient::new(channel),
            bearer,
        })
    }

    /// Writes [`SCHEMA`]; relationships that it still allows stay.
    ///
    /// # Errors
    /// `Unavailable` (retryable); `Refused` when relationships exist that it no longer allows.
    pub async fn write_schema(&self) -> Result<(), Error> {
        let request = self.request(WriteSchemaRequest {
            schema: SCHEMA.to_owned(),
        });
        let mut client = self.schema.clone();
        call("write the schema", client.write_schema(request))
            .await
            .map(drop)
    }

    /// Answers when SpiceDB does, and has a schema: what a service waits for before it is ready.
    ///
    /// # Errors
    /// `Unavailable` (retryable); `Refused` when the key is wrong or the schema was not written yet.
    pub async fn ready(&self) -> Result<(), Error> {
        let mut client = self.schema.clone();
        call(
            "read the schema",
            client.read_schema(self.request(ReadSchemaRequest {})),
        )
        .await
        .map(drop)
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        request
    }

    async fn write(&self, chunk: &[Relationship]) -> Result<ZedToken, Error> {
        let attempted = match chunk {
            [only] => format!("write {only}"),
            many => format!("write {} relationships", many.len()),
        };
        let request = self.request(WriteRelationshipsRequest {
            updates: chunk.iter().map(convert::update).collect(),
            ..Default::default()
        });
        let mut client = self.permissions.clone();
        let answer = call(&attempted, client.write_relationships(request)).await?;
        token(&attempted, answer.written_at)
    }

    async fn check_chunk(
        &self,
        subject: Subject,
        asked: &[(Permission, Resource)],
        consistency: &Consistency,
    ) -> Result<Vec<bool>, Error> {
        let attempted = format!("check {} permissions for {subject}", asked.len());
        let request = self.request(CheckBulkPermissionsRequest {
            consistency: Some(consistency.into()),
            items: asked
                .iter()
                .map(|(permission, resource)| convert::item(subject, *permission, resource))
                .collect(),
            with_tracing: false,
        });
        let mut client = self.permissions.clone();
        let answer = call(&attempted, client.check_bulk_permissions(request)).await?;
        if answer.pairs.len() != asked.len() {
            return Err(refused(
                &attempted,
                "the answer has another length than the question",
            ));
        }
        answer
            .pairs
            .into_iter()
            .map(|pair| bulk_answer(&attempted, pair))
            .collect()
    }
}

#[async_trait::async_trait]
impl Authz for SpiceDb {
    async fn check(
        &self,
        subject: Subject,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<bool, Error> {
        let attempted = format!("check {resource}#{permission} for {subject}");
        let request = self.request(CheckPermissionRequest {
            consistency: Some(consistency.into()),
            resource: Some(resource.into()),
            permission: permission.to_string(),
            subject: Some(subject.into()),
            ..Default::default()
        });
        let mut client = self.permissions.clone();
        let answer = call(&attempted, client.check_permission(request)).await?;
        Ok(has_permission(answer.permissionship))
    }

    async fn check_many(
        &self,
        subject: Subject,
        asked: &[(Permission, Resource)],
        consistency: &Consistency,
    ) -> Result<Vec<bool>, Error> {
        let mut answers = Vec::with_capacity(asked.len());
        for chunk in asked.chunks(CHUNK) {
            answers.extend(self.check_chunk(subject, chunk, consistency).await?);
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
        let attempted = format!("look up {kind}#{permission} for {subject}");
        let request = self.request(LookupResourcesRequest {
            consistency: Some(consistency.into()),
            resource_object_type: kind.to_string(),
            permission: permission.to_string(),
            subject: Some(subject.into()),
            ..Default::default()
        });
        let mut client = self.permissions.clone();
        let ids = within(&attempted, async {
            let mut stream = client.lookup_resources(request).await?.into_inner();
            let mut ids = Vec::new();
            while let Some(found) = stream.message().await? {
                ids.push(found.resource_object_id);
            }
            Ok(ids)
        })
        .await?;
        ids.iter().map(|id| Resource::parse(kind, id)).collect()
    }

    async fn lookup_subjects(
        &self,
        permission: Permission,
        resource: &Resource,
        consistency: &Consistency,
    ) -> Result<Vec<Subject>, Error> {
        let attempted = format!("look up who has {permission} on {resource}");
        let request = self.request(LookupSubjectsRequest {
            consistency: Some(consistency.into()),
            resource: Some(resource.into()),
            permission: permission.to_string(),
            subject_object_type: "user".to_owned(),
            ..Default::default()
        });
        let mut client = self.permissions.clone();
        let found = within(&attempted, async {
            let mut stream = client.lookup_subjects(request).await?.into_inner();
            let mut found = Vec::new();
            while let Some(answer) = stream.message().await? {
                found.extend(answer.subject);
            }
            Ok(found)
        })
        .await?;
        found
            .into_iter()
            .map(|subject| convert::person(&attempted, &subject))
            .collect()
    }

    async fn touch(&self, relationships: &[Relationship]) -> Result<ZedToken, Error> {
        let mut written = Err(refused("write relationships", "there are none"));
        for chunk in relationships.chunks(CHUNK) {
            written = Ok(self.write(chunk).await?);
        }
        written
    }

    async fn delete(&self, filter: &Filter) -> Result<ZedToken, Error> {
        let attempted = format!("delete relationships of {}", filter.kind);
        let request = self.request(DeleteRelationshipsRequest {
            relationship_filter: Some(filter.into()),
            ..Default::default()
        });
        let mut client = self.permissions.clone();
        let answer = call(&attempted, client.delete_relationships(request)).await?;
        token(&attempted, answer.deleted_at)
    }
}

async fn call<T>(
    attempted: &str,
    call: impl Future<Output = Result<tonic::Response<T>, Status>>,
) -> Result<T, Error> {
    within(attempted, async { Ok(call.await?.into_inner()) }).await
}

async fn within<T>(
    attempted: &str,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Error> {
    match tokio::time::timeout(CALL, work).await {
        Ok(answer) => answer.map_err(|status| failed(attempted, &status)),
        Err(_) => Err(Error::Unavailable {
            attempted: attempted.to_owned(),
            reason: format!("no answer within {} ms", CALL.as_millis()),
        }),
    }
}

fn failed(attempted: &str, status: &Status) -> Error {
    let reason = format!("{} ({:?})", status.message(), status.code());
    match status.code() {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::Unimplemented => refused(attempted, &reason),
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Aborted
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => Error::Unavailable {
            attempted: attempted.to_owned(),
            reason,
        },
    }
}

fn refused(attempted: &str, reason: &str) -> Error {
    Error::Refused {
        attempted: attempted.to_owned(),
        reason: reason.to_owned(),
    }
}
