//! Compiled versions and trigger rows, kept in memory while they are of use.

use crate::store::{
    rules,
    triggers::{self, TriggerRow},
    workflows,
};
use events::TenantRule;
use ids::{NodeId, TenantId, TriggerId, VersionId, WorkflowId};
use sqlx::PgConnection;
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use store::Error;
use workflow::{Document, Plan, config::FlowControl};

/// A version that runs can execute.
pub(crate) struct Version {
    pub(crate) version_id: VersionId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) tenant: TenantId,
    pub(crate) plan: Plan,
}

impl Version {
    /// The flow control of a trigger node.
    pub(crate) fn flow(&self, node: &NodeId) -> Option<&FlowControl> {
        let mut triggers = self.plan.triggers().iter();
        triggers
            .find(|trigger| trigger.node_id == *node)?
            .flow
            .as_ref()
    }
}

/// How many versions and triggers are kept; over that, all are read again.
const KEPT: usize = 1_000;
/// How long a trigger row is believed to admit calls of the version that it names; a call of another version, or one that it
/// would refuse, makes it be read again. So long a tenant's rules are believed as well.
const BELIEVED: Duration = Duration::from_secs(1);

/// What a lane remembers of versions and triggers.
#[derive(Default)]
pub(crate) struct Versions {
    versions: HashMap<VersionId, Arc<Version>>,
    triggers: HashMap<TriggerId, (Instant, Arc<TriggerRow>)>,
    rules: HashMap<TenantId, (Instant, Vec<TenantRule>)>,
}

impl Versions {
    /// A version, compiled; `None` when there is none with this id, or it cannot be executed by this engine.
    pub(crate) async fn version(
        &mut self,
        conn: &mut PgConnection,
        version_id: VersionId,
    ) -> Result<Option<Arc<Version>>, Error> {
        if let Some(version) = self.versions.get(&version_id) {
            return Ok(Some(Arc::clone(version)));
        }
        let Some(row) = workflows::find_version(conn, version_id).await? else {
            return Ok(None);
        };
        let Some(plan) = compile(version_id, row.document) else {
            return Ok(None);
        };
        let version = Arc::new(Version {
            version_id,
            workflow_id: row.workflow_id,
            tenant: row.tenant,
            plan,
        });
        if self.versions.len() >= KEPT {
            self.versions.clear();
        }
        self.versions.insert(version_id, Arc::clone(&version));
        Ok(Some(version))
    }

    /// A trigger's row as it was within the last second, if it named this version then.
    pub(crate) fn remembered(
        &self,
        trigger_id: TriggerId,
        version_id: VersionId,
    ) -> Option<Arc<TriggerRow>> {
        let (read_at, row) = self.triggers.get(&trigger_id)?;
        (row.version_id == version_id && read_at.elapsed() < BELIEVED).then(|| Arc::clone(row))
    }

    /// When people must agree, as the tenant has said until a second ago.
    pub(crate) async fn rules(
        &mut self,
        conn: &mut PgConnection,
        tenant: &TenantId,
    ) -> Result<Vec<TenantRule>, Error> {
        if let Some((read_at, rules)) = self.rules.get(tenant)
            && read_at.elapsed() < BELIEVED
        {
            return Ok(rules.clone());
        }
        let found = rules::of(conn, tenant).await?;
        if self.rules.len() >= KEPT {
            self.rules.clear();
        }
        let now = (Instant::now(), found.clone());
        self.rules.insert(tenant.clone(), now);
        Ok(found)
    }

    /// A trigger's row as it is now.
    pub(crate) async fn trigger(
        &mut self,
        conn: &mut PgConnection,
        trigger_id: TriggerId,
    ) -> Result<Option<Arc<TriggerRow>>, Error> {
        let row = triggers::find(conn, trigger_id).await?.map(Arc::new);
        if self.triggers.len() >= KEPT {
            self.triggers.clear();
        }
        match &row {
            Some(row) => {
                let now = (Instant::now(), Arc::clone(row));
                self.triggers.insert(trigger_id, now);
            }
            None => drop(self.triggers.remove(&trigger_id)),
        }
        Ok(row)
    }
}

/// A stored version, compiled; `None`, and a line in the log, when this engine cannot execute it.
pub(crate) fn compile(version_id: VersionId, document: serde_json::Value) -> Option<Plan> {
    let document: Document = match serde_json::from_value(document) {
        Ok(document) => document,
        Err(error) => {
            tracing::error!(version.id = %version_id, %error, "stored version cannot be read");
            return None;
        }
    };
    match workflow::compile(&document) {
        Ok(plan) => Some(plan),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string);
            tracing::error!(version.id = %version_id, problem = first, "stored version cannot be executed");
            None
        }
    }
}
