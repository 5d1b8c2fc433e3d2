//! The language models that can be asked.

use ::store::Error;
use events::LlmModel;
use sqlx::{PgConnection, types::Json};

/// What is known of each, in the order in which they are asked.
pub(crate) async fn entries(conn: &mut PgConnection) -> Result<Vec<LlmModel>, Error> {
    let entries: Option<Json<Vec<LlmModel>>> =
        sqlx::query_scalar("SELECT entries FROM llm_catalogue")
            .fetch_optional(conn)
            .await
            .map_err(Error::query("read the model catalogue"))?;
    Ok(entries.map(|Json(entries)| entries).unwrap_or_default())
}
