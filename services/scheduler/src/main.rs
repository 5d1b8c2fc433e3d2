//! The scheduler service.

use ::store::Router;
use chassis::{Boot, Service};
use events::{TriggerSwitched, WorkflowDeleted, WorkflowPublished};
use scheduler::{Config, Leader, MIGRATIONS, Triggers, lead, manifest};
use std::{sync::Arc, time::Duration};

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let (database, bus) = boot.connect().await?;
    let triggers = Router::new(Arc::new(Triggers))
        .on::<WorkflowPublished>()
        .on::<TriggerSwitched>()
        .on::<WorkflowDeleted>();
    boot.consume(&database, &bus, "triggers", triggers);
    let leader = Leader::new(
        &boot.replica,
        Duration::from_secs(boot.config.lease_seconds),
    );
    let late = Duration::from_secs(boot.config.late_seconds);
    boot.tasks
        .spawn("lead", lead(database, leader, late, boot.shutdown.clone()));
    Ok(())
}
