//! Model calls of runs, between real servers and a scripted model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::{Answer, Bench, Parts};
use adapter_llm::{Asker, Catalogue, Llm, LlmAccount, MIGRATIONS, manifest, sync};
use egress::Egress;
use events::{AccountHealthy, AccountReauthNeeded, ErrorClass, LlmCall, LlmCallRequested};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{ModelOptions, Script, ScriptedModel};

const TIMEOUT: Duration = Duration::from_secs(2);

fn protocol(parts: &Parts<LlmAccount>, egress: &Egress) -> Llm {
    let catalogue = Catalogue::new(
        parts.database.clone(),
        parts.accounts.clone(),
        egress.http(),
        TIMEOUT,
        None,
    );
    let asker = Asker::new(parts.database.clone(), Arc::new(catalogue));
    Llm::new(asker, Arc::clone(&parts.bus))
}

/// The adapter without any account.
async fn bare() -> Bench<Llm> {
    let bench = Bench::start(manifest(), &MIGRATIONS, |parts| {
        protocol(parts, &parts.egress)
    })
    .await;
    sync(&bench.database).await.unwrap();
    bench
}

/// The adapter with an account for the model.
async fn connected(model: &ScriptedModel) -> Bench<Llm> {
    let bench = bare().await;
    let settings = json!({ "base_url": model.base_url(), "model": "scripted", "input_price": 1.0 });
    bench
        .connect(settings, &json!({ "api_key": "sk-test" }), &["127.0.0.1"])
        .await;
    bench
}

fn classify(text: &str) -> LlmCall {
    LlmCall {
        prompt: "classify".into(),
        variables: json!({ "text": text, "categories": ["urgent", "invoice", "other"] }),
        messages: Vec::new(),
        tools: Vec::new(),
        output_schema: Some(json!({
            "type": "object",
            "properties": {
                "category": { "type": "string", "enum": ["urgent", "invoice", "other"] },
                "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
            },
            "required": ["category", "confidence"],
            "additionalProperties": false,
        })),
        model: None,
        need: None,
        temperature: Some(0.0),
        max_tokens: None,
        told: None,
    }
}

fn generate() -> LlmCall {
    LlmCall {
        prompt: "generate".into(),
        variables: json!({ "instructions": "Say hello." }),
        output_schema: None,
        ..classify("")
    }
}

async fn ask(bench: &Bench<Llm>, key: &str, call: LlmCall) -> Answer {
    let origin = bench.origin(key);
    bench.request(&LlmCallRequested { origin, call }).await;
    bench.answer(key, 1).await
}

#[tokio::test]
async fn a_call_is_held_to_its_schema_and_recorded_with_its_price() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    let answer = ask(&bench, "one", classify("The server is down, act ASAP!")).await;
    assert_eq!(
        answer.unwrap(),
        json!({ "category": "urgent", "confidence": 0.9 })
    );
    let request = &model.requests()[0];
    assert_eq!(request["response_format"]["type"], "json_schema");
    assert_eq!(request["temperature"], 0.0);
    let user = request["messages"][1]["content"].as_str().unwrap();
    assert_eq!(user, "<text>\nThe server is down, act ASAP!\n</text>");

    let row: (String, String, i64, i64, bool, Option<String>) = sqlx::query_as(
        "SELECT prompt, model, input_tokens, cost_micros, repaired, schema_hash FROM llm_invocations",
    )
    .fetch_one(bench.database.pool())
    .await
    .unwrap();
    assert_eq!((row.0.as_str(), row.1.as_str()), ("classify@1", "scripted"));
    assert!(row.2 > 0 && row.3 == row.2 && !row.4 && row.5.is_some());

    let text = ask(&bench, "two", generate()).await.unwrap();
    assert!(text["text"].as_str().unwrap().contains("Say hello."));
    bench
        .hears::<AccountHealthy>(|payload| payload["adapter"] == "llm")
        .await;
}

#[tokio::test]
async fn a_server_that_knows_no_schemas_is_instructed_and_its_answers_are_parsed() {
    let model = ScriptedModel::start_with(ModelOptions {
        refuses_schemas: true,
        ..ModelOptions::default()
    })
    .await;
    let bench = connected(&model).await;
    let invoice = classify("Please find the amount due attached");
    let answer = ask(&bench, "one", invoice.clone()).await.unwrap();
    assert_eq!(answer["category"], "invoice");
    assert_eq!(model.requests().len(), 2, "first with a constraint");
    model.then(Script::Fenced {
        value: json!({ "category": "other", "confidence": 0.4 }),
    });
    let answer = ask(&bench, "two", invoice).await.unwrap();
    assert_eq!(answer["category"], "other");
    assert_eq!(model.requests().len(), 3, "it is remembered");
}

