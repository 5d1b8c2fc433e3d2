//! The language models and their figures, as people read them.

use crate::{
    facts::{own, person, project, tell},
    support::Gateway,
};
use events::{FellBack, LlmCatalogued, LlmCompleted, LlmModel, LlmOrigin, Measured, Privacy};
use http::StatusCode;
use ids::{AccountId, InvocationId, RunId, WorkflowId};
use serde_json::{Value, json};
use testkit::wait_until;

fn model(name: &str, measured: Option<Measured>) -> LlmModel {
    LlmModel {
        name: name.into(),
        account_id: None,
        protocol: "ollama".into(),
        privacy: Privacy::Local,
        context_tokens: Some(8_192),
        input_price_micros: 0,
        output_price_micros: 2_500_000,
        measured,
    }
}

#[tokio::test]
async fn the_models_are_shown_with_what_was_measured_the_newest_word_last() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let account = AccountId::generate();
    let measured = Measured {
        calls: 7,
        failures: 1,
        tokens_per_second: Some(19.8),
        p50_ms: Some(505),
        p95_ms: Some(951),
    };
    let theirs = LlmModel {
        account_id: Some(account),
        privacy: Privacy::Remote,
        context_tokens: None,
        ..model("theirs", Some(measured))
    };
    let now = chrono::Utc::now();
    for (entries, minutes) in [(vec![model("mine", None), theirs], 0), (Vec::new(), -5)] {
        let catalogue = LlmCatalogued {
            models: entries.iter().map(|entry| entry.name.clone()).collect(),
            entries,
            catalogued_at: now + chrono::TimeDelta::minutes(minutes),
        };
        tell(&gateway, &catalogue).await;
        let page: Value = wait_until("the models are known", async || {
            let page: Value = gateway.get("/api/v1/models", &who).await.json();
            (page["items"].as_array().unwrap().len() == 2).then_some(page)
        })
        .await;
        let expected = json!([
            { "name": "mine", "account_id": null, "protocol": "ollama", "privacy": "local", "context_tokens": 8_192,
              "input_price_micros": 0, "output_price_micros": 2_500_000, "calls": 0, "failures": 0,
              "tokens_per_second": null, "p50_ms": null, "p95_ms": null },
            { "name": "theirs", "account_id": account, "protocol": "ollama", "privacy": "remote", "context_tokens": null,
              "input_price_micros": 0, "output_price_micros": 2_500_000, "calls": 7, "failures": 1,
              "tokens_per_second": 19.8, "p50_ms": 505, "p95_ms": 951 },
        ]);
        assert_eq!(page["items"], expected);
    }
}

#[tokio::test]
async fn a_model_call_shows_which_models_it_fell_back_from() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, person(&gateway, &who).await).await;
    project(&gateway);
    let fell_back = FellBack {
        model: "first".into(),
        account_id: None,
        code: "llm.unreachable".into(),
    };
    for from in [vec![fell_back], Vec::new()] {
        let completed = LlmCompleted {
            invocation_id: InvocationId::generate(),
            origin: LlmOrigin::Run {
                run_id: RunId::generate(),
                workflow_id: workflow,
                effect_key: "k".to_owned(),
            },
            prompt: "classify@1".to_owned(),
            model: "second".to_owned(),
            output: json!("yes"),
            input_tokens: 1,
            output_tokens: 1,
            cost_micros: 0,
            latency_ms: 40,
            repaired: false,
            fell_back_from: from.clone(),
            completed_at: chrono::Utc::now(),
        };
        tell(&gateway, &completed).await;
        let path = format!("/api/v1/invocations/{}", completed.invocation_id);
        let shown: Value = wait_until("the call is there", async || {
            let answer = gateway.get(&path, &who).await;
            (answer.status_code() == StatusCode::OK).then(|| answer.json())
        })
        .await;
        let expected = match from.is_empty() {
            true => json!([]),
            false => json!([{ "model": "first", "code": "llm.unreachable" }]),
        };
        assert_eq!(shown["fell_back_from"], expected);
    }
}
