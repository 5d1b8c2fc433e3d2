//! Relationships that go with an event: staged in its transaction, written before it is seen.

use crate::{Authz, Error, Filter, Relationship, ZedToken};
use serde::{Deserialize, Serialize};

/// What must exist, and what must be gone, when an event becomes visible. Applying it twice changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationChange {
    /// These exist afterwards.
    pub touch: Vec<Relationship>,
    /// Whatever matches is gone.
    pub delete: Vec<Filter>,
}

impl RelationChange {
    /// Writes the change and returns the moment from which on it holds; `None` when there is nothing in it.
    ///
    /// # Errors
    /// As [`Authz::touch`] and [`Authz::delete`]; after one, apply the whole change again.
    pub async fn apply(&self, authz: &dyn Authz) -> Result<Option<ZedToken>, Error> {
        let mut token = None;
        for filter in &self.delete {
            token = Some(authz.delete(filter).await?);
        }
        if !self.touch.is_empty() {
            token = Some(authz.touch(&self.touch).await?);
        }
        Ok(token)
    }
}
