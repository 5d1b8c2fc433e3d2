//! Artifacts in memory, for tests.

use crate::{Artifacts, Error, Opened, Put, Source, copy::copy};
use async_trait::async_trait;
use events::ArtifactHash;
use ids::TenantId;
use std::{
    collections::BTreeMap,
    io::Cursor,
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

type Key = (TenantId, ArtifactHash);
type Kept = (SystemTime, Arc<[u8]>);

/// See the module.
#[derive(Default)]
pub struct Memory(Mutex<BTreeMap<Key, Kept>>);

impl Memory {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<Key, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Artifacts for Memory {
    async fn put(&self, tenant: &TenantId, bytes: Source, most: u64) -> Result<Put, Error> {
        let mut all = Cursor::new(Vec::new());
        let put = copy(bytes, &mut all, most).await?;
        let key = (tenant.clone(), put.hash.clone());
        let bytes = all.into_inner().into();
        self.kept().insert(key, (SystemTime::now(), bytes));
        Ok(put)
    }

    async fn open(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        first: u64,
    ) -> Result<Opened, Error> {
        let found = self.kept().get(&(tenant.clone(), hash.clone())).cloned();
        let (_, bytes) = found.ok_or_else(|| Error::NotFound(hash.clone()))?;
        let size = bytes.len() as u64;
        if first > size {
            let hash = hash.clone();
            return Err(Error::OutOfRange { hash, size, first });
        }
        let mut bytes = Cursor::new(bytes);
        bytes.set_position(first);
        Ok(Opened {
            size,
            bytes: Box::new(bytes),
        })
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        before: SystemTime,
    ) -> Result<bool, Error> {
        let key = (tenant.clone(), hash.clone());
        let mut kept = self.kept();
        let goes = kept.get(&key).is_some_and(|(at, _)| *at < before);
        if goes {
            kept.remove(&key);
        }
        Ok(goes)
    }

    async fn older(
        &self,
        before: SystemTime,
        after: Option<&Key>,
        most: usize,
    ) -> Result<Vec<Key>, Error> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let kept = self.kept();
        let older = kept
            .range::<Key, _>((from, Bound::Unbounded))
            .filter(|(_, (at, _))| *at < before);
        Ok(older.take(most).map(|(key, _)| key.clone()).collect())
    }
}
