//! The conversation service.

use ::store::Router;
use chassis::{Boot, Service};
use conversation::{
    Calls, Config, EFFECTS, MEMORY, MIGRATIONS, Memory, TOOLS, TURNS, Talk, Tools, manifest,
};
use embedding::Embedder;
use events::{
    AccountConnected, AccountRemoved, AssistantCallRequested, ConversationRenameRequested,
    ConversationReplied, ConversationStartRequested, FactChangeRequested, FactForgetRequested,
    FactRememberRequested, MessagePosted, WorkflowCancelled, WorkflowDeleted, WorkflowFailed,
    WorkflowPublished, WorkflowSaved,
};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let tools = Arc::new(Tools::new(boot.authz()?));
    let (database, bus) = boot.connect().await?;
    let embedder = boot.config.embedding_model.clone().map(Embedder::in_folder);
    let memory = Arc::new(Memory::new(embedder.transpose()?));
    let (budget, most) = (boot.config.budget(), boot.config.answer_tokens);
    let talk = Arc::new(Talk::new(
        Arc::clone(&tools),
        Arc::clone(&memory),
        budget,
        most,
    ));
    let turns = Router::new(talk)
        .on::<ConversationStartRequested>()
        .on::<ConversationRenameRequested>()
        .on::<MessagePosted>()
        .on::<ConversationReplied>()
        .on::<WorkflowFailed>()
        .on::<WorkflowCancelled>()
        .on::<WorkflowPublished>()
        .on::<WorkflowDeleted>();
    boot.consume(&database, &bus, TURNS, turns);
    let accounts = Router::new(Arc::clone(&tools))
        .on::<WorkflowSaved>()
        .on::<AccountConnected>()
        .on::<AccountRemoved>();
    boot.consume(&database, &bus, TOOLS, accounts);
    let calls = Calls::new(Arc::clone(&memory), tools);
    let calls = Router::new(Arc::new(calls)).on::<AssistantCallRequested>();
    boot.consume(&database, &bus, EFFECTS, calls);
    let facts = Router::new(Arc::clone(&memory))
        .on::<FactRememberRequested>()
        .on::<FactChangeRequested>()
        .on::<FactForgetRequested>();
    boot.consume(&database, &bus, MEMORY, facts);
    let stop = boot.shutdown.clone();
    boot.tasks.spawn("vectors", async move {
        if let Err(error) = memory.refresh(&database, &stop).await {
            tracing::warn!(%error, "facts without a vector are found by their words alone");
        }
    });
    Ok(())
}
