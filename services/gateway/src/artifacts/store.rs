//! What is known of artifacts.

use crate::{App, access::Access, projection::FrameRow};
use ::store::Error;
use events::{Artifact, ArtifactHash};
use ids::{TenantId, WorkflowId};
use sqlx::{
    PgConnection, PgPool,
    types::{
        Uuid,
        chrono::{DateTime, Utc},
    },
};
use std::collections::BTreeMap;

/// Workflows that are asked about at a time, the ones with the newest runs.
const MOST_WORKFLOWS: i64 = 100;

/// An artifact, as far as a person is concerned.
pub(super) struct Known {
    pub(super) size: u64,
    pub(super) media_type: String,
    pub(super) name: Option<String>,
    /// They have sent it, not long ago.
    pub(super) is_own: bool,
    /// Workflows with runs that refer to it.
    pub(super) workflows: Vec<WorkflowId>,
}

/// A person has sent an artifact.
pub(super) async fn uploaded(
    pool: &PgPool,
    access: &Access,
    artifact: &Artifact,
) -> Result<(), Error> {
    let failed = Error::query;
    let mut tx = pool.begin().await.map_err(failed("note an upload"))?;
    describe(&mut tx, &[(&access.tenant, artifact)]).await?;
    sqlx::query(
        "INSERT INTO artifact_uploads (tenant_id, hash, person_id, uploaded_at) VALUES ($1, $2, $3, now())
         ON CONFLICT (tenant_id, hash, person_id) DO UPDATE SET uploaded_at = excluded.uploaded_at",
    )
    .bind(access.tenant.as_str())
    .bind(artifact.hash.as_str())
    .bind(access.user.uuid())
    .execute(&mut *tx)
    .await
    .map_err(failed("note an upload"))?;
    tx.commit().await.map_err(failed("note an upload"))
}

