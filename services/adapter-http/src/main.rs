//! The HTTP adapter.

use adapter::Adapter;
use adapter_http::{Config, HttpAccounts, HttpProtocol, MIGRATIONS, manifest};
use chassis::{Boot, Service};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let options = &boot.config.adapter;
    let reading = boot.config.reading()?;
    let adapter = Adapter::<HttpAccounts>::connect(&boot, options).await?;
    let protocol = HttpProtocol::new(options.egress_allow.clone(), reading);
    adapter.serve(&boot, Arc::new(protocol));
    Ok(())
}
