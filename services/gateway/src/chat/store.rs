//! Table `chat_threads`: the conversation that an exchange goes on with.

use ::store::Error;
use ids::{ConversationId, TenantId};
use sqlx::{PgConnection, types::Uuid};

/// The conversation of an exchange.
pub(super) async fn find(
    conn: &mut PgConnection,
    digest: &[u8],
) -> Result<Option<ConversationId>, Error> {
    let found: Option<Uuid> =
        sqlx::query_scalar("SELECT conversation_id FROM chat_threads WHERE digest = $1")
            .bind(digest)
            .fetch_optional(conn)
            .await
            .map_err(Error::query("look for a thread"))?;
    Ok(found.map(ConversationId::from_uuid))
}

/// An exchange has come so far in this conversation.
pub(super) async fn put(
    conn: &mut PgConnection,
    tenant: &TenantId,
    digest: &[u8],
    conversation: ConversationId,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO chat_threads (digest, tenant_id, conversation_id, said_at) VALUES ($1, $2, $3, now())
         ON CONFLICT (digest) DO UPDATE SET conversation_id = excluded.conversation_id, said_at = excluded.said_at",
    )
    .bind(digest)
    .bind(tenant.as_str())
    .bind(conversation.uuid())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("keep a thread"))
}
