//! An S3 server of a test's own.

use crate::environment::program;
use crate::process::{Server, free_address};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A server with one bucket, whose objects are gone when the value is dropped.
pub struct TestS3 {
    _server: Server,
    address: SocketAddr,
    _store: TempDir,
}

impl TestS3 {
    /// The name of its bucket.
    pub const BUCKET: &str = "artifacts";
    /// The name of its only key.
    pub const KEY: &str = "tests";
    /// The secret of that key.
    pub const SECRET: &str = "only-of-this-test";

    /// Starts a server.
    #[must_use]
    pub fn start() -> Self {
        let (address, store) = (
            free_address(),
            tempfile::tempdir().expect("no temporary directory"),
        );
        let (objects, about) = (store.path().join("objects"), store.path().join("about"));
        for folder in [&objects.join(Self::BUCKET), &about] {
            std::fs::create_dir_all(folder).expect("no folder for objects");
        }
        let mut command = Command::new(program("ST_TEST_S3"));
        command
            .args(["--port", &address.to_string(), "--quiet", "posix"])
            .arg("--sidecar")
            .arg(about)
            .arg(objects)
            .env("ROOT_ACCESS_KEY", Self::KEY)
            .env("ROOT_SECRET_KEY", Self::SECRET)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut server = Server::start(&mut command);
        server.wait_for_port(address);
        Self {
            _server: server,
            address,
            _store: store,
        }
    }

    /// `http://host:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
