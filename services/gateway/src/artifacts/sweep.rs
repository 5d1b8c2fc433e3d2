//! What nothing refers to goes.
//!
//! An artifact is looked at when it was put more than a day ago. When nothing refers to it, that is noted; when that has been
//! so for another day, it is removed, unless it was put since. So a reference that is on its way, in an event that is not
//! applied yet or a form that is not sent yet, has a day to arrive, and the read models may lag behind by as much.

use super::store;
use ::artifacts::Artifacts;
use chrono::{DateTime, Utc};
use events::ArtifactHash;
use ids::TenantId;
use sqlx::PgPool;
use std::time::{Duration, SystemTime};

/// How often it is looked.
pub(super) const EVERY: Duration = Duration::from_secs(3_600);
/// How long something is spared that nothing refers to.
const GRACE: Duration = Duration::from_secs(24 * 3_600);
/// How long an upload is a reference.
const UPLOAD: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Artifacts that are looked at together.
const PAGE: usize = 1_000;

/// Removes what nothing has referred to for long, as of `now`; how many artifacts that were.
///
/// # Errors
/// The database or the store is away; what was removed until then is.
pub async fn sweep(
    pool: &PgPool,
    artifacts: &dyn Artifacts,
    now: SystemTime,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let before = now.checked_sub(GRACE).unwrap_or(SystemTime::UNIX_EPOCH);
    let fresh = now.checked_sub(UPLOAD).unwrap_or(SystemTime::UNIX_EPOCH);
    let (fresh, long) = (DateTime::<Utc>::from(fresh), DateTime::<Utc>::from(before));
    store::prune(pool, fresh).await?;
    let (mut removed, mut after) = (0, None);
    loop {
        let page = artifacts.older(before, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(removed);
        };
        after = Some(last.clone());
        let unused = store::unused(pool, &page, fresh).await?;
        let doomed = store::doom(pool, &page, &unused, (now.into(), long)).await?;
        for (tenant, hash) in doomed {
            let (Ok(tenant), Ok(hash)) = (tenant.parse::<TenantId>(), hash.parse::<ArtifactHash>())
            else {
                continue;
            };
            if artifacts.remove(&tenant, &hash, before).await? {
                store::forget(pool, &tenant, &hash).await?;
                removed += 1;
            }
        }
    }
}
