//! A real small model, when the suite was asked for. Its answers are too weak to judge: what counts is that it is really asked,
//! really streams, and that its answers are counted and held to their shape.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::{Accounts, Keys};
use adapter_llm::{
    Asker, Catalogue, Endpoint, Listener, MIGRATIONS, Question, Settings, manifest, sync,
};
use egress::{Egress, Policy};
use ids::TenantId;
use seal::KeyPair;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{LocalModel, TestDatabase};
use workflow::recipes;

#[derive(Default)]
struct Pieces(Vec<String>);

#[async_trait::async_trait]
impl Listener for Pieces {
    async fn heard(&mut self, text: &str) {
        self.0.push(text.to_owned());
    }
}

/// What asks the model; it ends with the database.
async fn asker(model: &LocalModel, test: &TestDatabase) -> Asker {
    let database = test.open().await;
    sync(&database).await.unwrap();
    let keys = Keys::new(KeyPair::generate().into(), Vec::new());
    let settings: Settings =
        serde_json::from_value(json!({ "base_url": model.base_url() })).unwrap();
    let catalogue = Catalogue::new(
        database.clone(),
        Accounts::new(database.clone(), keys),
        Egress::new("127.0.0.0/8".parse::<Policy>().unwrap()).http(),
        Duration::from_secs(300),
        Some(Endpoint::of_environment(settings, None)),
    );
    Asker::new(database, Arc::new(catalogue))
}

#[tokio::test]
async fn a_real_model_streams_and_keeps_to_a_schema() {
    let Some(model) = LocalModel::start() else {
        return;
    };
    let test = TestDatabase::create(&manifest().service, &MIGRATIONS).await;
    let asker = asker(&model, &test).await;
    let tenant = TenantId::default_tenant();
    let (hello, colour) = (
        json!({ "prompt": "Say hello." }),
        json!({ "text": "The rose is red.", "schema": {} }),
    );
    let question = Question {
        tenant: &tenant,
        prompt: "llm_call",
        variables: &hello,
        messages: &[],
        tools: &[],
        output_schema: None,
        model: None,
        need: None,
        temperature: Some(0.0),
        max_tokens: Some(30),
        at: chrono::Utc::now(),
    };
    let mut pieces = Pieces::default();
    let record = asker.ask(&question, Some(&mut pieces)).await;
    let said = record.result.unwrap();
    assert!(pieces.0.len() > 1, "{said}");
    assert_eq!(pieces.0.concat().trim(), said);
    assert!(record.output_tokens > 0 && !record.estimated);
    assert_eq!(record.model.as_deref(), Some("smollm2-135m-instruct"));

    let schema = json!({
        "type": "object",
        "properties": { "colour": { "type": "string", "enum": ["red", "blue"] } },
        "required": ["colour"],
    });
    let question = Question {
        prompt: "extract",
        variables: &colour,
        output_schema: Some(&schema),
        ..question
    };
    let answer = asker.ask(&question, None).await.result.unwrap();
    assert!(["red", "blue"].contains(&answer["colour"].as_str().unwrap()));
}

#[tokio::test]
async fn what_a_real_model_makes_of_a_wish_is_a_workflow_or_a_reason() {
    let Some(model) = LocalModel::start() else {
        return;
    };
    let test = TestDatabase::create(&manifest().service, &MIGRATIONS).await;
    let asker = asker(&model, &test).await;
    let tenant = TenantId::default_tenant();
    let slots = recipes::schema();
    let intents: Value =
        serde_json::from_str(include_str!("../../../tests/intents/intents.json")).unwrap();
    let (mut made, mut unfit, mut failed) = (0, 0, 0);
    for intent in intents.as_array().unwrap().iter().step_by(8) {
        let variables = json!({ "text": intent["intent"], "schema": slots });
        let question = Question {
            tenant: &tenant,
            prompt: "extract",
            variables: &variables,
            messages: &[],
            tools: &[],
            output_schema: Some(&slots),
            model: None,
            need: None,
            temperature: Some(0.0),
            max_tokens: Some(200),
            at: chrono::Utc::now(),
        };
        match asker.ask(&question, None).await.result {
            Err(_) => failed += 1,
            Ok(said) => match recipes::document(&said) {
                Ok(document) => {
                    workflow::compile(&document).unwrap();
                    made += 1;
                }
                Err(faults) => {
                    assert!(!faults.is_empty());
                    unfit += 1;
                }
            },
        }
    }
    assert_eq!(made + unfit + failed, 5);
}
