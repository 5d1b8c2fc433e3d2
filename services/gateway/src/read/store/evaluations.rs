//! How versions of prompts did.

use crate::read::{Evaluation, Raw};
use ::store::Error;
use events::Timestamp;
use ids::{EvaluationId, PromptId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    evaluation_id: Uuid,
    prompt_id: Uuid,
    version: i32,
    against: i32,
    label: Option<String>,
    cases: Json<Raw>,
    passed: i64,
    passed_before: i64,
    problem: Option<String>,
    cost_micros: i64,
    evaluated_at: Timestamp,
}

impl From<Row> for Evaluation {
    fn from(row: Row) -> Self {
        Self {
            id: EvaluationId::from_uuid(row.evaluation_id),
            prompt_id: PromptId::from_uuid(row.prompt_id),
            version: row.version,
            against: row.against,
            label: row.label,
            cases: row.cases.0,
            passed: row.passed,
            passed_before: row.passed_before,
            problem: row.problem,
            cost_cents: super::cents(row.cost_micros),
            evaluated_at: row.evaluated_at,
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT evaluation_id, prompt_id, version, against, label, cases, problem, cost_micros, evaluated_at,
                 (SELECT count(*) FROM json_array_elements(cases) c WHERE (c->>'passed')::boolean) AS passed,
                 (SELECT count(*) FROM json_array_elements(cases) c WHERE (c->>'passed_before')::boolean) AS passed_before
             FROM prompt_evaluations ",
            $rest
        )
    };
}

/// One of them.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: EvaluationId,
) -> Result<Option<Evaluation>, Error> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE evaluation_id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read an evaluation"))?;
    Ok(row.map(Evaluation::from))
}

/// Those of a prompt before `before`, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    prompt: PromptId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Evaluation>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE prompt_id = $1 AND evaluation_id < $2 ORDER BY evaluation_id DESC LIMIT $3"
    ))
    .bind(prompt.uuid())
    .bind(before.unwrap_or_else(Uuid::max))
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list evaluations"))?;
    Ok(rows.into_iter().map(Evaluation::from).collect())
}