#[tokio::test]
async fn an_unusable_answer_is_repaired_once_and_then_given_up() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    model.then(Script::Garbage);
    let answer = ask(&bench, "repaired", classify("hello")).await.unwrap();
    assert_eq!(answer["category"], "other");
    let repair = model.requests()[1]["messages"].clone();
    let complaint = repair[3]["content"].as_str().unwrap();
    assert!(
        complaint.contains("holds no whole JSON value"),
        "{complaint}"
    );

    model.then_says(r#"{"category": "spam", "confidence": 2}"#);
    model.then(Script::Truncated {
        text: r#"{"category": "oth"#.into(),
    });
    let error = ask(&bench, "given up", classify("hello"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Schema, "llm.answer_unusable")
    );
    assert!(error.hint.is_some());
    let unusable =
        "SELECT outcome->'failed' FROM llm_invocations WHERE error_code = 'llm.answer_unusable'";
    let told: Value = sqlx::query_scalar(unusable)
        .fetch_one(bench.database.pool())
        .await
        .unwrap();
    assert_eq!(told["repaired"], true);
    assert!(told["usage"]["cost_micros"].as_u64() > Some(0), "{told}");
    model.then(Script::Empty);
    let error = ask(&bench, "empty", generate()).await.unwrap_err();
    assert_eq!(error.code, "llm.answer_empty");
}

#[tokio::test]
async fn what_passes_is_asked_again_and_what_does_not_is_explained() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    model
        .then(Script::RateLimited {
            retry_after_seconds: 1,
        })
        .then(Script::Refused { status: 503 })
        .then(Script::Dropped);
    let since = std::time::Instant::now();
    assert!(ask(&bench, "passes", generate()).await.is_ok());
    assert!(
        since.elapsed() >= Duration::from_secs(1),
        "as it was asked to"
    );
    assert_eq!(model.requests().len(), 4);

    for (script, class, code) in [
        (
            Script::Late { after_ms: 5_000 },
            ErrorClass::Timeout,
            "llm.timeout",
        ),
        (
            Script::RateLimited {
                retry_after_seconds: 3_600,
            },
            ErrorClass::RateLimit,
            "llm.rate_limited",
        ),
        (
            Script::Refused { status: 404 },
            ErrorClass::Rejected,
            "llm.not_found",
        ),
    ] {
        model.then(script);
        let error = ask(&bench, code, generate()).await.unwrap_err();
        assert_eq!((error.class, error.code.as_str()), (class, code));
    }
    for call in [
        LlmCall {
            model: Some("unheard-of".into()),
            ..generate()
        },
        LlmCall {
            prompt: "unheard-of".into(),
            ..generate()
        },
    ] {
        let key = format!("{call:?}");
        let error = ask(&bench, &key, call).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Rejected);
        assert!(error.message.contains("unheard-of"), "{}", error.message);
    }
}

#[tokio::test]
async fn a_repeat_gets_the_recorded_answer_even_when_the_ledger_forgot() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    let effect = LlmCallRequested {
        origin: bench.origin("same"),
        call: generate(),
    };
    bench.request(&effect).await;
    let first: Answer = bench.answer("same", 1).await;
    sqlx::query("DELETE FROM effect_ledger")
        .execute(bench.database.pool())
        .await
        .unwrap();
    bench.request(&effect).await;
    assert_eq!(bench.answer("same", 2).await, first);
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn without_a_model_it_says_how_to_add_one() {
    let bench = bare().await;
    let error = ask(&bench, "nobody", generate()).await.unwrap_err();
    assert_eq!(error.code, "llm.not_configured");
    let hint = error.hint.unwrap();
    assert!(
        hint.contains("LLM_BASE_URL") && hint.contains("Accounts"),
        "{hint}"
    );
}

#[tokio::test]
async fn a_refused_key_is_the_accounts_trouble_and_never_quoted() {
    let model = ScriptedModel::start_with(ModelOptions {
        api_key: Some("sk-right".into()),
        ..ModelOptions::default()
    })
    .await;
    let bench = connected(&model).await;
    let error = ask(&bench, "one", generate()).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Auth, "llm.key_refused")
    );
    assert!(!format!("{error:?}").contains("sk-"));
    bench
        .hears::<AccountReauthNeeded>(|payload| payload["adapter"] == "llm")
        .await;
}

#[tokio::test]
async fn a_private_address_is_denied_with_the_operators_remedy() {
    let model = ScriptedModel::start().await;
    let bench: Bench<Llm> = Bench::start(manifest(), &MIGRATIONS, |parts| {
        protocol(parts, &Egress::new(egress::Policy::default()))
    })
    .await;
    sync(&bench.database).await.unwrap();
    let settings: Value = json!({ "base_url": model.base_url(), "model": "scripted" });
    bench.connect(settings, &json!({}), &["127.0.0.1"]).await;
    let error = ask(&bench, "one", generate()).await.unwrap_err();
    assert_eq!(error.code, "llm.address_denied");
    assert!(
        error
            .hint
            .unwrap()
            .contains("add 127.0.0.1 to EGRESS_ALLOW")
    );
}
