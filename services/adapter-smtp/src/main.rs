//! The SMTP adapter.

use adapter::Adapter;
use adapter_smtp::{Config, MIGRATIONS, SmtpAccounts, SmtpProtocol, manifest};
use chassis::{Boot, Service};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let enclosing = boot.config.enclosing()?;
    let adapter = Adapter::<SmtpAccounts>::connect(&boot, &boot.config.adapter).await?;
    let protocol = SmtpProtocol::new(adapter.egress.clone(), enclosing);
    adapter.serve(&boot, Arc::new(protocol));
    Ok(())
}
