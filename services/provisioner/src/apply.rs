//! Databases, streams, consumers and the permission schema, made to match the manifests.

use std::path::PathBuf;

use anyhow::{Context, Result};
use authz::SpiceDb;
use bus::{Manifest, Nats, NatsOptions};
use store::{Passwords, Provision};

use crate::secrets::Secrets;

/// Options of `provisioner apply`.
#[derive(clap::Args)]
pub struct Apply {
    /// What to apply; everything when none is named.
    pub parts: Vec<Part>,
    /// The directory that `provisioner keys` wrote.
    #[arg(long, env = "SECRETS_DIR")]
    pub secrets: PathBuf,
    /// Where NATS is.
    #[arg(long, env = "NATS_URL", default_value = "nats://127.0.0.1:4222")]
    pub nats_url: String,
    /// Where SpiceDB is.
    #[arg(long, env = "SPICEDB_URL", default_value = "http://127.0.0.1:50051")]
    pub spicedb_url: String,
    /// Copies of each stream: 1, or 3 on a cluster of NATS servers.
    #[arg(long, env = "STREAM_REPLICAS", default_value_t = 1)]
    pub replicas: usize,
}

/// One server's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// PostgreSQL: databases and roles, SpiceDB's own included
    Databases,
    /// NATS: streams and durable consumers
    Streams,
    /// SpiceDB: the permission schema
    Schema,
}

/// Applies the parts; repeating it changes nothing. Errors: a server that cannot be reached or refuses, naming the step.
pub async fn apply(wanted: &Apply, manifests: &[Manifest]) -> Result<()> {
    let secrets = Secrets::at(&wanted.secrets);
    let asked = |part| wanted.parts.is_empty() || wanted.parts.contains(&part);
    if asked(Part::Databases) {
        databases(&secrets, manifests)
            .await
            .context("could not provision the databases")?;
    }
    if asked(Part::Streams) {
        streams(wanted, &secrets, manifests)
            .await
            .context("could not provision the streams")?;
    }
    if asked(Part::Schema) {
        let client = SpiceDb::new(&wanted.spicedb_url, &secrets.read("admin", "spicedb.key")?)?;
        client
            .write_schema()
            .await
            .context("could not write the permission schema")?;
    }
    Ok(())
}

async fn databases(secrets: &Secrets, manifests: &[Manifest]) -> Result<()> {
    let admin = secrets.read("admin", "database.url")?;
    let own = manifests.iter().filter(|manifest| manifest.database);
    let own = own.map(|manifest| {
        (
            manifest.service.as_str(),
            manifest.reader,
            manifest.extensions.as_slice(),
        )
    });
    for (service, reader, extensions) in own.chain([("spicedb", false, [].as_slice())]) {
        let password = |role: &str| secrets.read(service, &format!("{role}.password"));
        let (owner, worker) = (password("owner")?, password("worker")?);
        let of_reader = if reader {
            password("reader")?
        } else {
            String::new()
        };
        let passwords = Passwords {
            owner: &owner,
            worker: &worker,
            reader: &of_reader,
        };
        let database = store::database_of(service);
        let wanted = Provision {
            service,
            database: &database,
            reader,
            extensions,
            passwords,
        };
        store::provision(&admin, &wanted)
            .await
            .with_context(|| format!("database {database}"))?;
    }
    Ok(())
}

async fn streams(wanted: &Apply, secrets: &Secrets, manifests: &[Manifest]) -> Result<()> {
    let options = NatsOptions {
        url: wanted.nats_url.clone(),
        service: "provisioner".to_owned(),
        nkey_seed: Some(secrets.read("admin", "nats.seed")?),
    };
    let nats = Nats::connect(options).await?;
    bus::provision(nats.client(), manifests, wanted.replicas).await?;
    Ok(())
}
