//! A full disk: nothing is promised that cannot be kept, and what was promised is kept.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bus::Transport;
use fleet_tests::{Api, Fleet, Options};
use futures::{FutureExt, StreamExt};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::{io::Write, time::Duration};
use testkit::wait_until_for;

const PATIENCE: Duration = Duration::from_secs(90);
/// How long the disk stays full: consumers have failed more often by then than any event of its own accord may.
const FULL: Duration = Duration::from_secs(45);
/// A body that needs more room than PostgreSQL has laid out beforehand, in bytes.
const BODY: usize = 100 * 1024;

/// Calls the webhook: status and body.
async fn call(api: &Api) -> (StatusCode, Value) {
    let hook = format!("{}/hooks/kept", api.base());
    let body = json!({ "text": "x".repeat(BODY) });
    let sent = Client::new().post(hook).timeout(Duration::from_secs(20));
    match sent.json(&body).send().await {
        Ok(answer) => {
            let status = answer.status();
            (status, answer.json().await.unwrap_or_default())
        }
        Err(_) => (StatusCode::GATEWAY_TIMEOUT, Value::Null),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_takes_nothing_in_puts_nothing_aside_and_loses_nothing() {
    if !Fleet::can_mount() {
        // Past the capture of what tests print, so that it is counted.
        writeln!(
            std::io::stdout(),
            "\ntest skipped: no disk can be mounted here (it takes root)"
        )
        .unwrap();
        return;
    }
    let fleet = Fleet::start(&Options {
        disk_mib: Some(700),
        ..Options::default()
    });
    let api = fleet.first_account().await;
    let document = json!({
        "name": "kept",
        "nodes": [
            { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "kept", "auth": { "kind": "none" } } },
            { "id": "note", "node_type": "log", "config": { "message": "kept", "level": "info" } },
        ],
        "edges": [{ "source": "hook", "source_port": "out", "destination": "note", "destination_port": "in" }],
    });
    api.publish(&document).await;
    let mut accepted = Vec::new();
    let first = wait_until_for(PATIENCE, "a call is accepted", async || {
        let (status, answer) = call(&api).await;
        (status == StatusCode::ACCEPTED).then_some(answer)
    });
    accepted.push(first.await);

    let bus = fleet.administrator_bus().await;
    let mut letters = bus.subscribe("dead_letter.>").await.unwrap();
    fleet.fill_disk(true);
    let mut refusal = None;
    for _ in 0..2_000 {
        let (status, answer) = call(&api).await;
        if status.is_success() {
            accepted.push(answer);
        } else if status == StatusCode::SERVICE_UNAVAILABLE {
            refusal = Some(answer);
            break;
        }
    }
    let refusal = refusal.expect("a full disk still takes everything in");
    assert_eq!(refusal["code"], "unavailable", "{refusal}");
    let told = refusal["detail"].as_str().unwrap();
    assert!(
        told.contains("database") && refusal["hint"].is_string(),
        "{refusal}"
    );
    wait_until_for(PATIENCE, "/readyz names the database", async || {
        let said = fleet.readiness("gateway");
        let (_, body) = said.split_once("\r\n\r\n")?;
        let said: Value = serde_json::from_str(body).ok()?;
        let parts = said["parts"].as_array()?.clone();
        let database = parts.iter().find(|part| part["part"] == "database")?;
        (said["ready"] == false && database["missing"].is_string() && database["since"].is_string())
            .then_some(())
    })
    .await;

    tokio::time::sleep(FULL).await;
    fleet.fill_disk(false);
    wait_until_for(PATIENCE, "calls are accepted again", async || {
        let (status, answer) = call(&api).await;
        (fleet.is_ready() && status == StatusCode::ACCEPTED).then_some(answer)
    })
    .await;
    for answer in &accepted {
        let run = format!("/api/v1/runs/{}", answer["run_id"].as_str().unwrap());
        wait_until_for(PATIENCE, "what was accepted is done", async || {
            let run = api
                .try_send(api.request(reqwest::Method::GET, &run))
                .await
                .ok()?;
            (run["status"] == "completed").then_some(())
        })
        .await;
    }
    let letter = letters.next().now_or_never().flatten();
    assert!(
        letter.is_none(),
        "a full disk puts events aside: {letter:?}"
    );
}
