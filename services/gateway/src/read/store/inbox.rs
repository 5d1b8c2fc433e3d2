//! Inbox items.

use super::{After, split};
use crate::read::{Address, CategoryCount, InboxItem};
use ::store::Error;
use events::Timestamp;
use ids::{AccountId, InboxItemId, RunId, WorkflowId};
use sqlx::{PgConnection, types::Uuid};

#[derive(sqlx::FromRow)]
struct Row {
    item_id: Uuid,
    kind: String,
    account_id: Uuid,
    from_name: Option<String>,
    from_address: String,
    subject: String,
    preview: String,
    received_at: Timestamp,
    category: Option<String>,
    confidence: Option<f64>,
    urgent: bool,
    run_id: Option<Uuid>,
    workflow_id: Option<Uuid>,
    workflow_name: Option<String>,
    read: bool,
    archived: bool,
    body: Option<String>,
}

impl From<Row> for InboxItem {
    fn from(row: Row) -> Self {
        Self {
            id: InboxItemId::from_uuid(row.item_id),
            kind: row.kind,
            account_id: AccountId::from_uuid(row.account_id),
            from: Address {
                name: row.from_name,
                address: row.from_address,
            },
            subject: row.subject,
            preview: row.preview,
            received_at: row.received_at,
            category: row.category,
            confidence: row.confidence,
            urgent: row.urgent,
            run_id: row.run_id.map(RunId::from_uuid),
            workflow_id: row.workflow_id.map(WorkflowId::from_uuid),
            workflow_name: row.workflow_name,
            read: row.read,
            archived: row.archived,
            body: row.body,
        }
    }
}

/// Which items are wanted.
pub(crate) struct Wanted<'a> {
    pub(crate) accounts: &'a [Uuid],
    pub(crate) archived: bool,
    pub(crate) category: Option<&'a str>,
    pub(crate) after: After,
    pub(crate) limit: i64,
}

/// Items without their texts, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<Vec<InboxItem>, Error> {
    let (at, id) = split(wanted.after);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT i.item_id, i.kind, i.account_id, i.from_name, i.from_address, i.subject, i.preview, i.received_at,
             i.category, i.confidence, i.urgent, i.run_id, i.workflow_id, w.name AS workflow_name, i.read, i.archived,
             NULL::text AS body
         FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
             SELECT * FROM inbox_items WHERE account_id = visible.id AND archived = $2
                 AND ($3::text IS NULL OR category = $3)
                 AND ($4::timestamptz IS NULL OR (received_at, item_id) < ($4, $5))
             ORDER BY received_at DESC, item_id DESC LIMIT $6) i
         LEFT JOIN workflows w ON w.workflow_id = i.workflow_id
         ORDER BY i.received_at DESC, i.item_id DESC LIMIT $6",
    )
    .bind(wanted.accounts)
    .bind(wanted.archived)
    .bind(wanted.category)
    .bind(at)
    .bind(id)
    .bind(wanted.limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list the inbox"))?;
    Ok(rows.into_iter().map(InboxItem::from).collect())
}

/// One item with its text.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: InboxItemId,
) -> Result<Option<InboxItem>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT i.item_id, i.kind, i.account_id, i.from_name, i.from_address, i.subject, i.preview, i.received_at,
             i.category, i.confidence, i.urgent, i.run_id, i.workflow_id, w.name AS workflow_name, i.read, i.archived,
             i.body
         FROM inbox_items i LEFT JOIN workflows w USING (workflow_id)
         WHERE i.item_id = $1 AND i.account_id IS NOT NULL",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read an inbox item"))?;
    Ok(row.map(InboxItem::from))
}

/// How many items of these accounts are of each category, the largest first; archived ones do not count.
pub(crate) async fn categories(
    conn: &mut PgConnection,
    accounts: &[Uuid],
) -> Result<Vec<CategoryCount>, Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT category, count(*) FROM inbox_items
         WHERE account_id = ANY($1) AND NOT archived AND category IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
    )
    .bind(accounts)
    .fetch_all(conn)
    .await
    .map_err(Error::query("count the inbox"))?;
    let counts = rows.into_iter();
    Ok(counts
        .map(|(category, count)| CategoryCount { category, count })
        .collect())
}

/// What is looked for, among which accounts.
pub(crate) struct Search<'a> {
    pub(crate) accounts: &'a [Uuid],
    /// In the subject, the text or the sender, in any case.
    pub(crate) text: Option<&'a str>,
    pub(crate) kind: Option<&'a str>,
    pub(crate) within: events::Within,
    pub(crate) limit: i64,
}

/// Items that one search looks at.
const LOOKED_AT: i64 = 5_000;

/// Items with the text around what was found, the newest first, archived or not; and where the search gave up.
pub(crate) async fn search(
    conn: &mut PgConnection,
    wanted: &Search<'_>,
) -> Result<(Vec<InboxItem>, Option<Timestamp>), Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT i.item_id, i.kind, i.account_id, i.from_name, i.from_address, i.subject, i.preview, i.received_at,
             i.category, i.confidence, i.urgent, i.run_id, i.workflow_id, NULL::text AS workflow_name, i.read, i.archived,
             substr(i.body, greatest(1, strpos(lower(i.body), lower($5)) - 80), 240) AS body
         FROM (
             SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
                 SELECT * FROM inbox_items WHERE account_id = visible.id AND ($2::timestamptz IS NULL OR received_at >= $2)
                     AND ($3::timestamptz IS NULL OR received_at < $3) AND ($4::text IS NULL OR kind = $4)
                 ORDER BY received_at DESC, item_id DESC LIMIT $7) own
             ORDER BY own.received_at DESC, own.item_id DESC LIMIT $7) i
         WHERE $5::text IS NULL
             OR strpos(lower(concat_ws(E'\n', i.subject, i.from_name, i.from_address, i.body)), lower($5)) > 0
         ORDER BY i.received_at DESC, i.item_id DESC LIMIT $6",
    )
    .bind(wanted.accounts)
    .bind(wanted.within.since)
    .bind(wanted.within.until)
    .bind(wanted.kind)
    .bind(wanted.text)
    .bind(wanted.limit)
    .bind(LOOKED_AT)
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("search the inbox"))?;
    let gave_up: Option<Timestamp> = sqlx::query_scalar(
        "SELECT received_at FROM inbox_items WHERE account_id = ANY($1) AND ($2::timestamptz IS NULL OR received_at >= $2)
             AND ($3::timestamptz IS NULL OR received_at < $3) AND ($4::text IS NULL OR kind = $4)
         ORDER BY received_at DESC, item_id DESC OFFSET $5 LIMIT 1",
    )
    .bind(wanted.accounts)
    .bind(wanted.within.since)
    .bind(wanted.within.until)
    .bind(wanted.kind)
    .bind(LOOKED_AT - 1)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("find how far the inbox was searched"))?;
    let items = rows.into_iter().map(InboxItem::from).collect();
    Ok((items, gave_up.filter(|_| wanted.text.is_some())))
}
