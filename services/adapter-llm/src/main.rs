//! The LLM adapter.

use ::store::Router;
use adapter::Adapter;
use adapter_llm::{
    Asker, Catalogue, Config, Evaluator, Llm, MIGRATIONS, PROMPTS, Prompts, forget, manifest, sync,
};
use chassis::{Boot, Service};
use events::{
    FeedbackRequested, PromptEvaluationRequested, PromptLabelRequested, PromptSaveRequested,
};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let environment = boot.config.endpoint()?;
    let adapter = Adapter::connect(&boot, &boot.config.adapter_options()).await?;
    let (database, bus) = (adapter.database.clone(), Arc::clone(&adapter.bus));
    sync(&database).await?;
    let catalogue = Arc::new(Catalogue::new(
        database.clone(),
        adapter.accounts.clone(),
        adapter.egress.http(),
        boot.config.timeout(),
        environment,
    ));
    boot.tasks.spawn(
        "catalogue",
        Arc::clone(&catalogue).keep(boot.shutdown.clone()),
    );
    let evaluator = Evaluator::new(Asker::new(database.clone(), Arc::clone(&catalogue)));
    boot.tasks
        .spawn("evaluator", evaluator.keep(boot.shutdown.clone()));
    let asker = Asker::new(database.clone(), catalogue);
    adapter.serve(&boot, Arc::new(Llm::new(asker, Arc::clone(&bus))));
    let forget = forget(database.clone(), boot.shutdown.clone());
    boot.tasks.spawn("forget", forget);
    let prompts = Router::new(Arc::new(Prompts))
        .on::<PromptSaveRequested>()
        .on::<PromptLabelRequested>()
        .on::<PromptEvaluationRequested>()
        .on::<FeedbackRequested>();
    boot.consume(&database, &bus, PROMPTS, prompts);
    Ok(())
}
