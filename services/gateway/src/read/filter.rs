//! What of a page a person may view, and where the next page begins.

use crate::{
    App,
    access::Access,
    edge::{self, Page, Problem},
};
use authz::{Resource, ResourceKind};
use serde::Serialize;
use sqlx::types::Uuid;
use std::collections::BTreeMap;

/// The ids of all resources of a kind that the person may view, as SQL stores them. A proposal: the page is checked.
pub(crate) async fn visible(
    app: &App,
    access: &Access,
    kind: ResourceKind,
) -> Result<Vec<Uuid>, Problem> {
    let ids = access.visible(app, kind).await?;
    // SpiceDB holds only ids that were made here.
    let uuids = ids
        .iter()
        .filter_map(|id| Some(Uuid::from_u128(ulid::Ulid::from_string(id).ok()?.0)));
    Ok(uuids.collect())
}

/// For each of `resources` whether the person may view it.
pub(crate) async fn may_view(
    app: &App,
    access: &Access,
    resources: impl IntoIterator<Item = Resource>,
) -> Result<BTreeMap<Resource, bool>, Problem> {
    let mut answers: BTreeMap<Resource, bool> = resources
        .into_iter()
        .map(|resource| (resource, false))
        .collect();
    if answers.is_empty() {
        return Ok(answers);
    }
    let asked: Vec<Resource> = answers.keys().cloned().collect();
    let checked = access.may_view(app, &asked).await?;
    for (answer, checked) in answers.values_mut().zip(checked) {
        *answer = checked;
    }
    Ok(answers)
}

/// One page of `rows`, which are one more than `limit` where there are more. `key` is what the list is sorted by.
pub(crate) async fn page<T, C: Serialize>(
    app: &App,
    access: &Access,
    mut rows: Vec<T>,
    limit: i64,
    key: impl Fn(&T) -> C,
    resource: impl Fn(&T) -> Resource,
) -> Result<Page<T>, Problem> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|last| edge::cursor(&key(last)));
    let answers = may_view(app, access, rows.iter().map(&resource)).await?;
    rows.retain(|row| answers.get(&resource(row)).copied().unwrap_or_default());
    Ok(Page {
        items: rows,
        next_cursor,
    })
}

/// 404 for what the guard let through and is gone meanwhile.
pub(crate) fn found<T>(thing: Option<T>, word: &str) -> Result<T, Problem> {
    thing.ok_or_else(|| {
        let title = format!("There is no such {}", word.replace('_', " "));
        Problem::not_found(format!("{word}.not_found"), title)
    })
}
