//! A NATS server of a test's own.

use crate::environment::program;
use crate::process::{Server, free_address};
use bus::{Manifest, Nats, NatsOptions};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A server with JetStream whose store is gone when the value is dropped.
pub struct TestNats {
    server: Server,
    address: SocketAddr,
    store: TempDir,
    config: Option<std::path::PathBuf>,
}

impl TestNats {
    /// Starts a server without users: everybody may do everything.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(None)
    }

    /// Starts a server with a configuration file, such as the provisioner writes.
    #[must_use]
    pub fn start_with(config: Option<&Path>) -> Self {
        let (address, store) = (
            free_address(),
            tempfile::tempdir().expect("no temporary directory"),
        );
        let config = config.map(Path::to_path_buf);
        let server = launch(address, store.path(), config.as_deref());
        Self {
            server,
            address,
            store,
            config,
        }
    }

    /// `nats://host:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Creates all streams, and the consumers of these manifests.
    pub async fn provision(&self, manifests: &[Manifest]) {
        let client = async_nats::connect(self.url())
            .await
            .expect("could not connect to the test's NATS");
        bus::provision(&client, manifests, 1)
            .await
            .expect("could not provision the test's NATS");
    }

    /// A connection as `service`, to a server without users.
    pub async fn connect(&self, service: &str) -> Nats {
        let options = NatsOptions {
            url: self.url(),
            service: service.to_owned(),
            nkey_seed: None,
        };
        Nats::connect(options)
            .await
            .expect("could not connect to the test's NATS")
    }

    /// Ends the server as a power cut would.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again at the same address, with what its store still holds.
    pub fn restart(&mut self) {
        self.server.kill();
        self.server = launch(self.address, self.store.path(), self.config.as_deref());
    }

    /// Starts it again with an empty store: streams and consumers are gone.
    pub fn restart_empty(&mut self) {
        self.server.kill();
        self.store = tempfile::tempdir().expect("no temporary directory");
        self.server = launch(self.address, self.store.path(), self.config.as_deref());
    }

    /// Stops it from doing anything, connections staying open.
    pub fn freeze(&self) {
        self.server.signal("STOP");
    }

    /// Ends a freeze.
    pub fn thaw(&self) {
        self.server.signal("CONT");
    }
}

fn launch(address: SocketAddr, store: &Path, config: Option<&Path>) -> Server {
    let mut command = Command::new(program("ST_TEST_NATS_SERVER"));
    command.args([
        "--addr",
        &address.ip().to_string(),
        "--port",
        &address.port().to_string(),
    ]);
    command
        .arg("--jetstream")
        .arg("--store_dir")
        .arg(store)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    let mut server = Server::start(&mut command);
    server.wait_for_port(address);
    server
}