/// Notes which artifacts the entries of some run logs refer to.
pub(crate) async fn refer(conn: &mut PgConnection, frames: &[FrameRow<'_>]) -> Result<(), Error> {
    let mut found = BTreeMap::new();
    for frame in frames {
        for (hash, artifact) in Artifact::in_text(&frame.events) {
            found.insert((frame.tenant, hash, frame.run_id), artifact);
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let described: Vec<_> = found
        .iter()
        .map(|((tenant, ..), artifact)| (*tenant, artifact))
        .collect();
    describe(conn, &described).await?;
    let tenants: Vec<&str> = found.keys().map(|(tenant, ..)| tenant.as_str()).collect();
    let hashes: Vec<&str> = found.keys().map(|(_, hash, _)| hash.as_str()).collect();
    let runs: Vec<Uuid> = found.keys().map(|(.., run)| run.uuid()).collect();
    sqlx::query(
        "INSERT INTO artifact_uses (tenant_id, hash, run_id) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
         ON CONFLICT DO NOTHING",
    )
    .bind(&tenants)
    .bind(&hashes)
    .bind(&runs)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note uses of artifacts"))
}

async fn describe(
    conn: &mut PgConnection,
    artifacts: &[(&TenantId, &Artifact)],
) -> Result<(), Error> {
    let tenants: Vec<&str> = artifacts
        .iter()
        .map(|(tenant, _)| tenant.as_str())
        .collect();
    let hashes: Vec<&str> = artifacts.iter().map(|(_, a)| a.hash.as_str()).collect();
    let sizes: Vec<i64> = artifacts
        .iter()
        .map(|(_, a)| i64::try_from(a.size).unwrap_or(i64::MAX))
        .collect();
    let types: Vec<&str> = artifacts
        .iter()
        .map(|(_, a)| a.media_type.as_str())
        .collect();
    let names: Vec<Option<&str>> = artifacts.iter().map(|(_, a)| a.name.as_deref()).collect();
    sqlx::query(
        "INSERT INTO artifacts (tenant_id, hash, size, media_type, name)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(&tenants)
    .bind(&hashes)
    .bind(&sizes)
    .bind(&types)
    .bind(&names)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("describe artifacts"))
}

/// An artifact of the person's tenant. Runs that are not kept count no more: the reader does not see them.
pub(super) async fn find(
    app: &App,
    access: &Access,
    hash: &ArtifactHash,
) -> Result<Option<Known>, Error> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let row: Option<(i64, String, Option<String>, bool)> = sqlx::query_as(
        "SELECT size, media_type, name, EXISTS (SELECT FROM artifact_uploads u WHERE u.hash = a.hash AND u.person_id = $2)
         FROM artifacts a WHERE hash = $1",
    )
    .bind(hash.as_str())
    .bind(access.user.uuid())
    .fetch_optional(&mut *tx)
    .await
    .map_err(Error::query("find an artifact"))?;
    let Some((size, media_type, name, is_own)) = row else {
        return Ok(None);
    };
    let workflows: Vec<Uuid> = sqlx::query_scalar(
        "SELECT workflow_id FROM artifact_uses JOIN runs USING (run_id) WHERE hash = $1
         GROUP BY workflow_id ORDER BY max(run_id::text) DESC LIMIT $2",
    )
    .bind(hash.as_str())
    .bind(MOST_WORKFLOWS)
    .fetch_all(&mut *tx)
    .await
    .map_err(Error::query("find what refers to an artifact"))?;
    Ok(Some(Known {
        size: u64::try_from(size).unwrap_or_default(),
        media_type,
        name,
        is_own,
        workflows: workflows.into_iter().map(WorkflowId::from_uuid).collect(),
    }))
}

/// Which of these artifacts nothing refers to. Uploads since `fresh` count.
pub(super) async fn unused(
    pool: &PgPool,
    artifacts: &[(TenantId, ArtifactHash)],
    fresh: DateTime<Utc>,
) -> Result<Vec<(String, String)>, Error> {
    let (tenants, hashes) = columns(artifacts);
    sqlx::query_as(
        "SELECT k.tenant_id, k.hash FROM unnest($1::text[], $2::text[]) AS k (tenant_id, hash)
         WHERE NOT EXISTS (SELECT FROM artifact_uses u JOIN runs r USING (run_id)
                 WHERE u.tenant_id = k.tenant_id AND u.hash = k.hash)
           AND NOT EXISTS (SELECT FROM artifact_uploads u
                 WHERE u.tenant_id = k.tenant_id AND u.hash = k.hash AND u.uploaded_at > $3)",
    )
    .bind(&tenants)
    .bind(&hashes)
    .bind(fresh)
    .fetch_all(pool)
    .await
    .map_err(Error::query("look for unused artifacts"))
}

/// Notes which of `artifacts` are unused, from `now` on or since before; those that have been since before `long`.
pub(super) async fn doom(
    pool: &PgPool,
    artifacts: &[(TenantId, ArtifactHash)],
    unused: &[(String, String)],
    (now, long): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, String)>, Error> {
    let (tenants, hashes) = columns(artifacts);
    let of: Vec<&str> = unused.iter().map(|(tenant, _)| tenant.as_str()).collect();
    let which: Vec<&str> = unused.iter().map(|(_, hash)| hash.as_str()).collect();
    sqlx::query(
        "DELETE FROM artifacts_unused d USING unnest($1::text[], $2::text[]) AS k (tenant_id, hash)
         WHERE d.tenant_id = k.tenant_id AND d.hash = k.hash AND NOT EXISTS (
             SELECT FROM unnest($3::text[], $4::text[]) AS n (tenant_id, hash)
             WHERE n.tenant_id = k.tenant_id AND n.hash = k.hash)",
    )
    .bind(&tenants)
    .bind(&hashes)
    .bind(&of)
    .bind(&which)
    .execute(pool)
    .await
    .map_err(Error::query("spare artifacts that are used again"))?;
    sqlx::query_as(
        "WITH noted AS (
             INSERT INTO artifacts_unused (tenant_id, hash, since)
             SELECT tenant_id, hash, $3 FROM unnest($1::text[], $2::text[]) AS n (tenant_id, hash) ON CONFLICT DO NOTHING)
         SELECT d.tenant_id, d.hash FROM artifacts_unused d JOIN unnest($1::text[], $2::text[]) AS n (tenant_id, hash)
             USING (tenant_id, hash) WHERE d.since < $4",
    )
    .bind(&of)
    .bind(&which)
    .bind(now)
    .bind(long)
    .fetch_all(pool)
    .await
    .map_err(Error::query("note unused artifacts"))
}

/// Forgets an artifact that is gone.
pub(super) async fn forget(
    pool: &PgPool,
    tenant: &TenantId,
    hash: &ArtifactHash,
) -> Result<(), Error> {
    sqlx::query(
        "WITH described AS (DELETE FROM artifacts WHERE tenant_id = $1 AND hash = $2),
             used AS (DELETE FROM artifact_uses WHERE tenant_id = $1 AND hash = $2),
             sent AS (DELETE FROM artifact_uploads WHERE tenant_id = $1 AND hash = $2)
         DELETE FROM artifacts_unused WHERE tenant_id = $1 AND hash = $2",
    )
    .bind(tenant.as_str())
    .bind(hash.as_str())
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("forget an artifact"))
}

/// Forgets uploads from before `fresh`, and uses by runs that are gone.
pub(super) async fn prune(pool: &PgPool, fresh: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query("DELETE FROM artifact_uploads WHERE uploaded_at <= $1")
        .bind(fresh)
        .execute(pool)
        .await
        .map_err(Error::query("forget old uploads"))?;
    sqlx::query(
        "DELETE FROM artifact_uses u WHERE run_id < (SELECT kept_from FROM retention ORDER BY kept_from DESC NULLS LAST LIMIT 1)
             AND NOT EXISTS (SELECT FROM runs r WHERE r.run_id = u.run_id)",
    )
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("forget uses by runs that are gone"))
}

fn columns(artifacts: &[(TenantId, ArtifactHash)]) -> (Vec<&str>, Vec<&str>) {
    artifacts
        .iter()
        .map(|(tenant, hash)| (tenant.as_str(), hash.as_str()))
        .unzip()
}
