//! The statements that change the read models.

pub(crate) mod accounts;
pub(crate) mod answers;
pub(crate) mod backtests;
pub(crate) mod conversations;
pub(crate) mod facts;
pub(crate) mod feed;
pub(crate) mod history;
pub(crate) mod inbox;
pub(crate) mod llm;
pub(crate) mod maintenance;
pub(crate) mod places;
pub(crate) mod positions;
pub(crate) mod prompts;
pub(crate) mod questions;
pub(crate) mod retention;
pub(crate) mod rules;
pub(crate) mod runs;
pub(crate) mod triggers;
pub(crate) mod workflows;

use ::store::Error;
use serde::Serialize;
use sqlx::postgres::PgQueryResult;

/// JSON text for a `json` column, with its keys in their order.
fn json(value: &impl Serialize) -> String {
    // Payloads were read from JSON, so they can be written as JSON.
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Whether a statement changed a row; `attempted` names it in the error.
fn changed(
    result: Result<PgQueryResult, sqlx::Error>,
    attempted: &'static str,
) -> Result<bool, Error> {
    result
        .map(|done| done.rows_affected() > 0)
        .map_err(Error::query(attempted))
}
