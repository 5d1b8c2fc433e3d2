//! The assistant for other programs: as an `OpenAI`-compatible model (`/v1`), and as an agent that is started and resumed
//! (`/api/v1/agent`). Whoever talks is a person with an API key, and what is said is a conversation of theirs like any other.
//!
//! `exchange` reads what a client sends, `words` follows an answer, `frame` writes it for the client: all pure. `turn` finds the
//! conversation that an exchange goes on with, posts a message and listens.

mod agent;
mod completions;
mod exchange;
mod frame;
mod models;
mod refusal;
mod store;
mod turn;
mod words;

use crate::access::{Requires, Routes, Scope};
use authz::Permission;
use utoipa_axum::routes;

pub(crate) use refusal::as_openai;

/// The routes of other programs.
pub(crate) fn routes(routes: Routes) -> Routes {
    let may_write = || Requires::in_tenant(Permission::Create);
    routes
        .add(may_write(), routes!(completions::create_chat_completion))
        .add(Requires::signed_in(), routes!(models::list_models))
        .add(Requires::signed_in(), routes!(models::get_model))
        .add(may_write(), routes!(agent::chat_with_agent))
        .add(
            Requires::signed_in().scope(Scope::Run),
            routes!(agent::resume_agent),
        )
}
