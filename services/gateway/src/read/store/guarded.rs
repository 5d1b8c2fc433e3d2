//! Which resource's `view` opens a thing.

use crate::access::Thing;
use ::store::Error;
use sqlx::{PgConnection, types::Uuid};

/// The resource, with the moment from which on SpiceDB knows it.
pub(crate) enum Owner {
    Workflow(Uuid, Option<String>),
    Account(Uuid, Option<String>),
    Conversation(Uuid, Option<String>),
    Memory(Uuid, Option<String>),
    Prompt(Uuid, Option<String>),
}

/// Who owns the thing with this id, if the tenant has it.
pub(crate) async fn owner(
    conn: &mut PgConnection,
    thing: Thing,
    id: Uuid,
) -> Result<Option<Owner>, Error> {
    let statement = match thing {
        Thing::Workflow => {
            "SELECT workflow_id, zed_token FROM workflows
             WHERE workflow_id = $1 AND deleted_at IS NULL AND draft_version > 0"
        }
        Thing::Run => {
            "SELECT r.workflow_id, w.zed_token FROM runs r LEFT JOIN workflows w USING (workflow_id)
             WHERE r.run_id = $1 AND r.started_at IS NOT NULL"
        }
        Thing::Question => {
            "SELECT q.workflow_id, w.zed_token FROM questions q LEFT JOIN workflows w USING (workflow_id)
             WHERE q.question_id = $1 AND q.question IS NOT NULL"
        }
        Thing::Trigger => {
            "SELECT t.workflow_id, w.zed_token FROM triggers t LEFT JOIN workflows w USING (workflow_id)
             WHERE t.trigger_id = $1"
        }
        Thing::Notification => {
            "SELECT n.workflow_id, w.zed_token FROM notifications n LEFT JOIN workflows w USING (workflow_id)
             WHERE n.notification_id = $1"
        }
        Thing::InboxItem => {
            "SELECT i.account_id, a.zed_token FROM inbox_items i LEFT JOIN accounts a USING (account_id)
             WHERE i.item_id = $1 AND i.account_id IS NOT NULL"
        }
        Thing::Account => {
            "SELECT account_id, zed_token FROM accounts
             WHERE account_id = $1 AND removed_at IS NULL AND name IS NOT NULL"
        }
        Thing::Conversation => {
            "SELECT conversation_id, zed_token FROM conversations WHERE conversation_id = $1 AND title IS NOT NULL"
        }
        Thing::Fact => {
            "SELECT memory_id, zed_token FROM facts WHERE fact_id = $1
             UNION ALL
             SELECT memory_id, NULL FROM forgettings WHERE fact_id = $1 OR also @> ARRAY[$1] LIMIT 1"
        }
        Thing::Prompt => "SELECT prompt_id, zed_token FROM prompts WHERE prompt_id = $1",
        Thing::Backtest => {
            "SELECT b.workflow_id, w.zed_token FROM backtests b LEFT JOIN workflows w USING (workflow_id)
             WHERE b.backtest_id = $1"
        }
        Thing::Invocation => return invocation(conn, id).await,
        Thing::ApiKey => return Ok(None),
    };
    let row: Option<(Uuid, Option<String>)> = sqlx::query_as(statement)
        .bind(id)
        .fetch_optional(conn)
        .await
        .map_err(Error::query("find what a thing belongs to"))?;
    Ok(row.map(|(id, token)| match thing {
        Thing::InboxItem | Thing::Account => Owner::Account(id, token),
        Thing::Conversation => Owner::Conversation(id, token),
        Thing::Fact => Owner::Memory(id, token),
        Thing::Prompt => Owner::Prompt(id, token),
        Thing::Workflow
        | Thing::Run
        | Thing::Question
        | Thing::Trigger
        | Thing::Notification
        | Thing::Invocation
        | Thing::Backtest
        | Thing::ApiKey => Owner::Workflow(id, token),
    }))
}

async fn invocation(conn: &mut PgConnection, id: Uuid) -> Result<Option<Owner>, Error> {
    let row: Option<(Option<Uuid>, Option<Uuid>, Option<String>)> = sqlx::query_as(
        "SELECT i.workflow_id, i.conversation_id, coalesce(w.zed_token, c.zed_token)
         FROM invocations i LEFT JOIN workflows w USING (workflow_id) LEFT JOIN conversations c USING (conversation_id)
         WHERE i.invocation_id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("find what a model call belongs to"))?;
    Ok(row.and_then(
        |(workflow, conversation, token)| match (workflow, conversation) {
            (Some(id), _) => Some(Owner::Workflow(id, token)),
            (None, Some(id)) => Some(Owner::Conversation(id, token)),
            (None, None) => None,
        },
    ))
}
