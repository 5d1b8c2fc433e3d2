//! From the command line to the exit code.

use crate::{Boot, Health, Tasks, admin, config::Common, probe::probe, telemetry::Telemetry};
use anyhow::Context;
use bus::Manifest;
use clap::{Args, Parser};
use sqlx::migrate::Migrator;
use std::{future::Future, io::Write, process::ExitCode, time::Duration};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A service before it runs.
pub struct Service {
    manifest: Manifest,
    migrations: Option<&'static Migrator>,
}

#[derive(Parser)]
#[command(version, about = None, long_about = None)]
struct Cli<C: Args> {
    #[command(flatten)]
    own: C,
    #[command(flatten)]
    common: Common,
}

/// Exit code for a wrong configuration (`EX_USAGE` of sysexits).
const USAGE: u8 = 64;

impl Service {
    /// The service that may touch what `manifest` names.
    #[must_use]
    pub const fn new(manifest: Manifest) -> Self {
        Self {
            manifest,
            migrations: None,
        }
    }

    /// Its database is brought up to date by these.
    #[must_use]
    pub const fn migrations(mut self, migrations: &'static Migrator) -> Self {
        self.migrations = Some(migrations);
        self
    }

    /// Runs the service until it ends or is told to.
    pub fn run<C, F>(self, start: impl FnOnce(Boot<C>) -> F) -> ExitCode
    where
        C: Args,
        F: Future<Output = anyhow::Result<()>>,
    {
        // Two TLS providers may be linked in; this one is chosen before anything uses TLS. Already chosen is fine.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let cli = match Cli::<C>::try_parse() {
            Ok(cli) => cli,
            Err(error) => {
                let _ = error.print();
                return if error.use_stderr() {
                    ExitCode::from(USAGE)
                } else {
                    ExitCode::SUCCESS
                };
            }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cli.common.worker_threads.max(1))
            .enable_all()
            .build();
        let result = match runtime {
            Ok(runtime) => runtime.block_on(self.command(cli, start)),
            Err(error) => Err(error).context("could not start the runtime"),
        };
        match result {
            Ok(code) => code,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "error: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    async fn command<C: Args, F>(
        self,
        cli: Cli<C>,
        start: impl FnOnce(Boot<C>) -> F,
    ) -> anyhow::Result<ExitCode>
    where
        F: Future<Output = anyhow::Result<()>>,
    {
        if cli.common.print_manifest {
            writeln!(
                std::io::stdout(),
                "{}",
                serde_json::to_string_pretty(&self.manifest)?
            )?;
            return Ok(ExitCode::SUCCESS);
        }
        if cli.common.migrate {
            if let Some(migrations) = self.migrations {
                store::migrate(
                    &self.manifest.service,
                    &cli.common.owner_database_url()?,
                    migrations,
                )
                .await?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        if cli.common.probe {
            probe(cli.common.admin_addr).await?;
            return Ok(ExitCode::SUCCESS);
        }
        if cli.common.check_config {
            cli.common.nkey_seed()?;
            return Ok(ExitCode::SUCCESS);
        }
        self.serve(cli, start).await
    }

    async fn serve<C: Args, F>(
        self,
        cli: Cli<C>,
        start: impl FnOnce(Boot<C>) -> F,
    ) -> anyhow::Result<ExitCode>
    where
        F: Future<Output = anyhow::Result<()>>,
    {
        let telemetry = Telemetry::start(&self.manifest.service, &cli.common)?;
        let shutdown = CancellationToken::new();
        let tasks = Tasks::new(shutdown.clone());
        let health = Health::default();
        health.missing("start", "still starting");
        let admin = admin::Admin {
            service: self.manifest.service.clone(),
            health: health.clone(),
            metrics: telemetry.metrics.clone(),
        };
        let listener = tokio::net::TcpListener::bind(cli.common.admin_addr)
            .await
            .with_context(|| format!("ADMIN_ADDR {} cannot be used", cli.common.admin_addr))?;
        let admin_stop = CancellationToken::new();
        let served = axum::serve(listener, admin::router(admin))
            .with_graceful_shutdown(admin_stop.clone().cancelled_owned());
        let admin_task = tokio::spawn(async move { served.await });
        let upkeep = telemetry.metrics.clone();
        let upkeep_stop = shutdown.clone();
        tasks.spawn("metrics-upkeep", async move {
            loop {
                tokio::select! { () = upkeep_stop.cancelled() => return, () = tokio::time::sleep(Duration::from_secs(10)) => upkeep.run_upkeep() }
            }
        });
        let boot = Boot {
            config: cli.own,
            shutdown: shutdown.clone(),
            health: health.clone(),
            tasks: tasks.clone(),
            replica: cli.common.replica(),
            manifest: self.manifest,
            common: cli.common.clone(),
        };
        tracing::info!(replica = boot.replica, "starting");
        let body = async {
            let result = start(boot).await;
            if result.is_ok() {
                health.ready("start");
                // The body has handed its work to tasks: stay until told to stop.
                shutdown.cancelled().await;
            }
            result
        };
        let result = tokio::select! {
            result = body => result,
            signal = stop_signal() => signal.map(|name| tracing::info!(signal = name, "draining")),
        };
        shutdown.cancel();
        let drained = tasks
            .drain(Duration::from_secs(cli.common.drain_seconds))
            .await;
        if !drained {
            tracing::warn!(
                seconds = cli.common.drain_seconds,
                "not drained within the deadline"
            );
        }
        tracing::info!("stopped");
        tokio::task::spawn_blocking(move || telemetry.flush()).await?;
        admin_stop.cancel();
        admin_task.abort();
        result?;
        Ok(if tasks.is_broken() || !drained {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

async fn stop_signal() -> anyhow::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}
