//! `--probe`: whether the service of the same configuration is ready, for images without a shell.

use anyhow::{Context, bail};
use axum::{body::Body, http::Uri};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `/readyz` of the admin port. Errors: nobody answers in time, or the service is not ready.
pub(crate) async fn probe(admin: SocketAddr) -> anyhow::Result<()> {
    let host = match admin.ip() {
        every if every.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        one => one,
    };
    let admin = SocketAddr::new(host, admin.port());
    let uri: Uri = format!("http://{admin}/readyz").parse()?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = tokio::time::timeout(PATIENCE, client.get(uri))
        .await
        .with_context(|| format!("{admin} did not answer within {} s", PATIENCE.as_secs()))?
        .with_context(|| format!("{admin} cannot be reached"))?;
    if !answer.status().is_success() {
        bail!("not ready ({}): see /readyz of {admin}", answer.status());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Health, admin};
    use metrics_exporter_prometheus::PrometheusBuilder;

    #[tokio::test]
    async fn it_tells_ready_from_not_ready_and_gone() {
        let health = Health::default();
        let recorder = PrometheusBuilder::new().build_recorder();
        let router = admin::router(admin::Admin {
            service: "test".to_owned(),
            health: health.clone(),
            metrics: recorder.handle(),
        });
        let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = tokio::spawn(async move { axum::serve(listener, router).await });

        health.missing("nats", "away");
        let told = probe(address).await.unwrap_err().to_string();
        assert!(told.starts_with("not ready (503"), "{told}");
        health.ready("nats");
        probe(address).await.unwrap();
        served.abort();
        assert!(served.await.is_err());
        assert!(probe(address).await.is_err());
    }
}
