//! The conversation service.

use ::store::Router;
use chassis::{Boot, Service};
use conversation::{Config, Drafts, EFFECTS, MIGRATIONS, TOOLS, TURNS, Talk, Tools, manifest};
use events::{
    AccountConnected, AccountRemoved, AssistantCallRequested, ConversationReplied,
    ConversationStartRequested, MessagePosted, WorkflowCancelled, WorkflowDeleted, WorkflowFailed,
    WorkflowPublished,
};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let tools = Arc::new(Tools::new(boot.authz()?));
    let (database, bus) = boot.connect().await?;
    let (budget, most) = (boot.config.budget(), boot.config.answer_tokens);
    let talk = Arc::new(Talk::new(Arc::clone(&tools), budget, most));
    let turns = Router::new(talk)
        .on::<ConversationStartRequested>()
        .on::<MessagePosted>()
        .on::<ConversationReplied>()
        .on::<WorkflowFailed>()
        .on::<WorkflowCancelled>()
        .on::<WorkflowPublished>()
        .on::<WorkflowDeleted>();
    boot.consume(&database, &bus, TURNS, turns);
    let accounts = Router::new(tools)
        .on::<AccountConnected>()
        .on::<AccountRemoved>();
    boot.consume(&database, &bus, TOOLS, accounts);
    let drafts = Router::new(Arc::new(Drafts)).on::<AssistantCallRequested>();
    boot.consume(&database, &bus, EFFECTS, drafts);
    Ok(())
}
