//! What answers were shown of what happened.

use crate::read::Source;
use ::store::Error;
use authz::Resource;
use events::Timestamp;
use ids::{AccountId, InboxItemId, MessageId, RunId, WorkflowId};
use sqlx::{PgConnection, types::Uuid};

#[derive(sqlx::FromRow)]
struct SourceRow {
    message_id: Uuid,
    kind: String,
    thing_id: Uuid,
    /// The workflow of a run, the account of an item.
    owner: Uuid,
    title: String,
    at: Timestamp,
}

impl From<SourceRow> for (MessageId, Resource, Source) {
    fn from(row: SourceRow) -> Self {
        let (kind, id, owner) = match row.kind.as_str() {
            "run" => {
                let id = RunId::from_uuid(row.thing_id).to_string();
                ("run", id, WorkflowId::from_uuid(row.owner).into())
            }
            _ => {
                let id = InboxItemId::from_uuid(row.thing_id).to_string();
                ("inbox_item", id, AccountId::from_uuid(row.owner).into())
            }
        };
        let source = Source {
            kind: kind.to_owned(),
            id,
            title: row.title,
            at: row.at,
        };
        (MessageId::from_uuid(row.message_id), owner, source)
    }
}

/// Of each answer what is told of at most.
const SOURCES: i64 = 40;

/// What these answers were shown, with whose `view` opens it, the newest first.
pub(crate) async fn of_answers(
    conn: &mut PgConnection,
    answers: &[Uuid],
) -> Result<Vec<(MessageId, Resource, Source)>, Error> {
    let rows: Vec<SourceRow> = sqlx::query_as(
        "SELECT shown.* FROM unnest($1::uuid[]) AS answer (id) CROSS JOIN LATERAL (
             SELECT s.message_id, s.kind, s.thing_id, r.workflow_id AS owner, coalesce(w.name, '') AS title, r.started_at AS at
             FROM answer_sources s JOIN runs r ON r.run_id = s.thing_id LEFT JOIN workflows w ON w.workflow_id = r.workflow_id
             WHERE s.message_id = answer.id AND s.kind = 'run' AND r.started_at IS NOT NULL
             UNION ALL
             SELECT s.message_id, s.kind, s.thing_id, i.account_id, i.subject, i.received_at
             FROM answer_sources s JOIN inbox_items i ON i.item_id = s.thing_id
             WHERE s.message_id = answer.id AND s.kind = 'item' AND i.account_id IS NOT NULL
             ORDER BY at DESC, thing_id LIMIT $2) shown",
    )
    .bind(answers)
    .bind(SOURCES)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read what answers were shown"))?;
    Ok(rows.into_iter().map(Into::into).collect())
}
