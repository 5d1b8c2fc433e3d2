//! The life of the gateway.

use crate::{
    App, Config, Live, Reader, Settings, app::Parts, hooks::Hooks, identity::Identity, projection,
    requests, routes::router,
};
use anyhow::Context;
use axum::serve::ListenerExt;
use chassis::Boot;
use std::{net::SocketAddr, time::Duration};
use tokio::net::TcpListener;

/// How often what has expired is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(600);

/// Connects, serves, and keeps the read models up to date until told to stop.
///
/// # Errors
/// For a configuration that cannot work, or an address in use.
pub async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let settings = Settings::read(&boot.config)?;
    let identity = Identity::new(&boot.config)?;
    let reader = Reader::new(&boot.reader_url()?)?;
    let address = boot.config.http_addr;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("HTTP_ADDR {address} cannot be used"))?;
    let (database, bus) = boot.connect().await?;
    let (live, outcomes) = (Live::default(), requests::Outcomes::default());
    let shared = projection::Parts {
        live: live.clone(),
        outcomes: outcomes.clone(),
    };
    projection::start(&boot, &database, &bus, shared).await?;
    let app = App::new(Parts {
        settings,
        database,
        reader,
        bus,
        authz: boot.authz()?,
        replica: boot.replica.clone(),
        shutdown: boot.shutdown.clone(),
        outcomes,
        shelf: boot.config.files.shelf()?,
        hooks: Hooks::default(),
        live,
        identity,
    });
    crate::hooks::load(&app).await?;
    boot.tasks
        .spawn("webhooks", crate::hooks::keep(app.clone()));
    boot.tasks
        .spawn("history", crate::history::answer(app.clone()));
    let (database, stop) = (app.database.clone(), boot.shutdown.clone());
    let days = boot.config.run_retention_days;
    boot.tasks.spawn("retention", async move {
        crate::retention::run(database, days, stop).await;
    });
    boot.tasks
        .spawn("artifacts", crate::artifacts::keep(app.clone()));
    let forgetful = app.clone();
    boot.tasks
        .spawn("prune", async move { prune(forgetful).await });
    tracing::info!(%address, url = %app.settings.public_url, "serving");
    let listener = listener.tap_io(|socket| {
        // Answers are small and awaited: they must not wait for more to send.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY not set");
        }
    });
    let stop = boot.shutdown.clone();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    boot.tasks.spawn("http", async move {
        let served = axum::serve(listener, service)
            .with_graceful_shutdown(stop.cancelled_owned())
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the HTTP server stopped");
        }
    });
    Ok(())
}

async fn prune(app: App) {
    loop {
        let done = async {
            crate::identity::prune(&app).await?;
            requests::prune(&app).await?;
            crate::hooks::prune(&app).await
        };
        if let Err(error) = done.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "expired rows not forgotten yet"
            );
        }
        tokio::select! { () = app.shutdown.cancelled() => return, () = tokio::time::sleep(PRUNE_EVERY) => {} }
    }
}
