//! One trace from the HTTP request to the mail that follows from it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use fleet_tests::{Fleet, Options};
use reqwest::StatusCode;
use serde_json::json;
use std::time::Duration;
use testkit::{OtlpSink, ReceivedSpan, TestSmtp, wait_until_for};

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_request_to_the_mail() {
    let sink = OtlpSink::start().await;
    let env = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint()),
        ("OTEL_BSP_SCHEDULE_DELAY", "200".to_owned()),
        // What is logged does not decide what is traced; a line names the spans that are logged.
        ("LOG", "warn,adapter=info,bus::trace=info".to_owned()),
    ];
    let fleet = Fleet::start(&Options {
        env: env.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Options::default()
    });
    let api = fleet.first_account().await;
    let smtp = TestSmtp::start();
    let settings = json!({ "host": "127.0.0.1", "port": smtp.address().port(), "tls": "none", "from": "ada@example.org" });
    let account = api.connect("smtp", settings, json!({})).await;
    api.publish(&mailing(&account)).await;

    let hook = format!("{}/hooks/traced", api.base());
    let sent = wait_until_for(Duration::from_secs(20), "the webhook is live", || async {
        let sent = reqwest::Client::new().post(&hook).json(&json!({}));
        let sent = sent.send().await.unwrap();
        (sent.status() == StatusCode::ACCEPTED).then_some(sent)
    });
    sent.await;
    let mail = smtp.wait_for(1).await.remove(0);
    let traceparent = header(&mail.data, "traceparent");
    let (trace, caller) = (&traceparent[3..35], &traceparent[36..52]);

    // The mail names the adapter's span; from there every parent is known, up to the request. Each arrives once it has ended.
    let path = wait_until_for(Duration::from_secs(20), "all spans arrive", || async {
        let mut spans = sink.spans();
        spans.retain(|span| span.trace_id == trace);
        let path = ancestors(&spans, caller);
        path.last()
            .is_some_and(|root| root.parent_id.is_empty())
            .then_some(path)
    })
    .await;
    let services: Vec<&str> = path.iter().map(|span| span.service.as_str()).collect();
    assert_eq!(services.first(), Some(&"st-adapter-smtp"), "{path:#?}");
    assert!(services.contains(&"st-engine"), "{path:#?}");
    let root = path.last().unwrap();
    assert_eq!(
        (root.service.as_str(), root.parent_id.as_str()),
        ("st-gateway", ""),
        "{path:#?}"
    );
    assert!(root.name.starts_with("POST /hooks/"), "{root:?}");

    let log = std::fs::read_to_string(fleet.state().join("logs/adapter-smtp.log")).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains("effect settled"))
        .unwrap();
    assert!(line.contains(trace), "{line}");
}

fn mailing(account: &str) -> serde_json::Value {
    json!({
        "name": "traced",
        "nodes": [
            { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "traced", "method": "POST", "auth": { "kind": "none" } } },
            { "id": "mail", "node_type": "send_email", "config": {
                "account_id": account, "to": ["grace@example.org"], "subject": "Hello", "text": "Hi" } },
        ],
        "edges": [{ "source": "hook", "source_port": "out", "destination": "mail", "destination_port": "in" }],
    })
}

fn header(mail: &str, name: &str) -> String {
    let found = mail
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found
        .unwrap_or_else(|| panic!("no {name} in {mail}"))
        .trim()
        .to_owned()
}

/// The span with this id and those above it.
fn ancestors(spans: &[ReceivedSpan], id: &str) -> Vec<ReceivedSpan> {
    let mut path = Vec::new();
    let mut next = id.to_owned();
    while let Some(span) = spans.iter().find(|span| span.span_id == next) {
        next.clone_from(&span.parent_id);
        path.push(span.clone());
    }
    path
}
