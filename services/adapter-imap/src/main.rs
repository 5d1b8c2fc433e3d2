//! The IMAP adapter.

use adapter::Adapter;
use adapter_imap::{Config, Imap, MIGRATIONS, Surroundings, keep, manifest};
use chassis::{Boot, Service};

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let files = boot.config.files()?;
    let Adapter {
        database,
        accounts,
        egress,
        ..
    } = Adapter::<Imap>::connect(&boot, &boot.config.adapter).await?;
    let surroundings = Surroundings {
        database,
        accounts,
        egress,
        files,
        patience: boot.config.patience(),
    };
    boot.tasks
        .spawn("mailboxes", keep(surroundings, boot.shutdown.clone()));
    Ok(())
}
