//! The LLM adapter's tables.

pub(crate) mod evaluations;
pub(crate) mod feedback;
pub(crate) mod invocations;
pub(crate) mod labels;
pub(crate) mod prompts;
pub(crate) mod tries;

use sqlx::migrate::Migrator;
use std::sync::LazyLock;

/// Brings the LLM adapter's database up to date.
pub static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| adapter::migrations(&sqlx::migrate!("./migrations")));
