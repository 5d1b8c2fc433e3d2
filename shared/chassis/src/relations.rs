//! Relations from the outbox to `SpiceDB`.

use async_trait::async_trait;
use authz::{Authz, RelationChange};
use serde_json::Value;
use std::sync::Arc;

/// Writes what a service's transactions staged.
pub(crate) struct SpiceDbRelations(pub(crate) Arc<dyn Authz>);

#[async_trait]
impl store::RelationWriter for SpiceDbRelations {
    async fn write(
        &self,
        relations: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        let change: RelationChange = serde_json::from_value(relations.clone())?;
        let token = change.apply(self.0.as_ref()).await?;
        Ok(token.map(|token| token.as_str().to_owned()))
    }
}
