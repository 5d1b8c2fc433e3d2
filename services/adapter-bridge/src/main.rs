//! The bridge adapter.

use adapter::Adapter;
use adapter_bridge::{
    BridgeAccounts, BridgeProtocol, BridgeServer, Config, Hub, MIGRATIONS, forget_old_messages,
    keep_health, manifest, serve,
};
use anyhow::Context;
use chassis::{Boot, Service};
use std::sync::Arc;
use tokio::net::TcpListener;

fn main() -> std::process::ExitCode {
    Service::new(manifest()).migrations(&MIGRATIONS).run(start)
}

async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let tls = boot.config.tls()?;
    let address = boot.config.bridge_addr;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("BRIDGE_ADDR {address} cannot be used"))?;
    let adapter = Adapter::<BridgeAccounts>::connect(&boot, &boot.config.adapter).await?;
    let hub = Arc::new(Hub::default());
    adapter.serve(&boot, Arc::new(BridgeProtocol::new(Arc::clone(&hub))));
    let (database, accounts) = (adapter.database.clone(), adapter.accounts.clone());
    let server = BridgeServer::new(database.clone(), accounts.clone(), Arc::clone(&hub));
    boot.tasks.spawn(
        "bridges",
        serve(server, listener, tls, boot.shutdown.clone()),
    );
    boot.tasks
        .spawn("health", keep_health(accounts, hub, boot.shutdown.clone()));
    boot.tasks.spawn(
        "prune",
        forget_old_messages(database, boot.shutdown.clone()),
    );
    Ok(())
}
