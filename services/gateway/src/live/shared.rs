//! What many streams ask at the same moment is asked once.

use super::store::{self, Place, Row};
use crate::{App, access::Access, edge::Problem};
use authz::{Resource, Subject};
use ids::TenantId;
use moka::future::Cache;
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
    sync::Arc,
    time::Duration,
};

/// Changes per read.
pub(super) const BATCH: i64 = 256;
/// Longer than all streams take to ask after one change. Nothing is asked twice for one moment, so nothing grows old.
const KEPT: Duration = Duration::from_secs(2);
const MOST: u64 = 1_024;

/// One tenant's changes behind a place, as of a moment: how many times streams had been woken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    pub(super) tenant: TenantId,
    pub(super) after: Place,
    pub(super) moment: u64,
}

/// The resources of a stretch of changes that a person may view.
type Visible = BTreeSet<String>;

/// Answers to the streams of this process.
pub(super) struct Shared {
    changes: Cache<Asked, Arc<[Row]>>,
    visible: Cache<(Subject, Asked), Arc<Visible>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            changes: answers(),
            visible: answers(),
        }
    }
}

fn answers<Q, A>() -> Cache<Q, A>
where
    Q: Eq + Hash + Send + Sync + 'static,
    A: Clone + Send + Sync + 'static,
{
    let cache = Cache::builder().max_capacity(MOST);
    cache.time_to_live(KEPT).build()
}

impl Shared {
    /// The changes, at most [`BATCH`] of them.
    ///
    /// # Errors
    /// The database does not answer; whoever asked for the same has the same error.
    pub(super) async fn changes(
        &self,
        app: &App,
        asked: &Asked,
    ) -> Result<Arc<[Row]>, Arc<Problem>> {
        let read = async {
            let mut tx = app.reader.begin(&asked.tenant).await?;
            let rows = store::changes(&mut tx, &asked.after, BATCH).await?;
            Ok::<_, Problem>(rows.into())
        };
        self.changes.try_get_with_by_ref(asked, read).await
    }

    /// Which resources of the changes the person may view, as of the moment.
    ///
    /// # Errors
    /// 503 when SpiceDB is away.
    pub(super) async fn visible(
        &self,
        app: &App,
        access: &Access,
        asked: Asked,
        rows: &[Row],
    ) -> Result<Arc<Visible>, Arc<Problem>> {
        let named: BTreeMap<&str, Resource> = rows
            .iter()
            .filter_map(|row| row.resource.as_deref())
            .filter_map(|text| Some((text, text.parse().ok()?)))
            .collect();
        let check = async {
            let resources: Vec<Resource> = named.values().cloned().collect();
            let answers = access.may_view(app, &resources).await?;
            let allowed = named.keys().zip(answers).filter(|(_, allowed)| *allowed);
            let allowed = allowed.map(|(text, _)| (*text).to_owned());
            Ok::<_, Problem>(Arc::new(allowed.collect()))
        };
        if named.is_empty() {
            return Ok(Arc::default());
        }
        self.visible
            .try_get_with((access.subject(), asked), check)
            .await
    }
}
