//! Configuration that every service shares. Each secret can come from a file instead (`…_FILE`).

use anyhow::Context;
use std::{net::SocketAddr, path::PathBuf};

/// Options of the chassis.
#[derive(clap::Args, Clone)]
pub(crate) struct Common {
    /// Where NATS is.
    #[arg(long, env = "NATS_URL", default_value = "nats://127.0.0.1:4222")]
    pub(crate) nats_url: String,
    /// File with the seed of this service's nkey; without it the connection is anonymous.
    #[arg(long, env = "NATS_NKEY_SEED_FILE")]
    nats_nkey_seed_file: Option<PathBuf>,
    /// The seed itself, where no file can be mounted.
    #[arg(long, env = "NATS_NKEY_SEED", hide_env_values = true)]
    nats_nkey_seed: Option<String>,
    /// The service's database, as its worker role.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// File with the database's address.
    #[arg(long, env = "DATABASE_URL_FILE")]
    database_url_file: Option<PathBuf>,
    /// The same database as the role that owns the tables; only for `--migrate`.
    #[arg(long, env = "OWNER_DATABASE_URL", hide_env_values = true)]
    owner_database_url: Option<String>,
    /// File with the owner's address.
    #[arg(long, env = "OWNER_DATABASE_URL_FILE")]
    owner_database_url_file: Option<PathBuf>,
    /// The same database as the role that serves people's reads.
    #[arg(long, env = "READER_DATABASE_URL", hide_env_values = true)]
    reader_database_url: Option<String>,
    /// File with the reader's address.
    #[arg(long, env = "READER_DATABASE_URL_FILE")]
    reader_database_url_file: Option<PathBuf>,
    /// Connections to the database.
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 6)]
    pub(crate) database_connections: u32,
    /// Where `SpiceDB` is.
    #[arg(long, env = "SPICEDB_URL", default_value = "http://127.0.0.1:50051")]
    pub(crate) spicedb_url: String,
    /// `SpiceDB`'s preshared key.
    #[arg(long, env = "SPICEDB_KEY", hide_env_values = true)]
    spicedb_key: Option<String>,
    /// File with `SpiceDB`'s preshared key.
    #[arg(long, env = "SPICEDB_KEY_FILE")]
    spicedb_key_file: Option<PathBuf>,
    /// Where `/livez`, `/readyz` and `/metrics` are served.
    #[arg(long, env = "ADMIN_ADDR", default_value = "127.0.0.1:0")]
    pub(crate) admin_addr: SocketAddr,
    /// Which log lines are written, as `tracing` filters.
    #[arg(long, env = "LOG", default_value = "info")]
    pub(crate) log: String,
    /// Where traces are sent (OTLP over gRPC); nowhere when absent. `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` say
    /// which.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub(crate) otlp_endpoint: Option<String>,
    /// The name of this replica; must be unique among the service's replicas and fit a subject token.
    #[arg(long, env = "REPLICA")]
    replica: Option<String>,
    /// Threads that run the service.
    #[arg(long, env = "WORKER_THREADS", default_value_t = 2)]
    pub(crate) worker_threads: usize,
    /// Seconds a shutdown may take.
    #[arg(long, env = "DRAIN_SECONDS", default_value_t = 20)]
    pub(crate) drain_seconds: u64,
    /// Print what the service may touch, as JSON, and exit.
    #[arg(long)]
    pub(crate) print_manifest: bool,
    /// Bring the database up to date, and exit.
    #[arg(long)]
    pub(crate) migrate: bool,
    /// Ask the service that runs with this configuration whether it is ready, and exit with 0 when it is.
    #[arg(long)]
    pub(crate) probe: bool,
    /// Check the configuration, and exit.
    #[arg(long)]
    pub(crate) check_config: bool,
}

impl Common {
    pub(crate) fn nkey_seed(&self) -> anyhow::Result<Option<String>> {
        secret(
            self.nats_nkey_seed.as_ref(),
            self.nats_nkey_seed_file.as_ref(),
        )
    }

    pub(crate) fn database_url(&self) -> anyhow::Result<String> {
        required(
            "DATABASE_URL",
            self.database_url.as_ref(),
            self.database_url_file.as_ref(),
        )
    }

    pub(crate) fn owner_database_url(&self) -> anyhow::Result<String> {
        required(
            "OWNER_DATABASE_URL",
            self.owner_database_url.as_ref(),
            self.owner_database_url_file.as_ref(),
        )
    }

    pub(crate) fn reader_database_url(&self) -> anyhow::Result<String> {
        required(
            "READER_DATABASE_URL",
            self.reader_database_url.as_ref(),
            self.reader_database_url_file.as_ref(),
        )
    }

    pub(crate) fn spicedb_key(&self) -> anyhow::Result<String> {
        required(
            "SPICEDB_KEY",
            self.spicedb_key.as_ref(),
            self.spicedb_key_file.as_ref(),
        )
    }

    /// The given name, or host and process id; only letters, digits and dashes.
    pub(crate) fn replica(&self) -> String {
        let name = self.replica.clone().unwrap_or_else(|| {
            let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "local".to_owned());
            format!("{host}-{}", std::process::id())
        });
        name.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect()
    }
}

fn secret(value: Option<&String>, file: Option<&PathBuf>) -> anyhow::Result<Option<String>> {
    match (value, file) {
        (Some(value), _) => Ok(Some(value.clone())),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("could not read {}", path.display()))?;
            Ok(Some(text.trim().to_owned()))
        }
        (None, None) => Ok(None),
    }
}

fn required(name: &str, value: Option<&String>, file: Option<&PathBuf>) -> anyhow::Result<String> {
    secret(value, file)?.with_context(|| format!("{name} or {name}_FILE must be set"))
}
