//! The conversation service.

use ::store::Router;
use chassis::{Boot, Service};
use conversation::{Config, MIGRATIONS, TURNS, Talk, manifest};
use events::{ConversationStartRequested, LlmCompleted, LlmFailed, MessagePosted};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let (database, bus) = boot.connect().await?;
    let talk = Talk::new(boot.config.budget(), boot.config.answer_tokens);
    let turns = Router::new(Arc::new(talk))
        .on::<ConversationStartRequested>()
        .on::<MessagePosted>()
        .on::<LlmCompleted>()
        .on::<LlmFailed>();
    boot.consume(&database, &bus, TURNS, turns);
    Ok(())
}
