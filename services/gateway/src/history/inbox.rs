//! Looking through what came in.

use super::{Found, Source, excerpt};
use crate::{
    App,
    access::Access,
    edge::Problem,
    read::{InboxItem, filter, store::inbox as rows},
};
use authz::ResourceKind;
use events::{InboxKind, Within};
use serde_json::{Value, json};

/// Mails and messages of accounts that the person may view.
pub(super) async fn find(
    app: &App,
    access: &Access,
    (text, kind, within): (Option<&str>, Option<InboxKind>, Within),
) -> Result<Found, Problem> {
    let visible = filter::visible(app, access, ResourceKind::IntegrationAccount).await?;
    let limit = i64::from(within.limit);
    let wanted = rows::Search {
        accounts: &visible,
        text,
        kind: kind.map(InboxKind::as_str),
        within,
        limit: limit + 1,
    };
    let mut tx = app.reader.begin(&access.tenant).await?;
    let (found, back_to) = rows::search(&mut tx, &wanted).await?;
    let key = |item: &InboxItem| (item.received_at, item.id.uuid());
    let resource = |item: &InboxItem| item.account_id.into();
    let page = filter::page(app, access, found, limit, key, resource).await?;
    let told: Vec<Value> = page
        .items
        .iter()
        .map(|item| {
            json!({
                "id": item.id,
                "opens_at": format!("/inbox/{}", item.id),
                "kind": item.kind,
                "from": item.from,
                "subject": excerpt(&item.subject),
                "text": excerpt(item.body.as_deref().filter(|_| text.is_some()).unwrap_or(&item.preview)),
                "received_at": item.received_at,
                "category": item.category,
                "urgent": item.urgent,
            })
        })
        .collect();
    let mut told = json!({ "items": told, "more": page.next_cursor.is_some() });
    if let (Some(back_to), Some(told)) = (back_to, told.as_object_mut()) {
        told.insert("searched_back_to".to_owned(), json!(back_to));
    }
    let sources = page
        .items
        .iter()
        .map(|item| Source::Item(item.id))
        .collect();
    Ok(Found { told, sources })
}
