//! The tables of the conversation service.

pub(crate) mod assistants;
pub(crate) mod branches;
pub(crate) mod drafts;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod tools;
pub(crate) mod turns;

use sqlx::migrate::Migrator;

/// Brings the conversation service's database up to date.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
