//! Keys, passwords and server configuration, written without any server.
//!
//! | file | for |
//! |---|---|
//! | `nats/nats.conf` | the NATS server; public keys and permissions only |
//! | `<service>/nats.seed` | the service's NATS user |
//! | `<service>/database.url`, `reader.url`, `owner.url` | its database as worker, as reader, and for migrations |
//! | `<service>/spicedb.key` | its own preshared key of SpiceDB |
//! | `<service>/seal.key` | the private key to which credentials are sealed |
//! | `<service>/seal.public.json` | the public keys of all services that have one |
//! | `gateway/setup.token` | the one-time link that creates the first account |
//! | `spicedb/keys`, `spicedb/database.url` | SpiceDB's own configuration |
//! | `admin/…` | the provisioner's; absent where services run |
//! | `debug/nats.seed` | a NATS user that may listen to every event and publish none |

use std::path::PathBuf;

use anyhow::{Context, Result};
use bus::Manifest;
use nkeys::KeyPair;
use seal::PublicKeys;

use crate::nats_config::{User, nats_config};
use crate::secrets::{Secrets, random};

/// Options of `provisioner keys`.
#[derive(clap::Args)]
pub struct Keys {
    /// The directory of secrets.
    #[arg(long, env = "SECRETS_DIR")]
    pub out: PathBuf,
    /// Host and port of PostgreSQL as services see it.
    #[arg(long, env = "POSTGRES_ADDR", default_value = "127.0.0.1:5432")]
    pub postgres: String,
    /// Parameters of database addresses, such as `sslmode=verify-full`.
    #[arg(long, env = "POSTGRES_PARAMETERS", default_value = "sslmode=disable")]
    pub postgres_parameters: String,
}

/// Writes all files of the directory. Errors: a file that cannot be read or written, or is not what it should be.
pub fn write_keys(wanted: &Keys, manifests: &[Manifest]) -> Result<()> {
    let secrets = Secrets::at(&wanted.out);
    let mut users = vec![
        User::administrator("admin", nats_user(&secrets, "admin")?),
        User::listener("debug", nats_user(&secrets, "debug")?),
    ];
    let mut spicedb_keys = vec![secrets.keep("admin", "spicedb.key", random)?];
    let mut public = PublicKeys::default();
    for manifest in manifests {
        let service = manifest.service.as_str();
        users.push(User::service(manifest, nats_user(&secrets, service)?));
        if manifest.database {
            let roles: &[_] = if manifest.reader {
                &["owner", "worker", "reader"]
            } else {
                &["owner", "worker"]
            };
            for role in roles {
                database(wanted, &secrets, service, role)?;
            }
        }
        if manifest.authz {
            spicedb_keys.push(secrets.keep(service, "spicedb.key", random)?);
        }
        if manifest.sealed {
            public.add(service, seal_key(&secrets, service)?);
        }
    }
    let public = serde_json::to_string_pretty(&public)?;
    for manifest in manifests.iter().filter(|manifest| manifest.sealed) {
        secrets.put(&manifest.service, "seal.public.json", &public)?;
    }
    secrets.keep("gateway", "setup.token", random)?;
    database(wanted, &secrets, "spicedb", "owner")?;
    secrets.keep("spicedb", "worker.password", random)?;
    secrets.put("spicedb", "keys", &spicedb_keys.join(","))?;
    let password = secrets.keep("admin", "postgres.password", random)?;
    secrets.put(
        "admin",
        "database.url",
        &url(wanted, "postgres", &password, "postgres"),
    )?;
    secrets.put("nats", "nats.conf", &nats_config(&users))
}

/// The public key of a NATS user, whose seed is kept.
fn nats_user(secrets: &Secrets, name: &str) -> Result<String> {
    let seed = secrets.keep(name, "nats.seed", || {
        KeyPair::new_user()
            .seed()
            .context("could not make a NATS key")
    })?;
    let pair = KeyPair::from_seed(&seed).with_context(|| format!("{name}/nats.seed is damaged"))?;
    Ok(pair.public_key())
}

fn seal_key(secrets: &Secrets, service: &str) -> Result<seal::PublicKey> {
    let make = || {
        let text = seal::KeyPair::generate().to_text();
        text.expose_str()
            .map(ToOwned::to_owned)
            .context("a key's text is not text")
    };
    let ring: seal::KeyRing = secrets
        .keep(service, "seal.key", make)?
        .parse()
        .with_context(|| format!("{service}/seal.key is damaged"))?;
    Ok(ring.current().public().clone())
}

fn database(wanted: &Keys, secrets: &Secrets, service: &str, role: &str) -> Result<()> {
    let password = secrets.keep(service, &format!("{role}.password"), random)?;
    let url = url(
        wanted,
        &store::role(service, role),
        &password,
        &store::database_of(service),
    );
    let name = if role == "worker" {
        "database.url".to_owned()
    } else {
        format!("{role}.url")
    };
    secrets.put(service, &name, &url)
}

fn url(wanted: &Keys, role: &str, password: &str, database: &str) -> String {
    format!(
        "postgres://{role}:{password}@{}/{database}?{}",
        wanted.postgres, wanted.postgres_parameters
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_second_call_keeps_every_secret_and_follows_a_new_address() {
        let dir = tempfile::tempdir().unwrap();
        let mut wanted = Keys {
            out: dir.path().join("secrets"),
            postgres: "127.0.0.1:5432".to_owned(),
            postgres_parameters: "sslmode=disable".to_owned(),
        };
        let manifests = [Manifest::new("adapter-probe")
            .database()
            .reader()
            .authz()
            .sealed()];
        write_keys(&wanted, &manifests).unwrap();
        let read =
            |name: &str| fs::read_to_string(wanted.out.join("adapter-probe").join(name)).unwrap();
        let names = ["nats.seed", "seal.key", "spicedb.key", "seal.public.json"];
        let before: Vec<String> = names.iter().map(|name| read(name)).collect();
        let address = read("reader.url");
        assert!(
            address.starts_with("postgres://adapter_probe_reader:"),
            "{address}"
        );
        wanted.postgres = "db:6432".to_owned();
        write_keys(&wanted, &manifests).unwrap();
        let read =
            |name: &str| fs::read_to_string(wanted.out.join("adapter-probe").join(name)).unwrap();
        assert_eq!(
            before,
            names.iter().map(|name| read(name)).collect::<Vec<_>>()
        );
        assert_eq!(
            read("reader.url"),
            address.replace("127.0.0.1:5432", "db:6432")
        );
        let mode = fs::metadata(wanted.out.join("adapter-probe/seal.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
