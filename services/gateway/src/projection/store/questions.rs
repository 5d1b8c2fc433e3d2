//! What runs ask people.

use crate::projection::runs::{QuestionChange, QuestionOf, What};
use ::store::Error;
use sqlx::{PgConnection, types::Uuid};

/// Applies changes of questions, each idempotent and in any order. They are rare: one statement each.
pub(crate) async fn apply(conn: &mut PgConnection, questions: &[QuestionOf]) -> Result<(), Error> {
    for of in questions {
        begin(conn, of).await?;
        let QuestionChange { question, what, .. } = &of.change;
        let done = match what {
            What::Asked { at, kind, question: asked } => {
                sqlx::query("UPDATE questions SET kind = $2, question = $3::json, asked_at = $4 WHERE question_id = $1")
                    .bind(question.uuid())
                    .bind(kind)
                    .bind(serde_json::to_string(asked).unwrap_or_default())
                    .bind(at)
                    .execute(&mut *conn)
                    .await
            }
            What::Assigned { to, seq } => {
                let to: Vec<Uuid> = to.iter().map(|user| user.uuid()).collect();
                sqlx::query("UPDATE questions SET assignees = $2, assigned_seq = $3 WHERE question_id = $1 AND assigned_seq < $3")
                    .bind(question.uuid())
                    .bind(to)
                    .bind(seq)
                    .execute(&mut *conn)
                    .await
            }
            What::Ended { at, decision, by, comment } => {
                sqlx::query("UPDATE questions SET decision = $2, decided_at = $3, decided_by = $4, comment = $5 WHERE question_id = $1")
                    .bind(question.uuid())
                    .bind(decision)
                    .bind(at)
                    .bind(by.map(ids::UserId::uuid))
                    .bind(comment)
                    .execute(&mut *conn)
                    .await
            }
        };
        done.map(drop).map_err(Error::query("change a question"))?;
    }
    Ok(())
}

/// The row, if it is not there.
async fn begin(conn: &mut PgConnection, of: &QuestionOf) -> Result<(), Error> {
    let iteration = serde_json::to_string(&of.change.iteration).unwrap_or_default();
    sqlx::query(
        "INSERT INTO questions (question_id, tenant_id, workflow_id, run_id, node, iteration)
         VALUES ($1, $2, $3, $4, $5, $6::json) ON CONFLICT DO NOTHING",
    )
    .bind(of.change.question.uuid())
    .bind(of.tenant.as_str())
    .bind(of.workflow_id.uuid())
    .bind(of.run_id.uuid())
    .bind(of.change.node.as_str())
    .bind(iteration)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note a question"))
}
