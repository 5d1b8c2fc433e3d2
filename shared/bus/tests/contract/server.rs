//! A NATS server of a test's own.

use bus::{Bus, Manifest, Nats, NatsOptions};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
};

/// Stops when dropped.
pub(crate) struct Server {
    process: Child,
    url: String,
    _store: tempfile::TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        let program = std::env::var("ST_TEST_NATS_SERVER")
            .expect("ST_TEST_NATS_SERVER is not set: run these tests with `cargo xtask test bus`");
        let store = tempfile::tempdir().unwrap();
        let mut process = Command::new(program)
            .args(["-a", "127.0.0.1", "-p", "-1", "-js", "-sd"])
            .arg(store.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut port = None;
        for line in lines.map_while(Result::ok) {
            if let Some((_, address)) =
                line.split_once("Listening for client connections on 127.0.0.1:")
            {
                port = Some(address.trim().to_owned());
            }
            if line.contains("Server is ready") {
                break;
            }
        }
        let url = format!(
            "nats://127.0.0.1:{}",
            port.expect("nats-server named its port")
        );
        Self {
            process,
            url,
            _store: store,
        }
    }

    async fn connect(&self) -> Nats {
        let options = NatsOptions {
            url: self.url.clone(),
            service: "test".to_owned(),
            nkey_seed: None,
        };
        Nats::connect(options).await.unwrap()
    }

    pub(crate) async fn bus(&self, manifests: &[Manifest]) -> Bus {
        let nats = self.connect().await;
        bus::provision(nats.client(), manifests, 1).await.unwrap();
        Arc::new(nats)
    }

    /// Whether some stream keeps what is published there.
    pub(crate) async fn keeps(&self, subject: &str) -> bool {
        let jetstream = async_nats::jetstream::new(self.connect().await.client().clone());
        jetstream.stream_by_subject(subject).await.is_ok()
    }

    pub(crate) async fn delete_streams(&self) {
        let nats = self.connect().await;
        let jetstream = async_nats::jetstream::new(nats.client().clone());
        for stream in events::Stream::ALL {
            jetstream.delete_stream(stream.name()).await.unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
