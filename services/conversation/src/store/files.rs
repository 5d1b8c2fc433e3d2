//! Table `message_files`.

use ::store::Error;
use events::AttachedFile;
use ids::MessageId;
use sqlx::PgConnection;

/// Keeps what comes along with a message.
pub(crate) async fn keep(
    conn: &mut PgConnection,
    message: MessageId,
    files: &[AttachedFile],
) -> Result<(), Error> {
    let files: Vec<String> = files
        .iter()
        .map(|file| serde_json::to_string(file).unwrap_or_default())
        .collect();
    sqlx::query(
        "INSERT INTO message_files (message_id, position, file)
         SELECT $1, n, file::json FROM unnest($2::text[]) WITH ORDINALITY AS t (file, n) ON CONFLICT DO NOTHING",
    )
    .bind(message.uuid())
    .bind(&files)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("keep the files of a message"))
}
