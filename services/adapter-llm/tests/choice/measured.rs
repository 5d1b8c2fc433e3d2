//! Figures of what the models did.

use crate::world::{World, generate, named, needing, remote};
use events::{LlmCatalogued, LlmCompleted, LlmNeed};
use ids::AccountId;
use serde_json::{Value, json};
use testkit::Script;

impl World {
    /// Calls of a model as if they had been made, one for each latency.
    async fn past(&self, account: AccountId, model: &str, latencies: impl Iterator<Item = i64>) {
        for latency in latencies {
            sqlx::query(
                "INSERT INTO llm_tries (invocation_id, number, tenant, account_id, model, latency_ms, output_tokens)
                 VALUES (gen_random_uuid(), 1, 'default', $1, $2, $3, 10)",
            )
            .bind(account.uuid())
            .bind(model)
            .bind(latency)
            .execute(self.bench.database.pool())
            .await
            .unwrap();
        }
    }

    /// What is told of a model once that is so.
    async fn figures(&self, model: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let of = |payload: &Value| {
            let entries = payload["entries"].as_array().unwrap().clone();
            entries.into_iter().find(|entry| entry["name"] == model)
        };
        let told = |payload: &Value| of(payload).is_some_and(|entry| wanted(&entry));
        of(&self.bench.hears::<LlmCatalogued>(told).await).unwrap()
    }
}

#[tokio::test]
async fn calls_are_measured_and_the_catalogue_tells_it() {
    let world = World::start().await;
    let settings = json!({ "input_price": 2.5, "context_tokens": 8_192 });
    let (model, id) = world.connect("mine", settings).await;
    let (_far, _) = world.connect("theirs", remote()).await;
    let bare = world
        .figures("mine", |entry| entry["measured"].is_null())
        .await;
    let expected = json!({
        "name": "mine", "account_id": id, "protocol": "openai", "privacy": "local", "context_tokens": 8_192,
        "input_price_micros": 2_500_000, "output_price_micros": 0,
    });
    assert_eq!(bare, expected);
    for key in ["one", "two"] {
        let text = "Once upon a time there was a fox.".to_owned();
        model.then(Script::Slowly { text, pause_ms: 20 });
        world.ask(key, named("mine", None)).await.unwrap();
    }
    model.then(Script::Refused { status: 404 });
    world.ask("three", named("mine", None)).await.unwrap_err();
    world.catalogue.measure().await.unwrap();
    let entry = world
        .figures("mine", |entry| !entry["measured"].is_null())
        .await;
    let measured = &entry["measured"];
    assert_eq!(
        (&measured["calls"], &measured["failures"]),
        (&json!(3), &json!(1))
    );
    let p50 = measured["p50_ms"].as_u64().unwrap();
    assert!(
        p50 >= 100 && measured["p95_ms"].as_u64().unwrap() >= p50,
        "{measured}"
    );
    assert!(measured["tokens_per_second"].as_f64().unwrap() > 0.0);

    let told = world.bench.heard::<LlmCatalogued>().len();
    for _ in 0..3 {
        world.catalogue.measure().await.unwrap();
    }
    assert_eq!(world.bench.heard::<LlmCatalogued>().len(), told, "no news");
}

#[tokio::test]
async fn the_slowest_of_a_hundred_answers_are_found_and_a_need_for_speed_follows() {
    let world = World::start().await;
    let (_slow, slow) = world.connect("slow", json!({})).await;
    let (_fast, fast) = world.connect("fast", json!({})).await;
    world.past(slow, "slow", (1..=100).map(|n| n * 10)).await;
    world.past(fast, "fast", 1..=100).await;
    world.catalogue.measure().await.unwrap();
    let entry = world
        .figures("slow", |entry| !entry["measured"].is_null())
        .await;
    let measured = &entry["measured"];
    assert_eq!(
        (&measured["p50_ms"], &measured["p95_ms"]),
        (&json!(505), &json!(951))
    );
    assert_eq!(measured["tokens_per_second"], 19.8);
    let within = |max_p95_ms| {
        needing(LlmNeed {
            max_p95_ms: Some(max_p95_ms),
            ..LlmNeed::default()
        })
    };
    assert!(world.ask("any", generate()).await.is_ok());
    assert!(world.ask("quick", within(500)).await.is_ok());
    assert_eq!(world.told::<LlmCompleted>("any").await["model"], "slow");
    assert_eq!(world.told::<LlmCompleted>("quick").await["model"], "fast");
    let error = world.ask("at once", within(50)).await.unwrap_err();
    assert_eq!(error.code, "llm.no_model_fits");
    assert!(
        error.message.contains("takes up to 951 ms"),
        "{}",
        error.message
    );

    let week = "UPDATE llm_tries SET tried_at = now() - interval '8 days'";
    sqlx::query(week)
        .execute(world.bench.database.pool())
        .await
        .unwrap();
    world.catalogue.measure().await.unwrap();
    assert!(world.ask("forgotten", within(50)).await.is_ok());
}
